import { describe, expect, it } from 'vitest';
import { eksToken } from '../../../adapters/kubernetes/token.ts';
import vectors from '../../fixtures/kubernetes/eks-token.json' with { type: 'json' };

describe('the token of an EKS cluster', () => {
  it.each(vectors)('is the one that `aws eks get-token` makes for $cluster (vector $#)', async (vector) => {
    const { cluster, region, credentials, signingDate, token } = vector;
    expect(await eksToken(cluster, region, credentials, Date.parse(signingDate))).toBe(token);
  });

  it('asks the STS of the cluster’s own Region, in China under its own domain', async () => {
    const signer = { accessKeyId: 'EXAMPLEKEYID', secretAccessKey: 'example-secret' };
    const token = await eksToken('blue', 'cn-north-1', signer, 0);
    expect(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString()).toMatch(
      /^https:\/\/sts\.cn-north-1\.amazonaws\.com\.cn\/\?Action=GetCallerIdentity&/,
    );
  });

  it('has no padding, which the server refuses, and fits what it reads', async () => {
    for (const cluster of ['a', 'ab', 'abc', 'a'.repeat(100)]) {
      const signer = { accessKeyId: 'K', secretAccessKey: 's', sessionToken: 'T'.repeat(1_000) };
      const token = await eksToken(cluster, 'eu-west-1', signer, 0);
      expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
      expect(token.length).toBeLessThanOrEqual(4_096);
    }
  });
});
