import { ServiceError } from '../../models/service-error.ts';

export interface Signer {
  readonly accessKeyId: string;
  /** The service in the credential scope: who the request is for. */
  readonly service: string;
}

const form = /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]{1,128})\/\d{8}\/[\w-]{1,64}\/([\w-]{1,64})\/aws4_request\b/;

/**
 * Who signed, for which service. The signature itself is NOT verified: the lab has no secrets, and loopback is its
 * wall. That there is one is demanded, so a client that forgot its credentials fails here as it would on AWS.
 */
export function signerOf(authorization: string | undefined): Signer {
  if (authorization === undefined) {
    throw new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  const [, accessKeyId, service] = form.exec(authorization) ?? [];
  if (accessKeyId !== undefined && service !== undefined) return { accessKeyId, service };
  throw new ServiceError(
    'IncompleteSignature',
    'The Authorization header is not of the form AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, SignedHeaders=…, Signature=…',
    400,
  );
}
