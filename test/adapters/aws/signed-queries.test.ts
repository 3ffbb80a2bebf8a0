/** A server that checks the signature of what arrived on the wire by the rules of AWS, written down here a second time. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { signedForWorkspaces } from '../../../adapters/aws/signed-queries.ts';
import { probeOver } from '../../../adapters/http/http.ts';
import type { Dns } from '../../../core/ports.ts';
import { HandClock } from '../hand-clock.ts';

const SECRET = 'of-the-test';
const signer = { accessKeyId: 'EXAMPLEKEYID', secretAccessKey: SECRET, sessionToken: 'token/of+the=test' };
const WORKSPACE = '/workspaces/ws-1234';
const WELL = '{"data":{"resultType":"vector","result":[{"value":[1,"1"]}]}}';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Says why a request is not signed as AWS wants it; undefined: it is. */
function refusal({ url = '', headers }: IncomingMessage, region: string): string | undefined {
  const parts = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
    headers.authorization ?? '',
  );
  if (parts === null) return 'no signature';
  const [, credential = '', signedHeaders = '', signature = ''] = parts;
  const [keyId, day = '', ...scope] = credential.split('/');
  if (keyId !== signer.accessKeyId || scope.join('/') !== `${region}/aps/aws4_request`) return `scope ${credential}`;
  const names = signedHeaders.split(';');
  for (const name of ['host', 'x-amz-date', 'x-amz-security-token'])
    if (!names.includes(name)) return `${name} is not signed`;
  const [path = '', query = ''] = url.split('?');
  const canonical = [
    'GET',
    path,
    query.split('&').sort().join('&'),
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    signedHeaders,
    sha256(''),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], `${day}/${scope.join('/')}`, sha256(canonical)].join('\n');
  const key = [region, 'aps', 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${SECRET}`, day));
  const right = timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex'));
  return right ? undefined : `the signature does not match\n${canonical}`;
}

async function prometheus(region: string) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    const because = refusal(request, region);
    response.writeHead(because === undefined ? 200 : 403).end(because ?? WELL);
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, asked };
}

const dns = { ask: async () => ({ rcode: 'NOERROR', addresses: ['127.0.0.1'], texts: [] }) } as Partial<Dns> as Dns;
const clock = new HandClock();
const probe = (credentials = async () => signer) =>
  probeOver({
    clock,
    dns,
    timeoutMilliseconds: 2_000,
    loopback: true,
    sign: signedForWorkspaces(clock, credentials),
  });

describe('a query to Amazon Managed Prometheus', () => {
  it.each([
    'up',
    'min by (cluster) (probe_success{cluster="blue", job=~"canary|web.*"}) or vector(0)',
    "count(up{name!='ä ö/ü'}) * 100 % 7 + ~(1)",
  ])('is signed for the service aps in the Region of the workspace: %s', async (query) => {
    const { port, asked } = await prometheus('eu-central-1');
    const url = `http://aps-workspaces.eu-central-1.amazonaws.com:${port}${WORKSPACE}/`;
    expect(await probe().query({ url, query, ageSeconds: 60 })).toMatchObject({ kind: 'value', value: 1 });
    const [{ url: path = '' } = {}] = asked;
    expect(new URL(path, 'http://x').pathname).toBe(`${WORKSPACE}/api/v1/query`);
    expect(new URL(path, 'http://x').searchParams.get('query')).toBe(query);
  });

  it('that is signed with another key, or for another Region, is refused, and says nothing about the cluster', async () => {
    const { port } = await prometheus('eu-central-1');
    const at = (region: string) => `http://aps-workspaces.${region}.amazonaws.com:${port}${WORKSPACE}`;
    const stranger = probe(async () => ({ ...signer, secretAccessKey: 'of-somebody-else' }));
    expect((await stranger.query({ url: at('eu-central-1'), query: 'up', ageSeconds: 60 })).kind).toBe('unauthorized');
    expect((await probe().query({ url: at('eu-west-1'), query: 'up', ageSeconds: 60 })).kind).toBe('unauthorized');
  });

  it('without credentials is not sent at all', async () => {
    const { port, asked } = await prometheus('eu-central-1');
    const nobody = probe(() => Promise.reject(new Error('no credentials')));
    const url = `http://aps-workspaces.eu-central-1.amazonaws.com:${port}${WORKSPACE}`;
    expect(await nobody.query({ url, query: 'up', ageSeconds: 60 })).toMatchObject({ kind: 'unreachable' });
    expect(asked).toEqual([]);
  });
});

describe('a query to any other Prometheus', () => {
  it.each([
    'http://prometheus.example.test',
    'http://aps-workspaces.eu-central-1.amazonaws.com.example.test',
    'http://aps-workspaces.eu-central-1.example.test',
  ])('carries no signature and nothing of our credentials: %s', async (host) => {
    const { port, asked } = await prometheus('eu-central-1');
    await probe().query({ url: `${host}:${port}${WORKSPACE}`, query: 'up', ageSeconds: 60 });
    const [request] = asked;
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual(['accept', 'connection', 'host']);
  });
});
