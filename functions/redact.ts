/** What no log line may show: credentials, tokens, signed URLs. By the name of a member, and by how a value looks. */
const SECRET_NAMES =
  /^(authorization|cookie|password|secret|secretaccesskey|sessiontoken|securitytoken|token|tasktoken)$/i;
const SECRET_VALUES =
  /(k8s-aws-v1\.[\w-]+|X-Amz-(Signature|Credential|Security-Token)=[^&\s"]+|Bearer\s+[\w.~+/-]+=*)/gi;

/** A replacer for JSON.stringify. */
export function redacted(name: string, value: unknown): unknown {
  if (SECRET_NAMES.test(name) && typeof value === 'string') return '(redacted)';
  return typeof value === 'string' ? value.replace(SECRET_VALUES, '(redacted)') : value;
}
