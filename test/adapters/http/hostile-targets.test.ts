/** Where a probe never goes, whatever a name leads to and however an address is written. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeOver } from '../../../adapters/http/http.ts';
import type { Dns, DnsAnswer } from '../../../core/ports.ts';
import { HandClock } from '../hand-clock.ts';

/** What DNS may answer: the own machine, the link, metadata services, and each of them in disguise. */
const ADDRESSES = [
  ...['127.0.0.1', '127.0.0.2', '127.1.2.3', '127.255.255.254', '0.0.0.0', '0.1.2.3'],
  ...['169.254.169.254', '169.254.170.2', '169.254.170.23', '169.254.0.1', '169.254.255.255', '169.254.169.123'],
  ...['224.0.0.1', '239.255.255.255', '255.255.255.255', '240.0.0.1'],
  ...['::', '::1', '0:0:0:0:0:0:0:1', '0000:0000:0000:0000:0000:0000:0000:0001', '::0001', '::127.0.0.1', '::7f00:1'],
  ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::FFFF:127.0.0.1', '0:0:0:0:0:ffff:127.0.0.1', '0:0:0:0:0:ffff:7f00:1'],
  ...['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '0:0:0:0:0:FFFF:A9FE:A9FE', '::169.254.169.254', '::a9fe:a9fe'],
  ...[
    '64:ff9b::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::a9fe:a9fe',
  ],
  ...['2002:7f00:1::', '2002:a9fe:a9fe::', '2002:a9fe:a9fe::1'],
  ...['fd00:ec2::254', 'FD00:EC2::254', 'fd00:0ec2::254', 'fd00:ec2:0:0:0:0:0:254', 'fd00:ec2::23', 'fd00:ec2::253'],
  ...['fe80::1', 'FE80::1', 'fe80::a9fe:a9fe', 'febf::1', 'fe80:0000::1', 'ff02::1', 'ff05::2'],
  // not addresses at all: nobody guesses what they may mean
  ...['2130706433', '0x7f000001', '017700000001', '0177.0.0.1', '0x7f.0.0.1', '127.1', '127.0.1', '2852039166'],
  ...[
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '[::1]',
    'localhost',
    'fe80::1%eth0',
    '127.0.0.1.',
    ' 127.0.0.1',
  ],
];

/** Where a query of Prometheus may be sent by a topology: the same, as URLs. */
const URLS = [
  ...['http://127.0.0.1', 'http://127.1', 'http://2130706433', 'http://0x7f000001', 'http://017700000001', 'http://0'],
  ...['http://0177.0.0.1', 'http://127.0.0.1.', 'http://[::1]', 'http://[::ffff:127.0.0.1]', 'http://[::127.0.0.1]'],
  ...[
    'http://169.254.169.254',
    'http://169.254.169.254.',
    'http://2852039166',
    'http://0xa9fea9fe',
    'http://[fd00:ec2::254]',
  ],
  ...['http://[::ffff:a9fe:a9fe]', 'http://[fe80::1]', 'http://user:word@127.0.0.1', 'http://example.test@127.0.0.1'],
  ...['http://127。0。0。1', 'http://①②⑦.0.0.1'],
];

let connections = 0;
const victim = createTcp((socket) => {
  connections++;
  socket.destroy();
});
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => victim.listen(0, resolve));
  port = (victim.address() as AddressInfo).port;
});
afterAll(() => void victim.close());

function probe(answer: (times: number) => string, loopback = false) {
  let times = 0;
  const ask = async (_: string, type: string): Promise<DnsAnswer> =>
    type === 'A'
      ? { rcode: 'NOERROR', addresses: [answer(times++)], texts: [] }
      : { rcode: 'NOERROR', addresses: [], texts: [] };
  const clock = new HandClock();
  return probeOver({ clock, dns: { ask } as unknown as Dns, timeoutMilliseconds: 2_000, loopback });
}

const asked = (of: ReturnType<typeof probe>, to = port) =>
  of.get({ balancer: 'lb.example.test', port: to, secure: false, host: 'shop.example.test', path: '/' });

describe('a probe of a name', () => {
  it('has a corpus of more than sixty', () => {
    expect(new Set([...ADDRESSES, ...URLS]).size).toBeGreaterThan(80);
  });

  it.each(ADDRESSES)('that leads to %s makes no connection', async (address) => {
    const before = connections;
    expect(await asked(probe(() => address))).toMatchObject({
      kind: 'unreachable',
      because: expect.stringContaining('never probed'),
    });
    expect(
      await probe(() => address).certificateDaysLeft({ balancer: 'lb.example.test', port, host: 'shop.example.test' }),
    ).toBeUndefined();
    expect(connections).toBe(before);
  });

  it('whose answer changes between look and call is led nowhere else: it is asked once, and that address is dialled', async () => {
    const before = connections;
    const rebinding = probe((times) => (times === 0 ? '127.0.0.1' : '127.0.0.2'));
    expect(await asked(rebinding)).toMatchObject({ because: expect.stringContaining('127.0.0.1') });
    expect(connections).toBe(before);
  });

  it('follows no redirect, to wherever it leads', async () => {
    const before = connections;
    const server: Server = createServer((_, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${port}/latest/meta-data/` }).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const answer = await asked(
      probe(() => '127.0.0.1', true),
      (server.address() as AddressInfo).port,
    );
    expect(answer).toMatchObject({ kind: 'answered', status: 302 });
    expect(connections).toBe(before);
    server.close();
  });
});

describe('a query of metrics', () => {
  it.each(URLS)('at %s makes no connection', async (url) => {
    const before = connections;
    const one = probe(() => '127.0.0.1');
    const query = { url: url.startsWith('http://[') ? `${url}:${port}` : `${url}:${port}`, query: 'up' };
    const answer = await one
      .query(query as Parameters<typeof one.query>[0])
      .catch((cause: unknown) => ({ kind: 'unreachable', because: String(cause) }));
    expect(answer).toMatchObject({ kind: 'unreachable' });
    expect(connections).toBe(before);
  });
});
