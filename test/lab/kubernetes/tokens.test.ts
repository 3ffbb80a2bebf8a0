import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { administrator, authenticator, operator } from '../../../lab/kubernetes/tokens.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { root } from '../../tree/sources.ts';

interface Vector {
  readonly cluster: string;
  readonly signingDate: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly url: string;
  readonly token: string;
}

const vectors: Vector[] = JSON.parse(readFileSync(join(root, 'test/fixtures/kubernetes/eks-token.json'), 'utf8'));
const [first] = vectors as [Vector];
const signedAt = Date.parse(first.signingDate);
const MINUTE = 60_000;
let clock: SteppedClock;

beforeEach(() => {
  clock = new SteppedClock(signedAt);
});

const secrets: Record<string, string> = { [first.credentials.accessKeyId]: first.credentials.secretAccessKey };
const check = (token: string, given: Partial<Parameters<typeof authenticator>[0]> = {}) =>
  authenticator({ cluster: 'blue', clock, adminToken: 'lab-admin', secretOf: (key) => secrets[key], ...given })(token);
const tokenOf = (url: string) => `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;

describe('a bearer token', () => {
  it('of the administrator is the administrator', () => {
    expect(check('lab-admin')).toEqual(administrator);
    expect(check('lab-admi')).toBeUndefined();
  });

  it.each(vectors)('made as `aws eks get-token` makes it is one of our functions', ({ token }) => {
    expect(check(token)).toEqual(operator);
  });

  it('of another cluster is refused', () => {
    expect(check(first.token, { cluster: 'green' })).toBeUndefined();
  });

  it('signed with another secret is refused, and not checked at all where the secret is unknown', () => {
    expect(check(first.token, { secretOf: () => 'another' })).toBeUndefined();
    expect(check(first.token, { secretOf: () => undefined, cluster: 'green' })).toEqual(operator);
  });

  it('is good for 15 minutes by the lab’s clock, whatever it says of itself', async () => {
    await clock.run(15 * MINUTE);
    expect(check(first.token)).toEqual(operator);
    await clock.run(1);
    expect(check(first.token)).toBeUndefined();
  });

  it('of somebody without an access entry is refused', () => {
    expect(check(first.token, { userOf: () => undefined })).toBeUndefined();
  });

  it.each([
    ['padded', `${first.token}==`],
    ['cut', first.token.slice(0, -40)],
    ['of another kind', 'Zm9v'],
    ['too long', `k8s-aws-v1.${'a'.repeat(4_096)}`],
    ['no address inside', tokenOf('not a url')],
    ['over http', tokenOf(first.url.replace('https:', 'http:'))],
    [
      'to another host',
      tokenOf(first.url.replace('sts.eu-west-1.amazonaws.com', 'sts.eu-west-1.amazonaws.com.evil.test')),
    ],
    ['to another path', tokenOf(first.url.replace('.com/?', '.com/x?'))],
    ['with a key nobody knows', tokenOf(`${first.url}&X-More=1`)],
    ['with a key given twice', tokenOf(`${first.url}&Action=GetCallerIdentity`)],
    ['for another action', tokenOf(first.url.replace('GetCallerIdentity', 'GetSessionToken'))],
    ['with too long a life', tokenOf(first.url.replace('Expires=60', 'Expires=901'))],
    ['without the cluster signed', tokenOf(first.url.replace('host%3Bx-k8s-aws-id', 'host'))],
    ['with a date that is none', tokenOf(first.url.replace('20261120T070000Z', '20261140T070000Z'))],
  ])('that is %s is refused, also where no secret is known', (_what, token) => {
    expect(check(token, { secretOf: () => undefined })).toBeUndefined();
  });
});
