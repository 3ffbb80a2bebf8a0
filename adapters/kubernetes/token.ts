/**
 * The bearer token of an EKS cluster: a presigned GetCallerIdentity that the API server sends to STS to learn who we are
 * (facts/kubernetes.md, section 2). Nothing is sent by us. A token is a usable URL: it is never logged.
 */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** As the SDK's clients have them. */
export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const PREFIX = 'k8s-aws-v1.';
const NAME_HEADER = 'x-k8s-aws-id';
/** A legacy value: the server takes a token for 15 minutes whatever stands here. */
const EXPIRES_SECONDS = 60;

/** @param now milliseconds since the epoch */
export async function eksToken(eksName: string, region: string, signer: Signer, now: number): Promise<string> {
  const hostname = `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const signature = new SignatureV4({ service: 'sts', region, credentials: signer, sha256: Sha256 });
  const signed = await signature.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, [NAME_HEADER]: eksName },
    },
    { expiresIn: EXPIRES_SECONDS, signingDate: new Date(now), unhoistableHeaders: new Set([NAME_HEADER]) },
  );
  const query = Object.entries(signed.query ?? {}).map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return PREFIX + Buffer.from(`https://${hostname}/?${query.join('&')}`).toString('base64url');
}

/** SHA-256 in the form that the signer asks for, from the runtime's own. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('a hash that was begun is not used again');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
