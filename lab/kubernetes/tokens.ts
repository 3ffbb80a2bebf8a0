import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../models/clock.ts';
import type { Authenticate } from '../../models/kubernetes/api.ts';
import type { User } from '../../models/kubernetes/rbac.ts';

export interface TokenRules {
  /** Name of the EKS cluster; tokens are made for one. */
  readonly cluster: string;
  readonly clock: Clock;
  /** The bearer token of the lab's administrator, as it stands in the kubeconfig. */
  readonly adminToken: string;
  /** Secrets of access keys that the lab handed out. A token of another key is taken WITHOUT checking its signature. */
  readonly secretOf?: ((accessKeyId: string) => string | undefined) | undefined;
  /** The access entry of whoever signed; undefined: none, which is 401. Left out, everybody is one of our functions. */
  readonly userOf?: ((accessKeyId: string) => User | undefined) | undefined;
}

export const administrator: User = { username: 'lab:administrator', groups: ['system:masters'] };
export const operator: User = { username: 'throwover', groups: ['throwover:operators'] };

const PREFIX = 'k8s-aws-v1.';
const LENGTH_MAX = 4_096;
const AGE_MS_MAX = 15 * 60_000;
const EXPIRES_SECONDS_MAX = 900;
const hosts = /^sts(\.[a-z]{2}(-[a-z]+)+-\d)?\.amazonaws\.com(\.cn)?$/;
const queryKeys = [
  'Action',
  'Version',
  'X-Amz-Security-Token',
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
];

/**
 * Who holds a bearer token: the administrator by the static one, functions by tokens of EKS. Those are checked as
 * aws-iam-authenticator does before it asks STS (facts: Kubernetes, section 2). Then STS would check the signature; here
 * that is done when the secret is known, and with this cluster's name in x-k8s-aws-id, so that the token of another
 * cluster is refused.
 */
export function authenticator(rules: TokenRules): Authenticate {
  return (token) => {
    if (token === rules.adminToken) return administrator;
    const url = token.startsWith(PREFIX) && token.length <= LENGTH_MAX ? urlIn(token) : undefined;
    if (url === undefined || !isWellFormed(url)) return undefined;
    if (rules.clock.now() - signedAt(url) > AGE_MS_MAX) return undefined;
    const [accessKeyId = ''] = (url.searchParams.get('X-Amz-Credential') ?? '').split('/');
    const secret = rules.secretOf?.(accessKeyId);
    if (secret !== undefined && !isSigned(url, secret, rules.cluster)) return undefined;
    return rules.userOf === undefined ? operator : rules.userOf(accessKeyId);
  };
}

/** Base64url without padding: a padded token is refused. */
function urlIn(token: string): URL | undefined {
  const encoded = token.slice(PREFIX.length);
  if (!/^[\w-]+$/.test(encoded)) return undefined;
  const text = Buffer.from(encoded, 'base64url').toString('utf8');
  return URL.canParse(text) ? new URL(text) : undefined;
}

function isWellFormed({ protocol, host, pathname, searchParams, hash, username }: URL): boolean {
  const keys = [...searchParams.keys()];
  const expires = Number(searchParams.get('X-Amz-Expires') ?? '0');
  return (
    protocol === 'https:' &&
    hosts.test(host) &&
    pathname === '/' &&
    hash === '' &&
    username === '' &&
    keys.every((key) => queryKeys.includes(key)) &&
    new Set(keys).size === keys.length &&
    searchParams.get('Action') === 'GetCallerIdentity' &&
    expires >= 0 &&
    expires <= EXPIRES_SECONDS_MAX &&
    /^[^/]+\/\d{8}\/[\w-]+\/sts\/aws4_request$/.test(searchParams.get('X-Amz-Credential') ?? '') &&
    searchParams.get('X-Amz-SignedHeaders') === 'host;x-k8s-aws-id' &&
    /^[\da-f]{64}$/.test(searchParams.get('X-Amz-Signature') ?? '') &&
    !Number.isNaN(signedAt({ searchParams }))
  );
}

/** Milliseconds since the epoch. */
function signedAt({ searchParams }: Pick<URL, 'searchParams'>): number {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get('X-Amz-Date') ?? '') ?? [];
  const [year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Signature Version 4 of a presigned GET without a body. */
function isSigned({ host, searchParams }: URL, secret: string, cluster: string): boolean {
  const query = [...searchParams]
    .filter(([key]) => key !== 'X-Amz-Signature')
    .map(([key, value]) => `${encoded(key)}=${encoded(value)}`)
    .sort()
    .join('&');
  const headers = `host:${host}\nx-k8s-aws-id:${cluster}\n`;
  const request = ['GET', '/', query, headers, 'host;x-k8s-aws-id', sha256('')].join('\n');
  const [, ...scope] = (searchParams.get('X-Amz-Credential') ?? '').split('/');
  const toSign = ['AWS4-HMAC-SHA256', searchParams.get('X-Amz-Date'), scope.join('/'), sha256(request)].join('\n');
  const key = scope.reduce<string | Buffer>((above, part) => hmac(above, part), `AWS4${secret}`);
  const given = Buffer.from(searchParams.get('X-Amz-Signature') ?? '', 'hex');
  const own = hmac(key, toSign);
  return given.length === own.length && timingSafeEqual(given, own);
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
