import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeOver } from '../../../adapters/http/http.ts';
import type { Dns, DnsAnswer } from '../../../core/ports.ts';
import { certificateFor } from '../certificate.ts';
import { HandClock } from '../hand-clock.ts';

const DAY = 86_400_000;
let clock: HandClock;
let answers: Partial<Record<'A' | 'AAAA', DnsAnswer>>;
let questions: string[];
const open: Server[] = [];

beforeEach(() => {
  clock = new HandClock();
  questions = [];
  answers = { A: { rcode: 'NOERROR', addresses: ['127.0.0.1'], texts: [] } };
});
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

const dns: Pick<Dns, 'ask'> = {
  ask: async (name, type) => {
    questions.push(`${name} ${type}`);
    return answers[type as 'A'] ?? { rcode: 'NOERROR', addresses: [], texts: [] };
  },
};
const probe = (loopback = true) => probeOver({ clock, dns: dns as Dns, timeoutMilliseconds: 2_000, loopback });

async function listening(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const plain = (listener: RequestListener) => listening(createServer(listener));
const get = (port: number, secure = false, path = '/healthz') =>
  probe().get({ balancer: 'blue-lb.elb.test', port, secure, host: 'shop.example.test', path });

describe('a probe', () => {
  it('asks the balancer’s address for the host, and reads status and headers', async () => {
    let seen: unknown;
    const port = await plain(({ headers: { host }, url, method }, response) => {
      seen = { host, url, method };
      response.writeHead(204, { 'x-cluster': 'blue' }).end();
    });
    const answer = await get(port);
    expect(answer).toMatchObject({ kind: 'answered', status: 204, headers: { 'x-cluster': 'blue' } });
    expect(seen).toEqual({ host: 'shop.example.test', url: '/healthz', method: 'GET' });
    expect(questions).toEqual(['blue-lb.elb.test. A']);
  });

  it('asks for the balancer’s address once for all the probes of a look, and again for the next look', async () => {
    const port = await plain((_, response) => response.end());
    const one = probe();
    const look = () =>
      Promise.all(
        Array.from({ length: 50 }, () =>
          one.get({ balancer: 'blue-lb.elb.test', port, secure: false, host: 'shop.example.test', path: '/' }),
        ),
      );
    expect((await look()).every(({ kind }) => kind === 'answered')).toBe(true);
    expect(questions).toHaveLength(1);
    clock.pass(1_000);
    await look();
    expect(questions).toHaveLength(2);
  });

  it('does not keep that a balancer had no address', async () => {
    const port = await plain((_, response) => response.end());
    const one = probe();
    const ask = () => one.get({ balancer: 'blue-lb.elb.test', port, secure: false, host: 'x', path: '/' });
    const { A } = answers;
    answers = { A: { rcode: 'SERVFAIL', addresses: [], texts: [] } };
    expect((await ask()).kind).toBe('unreachable');
    answers = A === undefined ? {} : { A };
    expect((await ask()).kind).toBe('answered');
  });

  it('shows the host in SNI, and is not stopped by a certificate: that has a gate of its own', async () => {
    let name: unknown;
    const expired = await certificateFor(['elsewhere.test'], 0, DAY);
    const SNICallback = (servername: string, done: (error: null) => void) => {
      name = servername;
      done(null);
    };
    const server = createSecureServer({ ...expired, SNICallback }, (_, response) => response.end());
    expect(await get(await listening(server), true)).toMatchObject({ kind: 'answered', status: 200 });
    expect(name).toBe('shop.example.test');
  });

  it('brings the first characters of the text, however it comes', async () => {
    const port = await plain((_, response) => {
      response.write('{"resolves":');
      setImmediate(() => response.end(`true}${'x'.repeat(1_000)}`));
    });
    const answer = await get(port);
    expect(answer).toMatchObject({ body: expect.stringMatching(/^\{"resolves":true\}x+$/) });
    expect(answer.kind === 'answered' && answer.body?.length).toBe(512);
  });

  it('follows no redirect', async () => {
    let requests = 0;
    const port = await plain((_, response) => {
      requests++;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await get(port)).toMatchObject({ kind: 'answered', status: 302 });
    expect(requests).toBe(1);
  });

  it('reads no more of an endless body than it has to', async () => {
    const port = await plain((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      };
      response.on('drain', more);
      more();
    });
    expect(await get(port)).toMatchObject({ kind: 'answered', status: 200 });
  });

  it('takes a connection of its own each time', async () => {
    const ports = new Set<unknown>();
    const port = await plain((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    await get(port);
    await get(port);
    expect(ports.size).toBe(2);
  });

  it('is unreachable when no answer comes in time', async () => {
    let arrived = false;
    const port = await plain(() => {
      arrived = true;
    });
    const answer = get(port);
    while (!arrived) await new Promise((resolve) => setImmediate(resolve));
    clock.pass(2_000);
    expect(await answer).toEqual({ kind: 'unreachable', because: 'no answer in 2 s' });
  });

  it('is unreachable when nobody listens, and says so', async () => {
    expect(await get(1)).toMatchObject({ kind: 'unreachable', because: expect.stringMatching(/ECONNREFUSED/) });
  });

  it('dials IPv6 where there is nothing else, and nobody where there is nothing', async () => {
    answers = { AAAA: { rcode: 'NOERROR', addresses: ['::1'], texts: [] } };
    expect(await get(1)).toMatchObject({ because: expect.stringMatching(/::1/) });
    answers = {};
    expect(await get(1)).toEqual({ kind: 'unreachable', because: 'blue-lb.elb.test has no address' });
    answers = { A: { rcode: 'SERVFAIL', addresses: [], texts: [] } };
    expect(await get(1)).toEqual({ kind: 'unreachable', because: 'blue-lb.elb.test has no address: SERVFAIL' });
  });

  it.each([
    '127.0.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
  ])('never goes to %s outside the lab', async (address) => {
    let requests = 0;
    const port = await plain(() => void requests++);
    const type = address.includes(':') ? 'AAAA' : 'A';
    answers = { [type]: { rcode: 'NOERROR', addresses: [address], texts: [] } };
    const answer = await probe(false).get({ balancer: 'b.test', port, secure: false, host: 'x', path: '/' });
    expect(answer).toMatchObject({ kind: 'unreachable', because: expect.stringMatching(/never probed/) });
    expect(requests).toBe(0);
  });
});

describe('the days left of a certificate', () => {
  const daysLeft = (port: number, host = 'shop.example.test') =>
    probe().certificateDaysLeft({ balancer: 'blue-lb.elb.test', port, host });
  const serving = async (names: string[], from: number, to: number) =>
    listening(createSecureServer(await certificateFor(names, from, to), (_, response) => response.end()));

  it('are whole days by our clock', async () => {
    const port = await serving(['shop.example.test'], clock.now() - DAY, clock.now() + 14 * DAY + 1_000);
    expect(await daysLeft(port)).toBe(14);
    clock.pass(2_000);
    expect(await daysLeft(port)).toBe(13);
  });

  it('are negative when it has expired', async () => {
    const port = await serving(['shop.example.test'], 0, clock.now() - DAY / 2);
    expect(await daysLeft(port)).toBe(-1);
  });

  it('are not known of a certificate for somebody else', async () => {
    const port = await serving(['ingress.local'], 0, clock.now() + 90 * DAY);
    expect(await daysLeft(port)).toBeUndefined();
    expect(await daysLeft(await serving(['*.example.test'], 0, clock.now() + 90 * DAY))).toBe(90);
  });

  it('are not known where there is no certificate, or nobody', async () => {
    expect(await daysLeft(await plain((_, response) => response.end()))).toBeUndefined();
    expect(await daysLeft(1)).toBeUndefined();
  });
});
