/**
 * The bearer token of an EKS cluster: a presigned GetCallerIdentity that the API server sends to STS to learn who we are
 * (facts/kubernetes.md, section 2). Nothing is sent by us. A token is a usable URL: it is never logged.
 */
import { type Signer, signatureFor } from '../aws/signing.ts';

const PREFIX = 'k8s-aws-v1.';
const NAME_HEADER = 'x-k8s-aws-id';
/** A legacy value: the server takes a token for 15 minutes whatever stands here. */
const EXPIRES_SECONDS = 60;

/** @param now milliseconds since the epoch */
export async function eksToken(eksName: string, region: string, signer: Signer, now: number): Promise<string> {
  const hostname = `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const signed = await signatureFor('sts', region, signer).presign(
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
