import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { type DnsServersOptions, type RunningDnsServers, startDnsServers } from '../../../lab/dns/server.ts';
import { PortUnavailable } from '../../../lab/door.ts';
import { seeded } from '../../../models/random.ts';
import { Route53 } from '../../../models/route53/route53.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { run } from '../program.ts';

const balancers: Readonly<Record<string, { v4: readonly string[]; v6: readonly string[] } | undefined>> = {
  'blue-lb.elb.test': { v4: ['127.0.0.11'], v6: [] },
  'green-lb.elb.test': { v4: ['127.0.0.12'], v6: ['::ffff:127.0.0.12'] },
};

const alias = (cluster: string, Weight: number) => ({
  Name: 'shop.example.test',
  Type: 'A',
  SetIdentifier: cluster,
  Weight,
  AliasTarget: { HostedZoneId: 'Z0ELB', DNSName: `${cluster}-lb.elb.test`, EvaluateTargetHealth: false },
});
const record = (Name: string, Type: string, ...values: string[]) => ({
  Name,
  Type,
  TTL: 60,
  ResourceRecords: values.map((Value) => ({ Value })),
});

let clock: SteppedClock;
let route53: Route53;
let servers: RunningDnsServers;
let silent = false;
const held: string[] = [];

async function start(options: Partial<DnsServersOptions> = {}): Promise<RunningDnsServers> {
  return startDnsServers({
    route53,
    random: seeded(7),
    balancers: (name) => balancers[name],
    nameServers: [
      { address: '127.0.0.1', server: 0 },
      { address: '127.0.0.2', server: 1 },
    ],
    port: 0,
    flag: '--dns-port',
    before: () => (silent ? 'silence' : 'answer'),
    hold: () => {
      held.push('hold');
      return () => held.push('release');
    },
    ...options,
  });
}

beforeEach(async () => {
  silent = false;
  held.length = 0;
  clock = new SteppedClock(Date.parse('2026-11-20T07:00:00Z'));
  route53 = new Route53({
    clock,
    random: seeded(1),
    rules: { propagationMs: { min: 10_000, max: 10_000 } },
    loadBalancers: (name) => {
      const found = balancers[name];
      return found === undefined ? undefined : { addresses: found, healthy: true };
    },
  });
  route53.createZone({
    name: 'example.test',
    id: 'Z0EXAMPLE',
    recordSets: [
      alias('blue', 100),
      alias('green', 0),
      record('www.example.test', 'CNAME', 'blue-lb.elb.test'),
      record('v6.example.test', 'AAAA', '2001:db8::1', '::ffff:192.0.2.1'),
      record(
        'shop._throwover.example.test',
        'TXT',
        '"v=1 by=0a1b2c3d epoch=43 seq=2 active=blue" "and \\"more\\" \\101"',
      ),
      record('mail.example.test', 'MX', '10 mx.example.test'),
      record('_sip.example.test', 'SRV', '1 2 5060 sip.example.test'),
      record('caa.example.test', 'CAA', '0 issue "ca.example.net"'),
      record('many.example.test', 'A', ...Array.from({ length: 60 }, (_, at) => `192.0.2.${at}`)),
      record('*.wild.example.test', 'A', '192.0.2.99'),
    ],
  });
  servers = await start();
});

afterEach(() => servers.close());

/** What dig prints, without its banner's times. */
async function dig(context: TestContext, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run('dig', context, [
    '-p',
    String(servers.port),
    '+tries=1',
    '+time=5',
    ...args,
  ]);
  expect(code, stdout + stderr).toBe(0);
  return stdout;
}

const short = async (context: TestContext, ...args: string[]) =>
  (await dig(context, '@127.0.0.1', '+short', ...args)).trim();

describe('dig', () => {
  it('gets an authoritative answer through an alias, by weights', async (context) => {
    const text = await dig(context, '@127.0.0.1', 'shop.example.test');
    expect(text).toContain('status: NOERROR');
    expect(text).toMatch(/flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0/);
    expect(text).toMatch(/shop\.example\.test\.\s+60\s+IN\s+A\s+127\.0\.0\.11/);
    expect(text).toContain('EDNS: version: 0, flags:; udp: 1232');
    expect(text).toContain('(UDP)');
  });

  it('gets every type that people ask for', async (context) => {
    expect(await short(context, 'TXT', 'shop._throwover.example.test')).toBe(
      '"v=1 by=0a1b2c3d epoch=43 seq=2 active=blue" "and \\"more\\" A"',
    );
    expect(await short(context, 'CNAME', 'www.example.test')).toBe('blue-lb.elb.test.');
    expect((await short(context, 'AAAA', 'v6.example.test')).split('\n').sort()).toEqual([
      '2001:db8::1',
      '::ffff:192.0.2.1',
    ]);
    expect((await short(context, 'NS', 'example.test')).split('\n')).toEqual([
      'ns-1.awsdns-01.test.',
      'ns-2.awsdns-02.test.',
    ]);
    expect(await short(context, 'SOA', 'example.test')).toMatch(
      /^ns-1\.awsdns-01\.test\. awsdns-hostmaster\.amazon\.com\. 1 7200/,
    );
    expect(await short(context, 'MX', 'mail.example.test')).toBe('10 mx.example.test.');
    expect(await short(context, 'SRV', '_sip.example.test')).toBe('1 2 5060 sip.example.test.');
    expect(await short(context, 'CAA', 'caa.example.test')).toBe('0 issue "ca.example.net"');
  });

  it('gets the address of a load balancer by its own name, and NODATA with a SOA where it has none', async (context) => {
    expect(await short(context, 'A', 'green-lb.elb.test')).toBe('127.0.0.12');
    expect(await short(context, 'AAAA', 'green-lb.elb.test')).toBe('::ffff:127.0.0.12');
    const none = await dig(context, '@127.0.0.1', 'AAAA', 'blue-lb.elb.test');
    expect(none).toMatch(/status: NOERROR[\s\S]*flags: qr aa rd; QUERY: 1, ANSWER: 0, AUTHORITY: 1/);
    expect(none).toMatch(/elb\.test\.\s+60\s+IN\s+SOA/);
  });

  it('gets NXDOMAIN and NODATA with the SOA, whose TTL is how long that may be remembered', async (context) => {
    const missing = await dig(context, '@127.0.0.1', 'nobody.example.test');
    expect(missing).toMatch(/status: NXDOMAIN[\s\S]*example\.test\.\s+900\s+IN\s+SOA/);
    const noData = await dig(context, '@127.0.0.1', 'AAAA', 'www.wild.example.test');
    expect(noData).toMatch(/status: NOERROR[\s\S]*ANSWER: 0, AUTHORITY: 1/);
  });

  it('is refused outside the zones, and told that there is no recursion', async (context) => {
    const text = await dig(context, '@127.0.0.1', 'example.com');
    expect(text).toContain('status: REFUSED');
    expect(text).toContain('recursion requested but not available');
    expect(text).not.toMatch(/flags:[^;]* aa/);
    expect(await dig(context, '@127.0.0.1', '+tcp', 'AXFR', 'example.test')).toContain('Transfer failed');
  });

  it('keeps the letters of a name as they were asked, and reads wildcards', async (context) => {
    expect(await dig(context, '@127.0.0.1', 'ShOp.ExAmPlE.tEsT')).toMatch(/ANSWER SECTION:\n[^\n]+127\.0\.0\.11/);
    expect(await short(context, 'a.wild.example.test')).toBe('192.0.2.99');
    expect(await short(context, '*.wild.example.test')).toBe('192.0.2.99');
  });

  it('gets what fits into the UDP answer it can take, and the rest by TCP', async (context) => {
    const cut = await dig(context, '@127.0.0.1', '+noedns', '+ignore', 'many.example.test');
    expect(cut).toMatch(/flags: qr aa tc rd; QUERY: 1, ANSWER: 0/);
    const cutToo = await dig(context, '@127.0.0.1', '+bufsize=600', '+ignore', 'many.example.test');
    expect(cutToo).toMatch(/flags: qr aa tc rd; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 1/);
    const whole = await dig(context, '@127.0.0.1', '+noedns', 'many.example.test');
    expect(whole).toMatch(/ANSWER: 60/);
    expect(whole).toContain('(TCP)');
    expect(await dig(context, '@127.0.0.1', 'many.example.test')).toContain('(UDP)');
  });

  it('is told which EDNS versions there are', async (context) => {
    expect(await dig(context, '@127.0.0.1', '+edns=1', '+noednsnegotiation', 'shop.example.test')).toContain('BADVERS');
  });

  it('sees a change on each server when it arrives there', async (context) => {
    route53.changeResourceRecordSets({
      HostedZoneId: 'Z0EXAMPLE',
      ChangeBatch: {
        Changes: [
          { Action: 'UPSERT', ResourceRecordSet: alias('green', 100) },
          { Action: 'UPSERT', ResourceRecordSet: alias('blue', 0) },
        ],
      },
    });
    expect(await short(context, 'shop.example.test')).toBe('127.0.0.11');
    await clock.run(10_000);
    expect(await short(context, 'shop.example.test')).toBe('127.0.0.12');
    expect((await dig(context, '@127.0.0.2', '+short', 'shop.example.test')).trim()).toBe('127.0.0.12');
  });
});

describe('the name servers', () => {
  const resolver = () => {
    const one = new Resolver({ timeout: 2_000, tries: 1 });
    one.setServers([`127.0.0.1:${servers.port}`, `127.0.0.2:${servers.port}`]);
    return one;
  };

  it('answer Node’s own resolver, with the TTL', async () => {
    expect(await resolver().resolve4('shop.example.test', { ttl: true })).toEqual([{ address: '127.0.0.11', ttl: 60 }]);
    await expect(resolver().resolve4('nobody.example.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver().resolve6('shop.example.test')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('draw among weighted records with the random numbers they were given', async () => {
    route53.seed('Z0EXAMPLE', [alias('blue', 50), alias('green', 50)]);
    const seen = new Set<string | undefined>();
    for (let ask = 0; ask < 30; ask++) seen.add((await resolver().resolve4('shop.example.test'))[0]);
    expect([...seen].sort()).toEqual(['127.0.0.11', '127.0.0.12']);
  });

  it('show private zones inside the VPC only', async () => {
    route53.createZone({
      name: 'inside.test',
      id: 'Z0INSIDE',
      private: true,
      recordSets: [record('db.inside.test', 'A', '10.0.0.1')],
    });
    const inside = await start({ nameServers: [{ address: '127.0.0.1', server: 0, from: 'vpc' }] });
    const vpc = new Resolver();
    vpc.setServers([`127.0.0.1:${inside.port}`]);
    expect(await vpc.resolve4('db.inside.test')).toEqual(['10.0.0.1']);
    await expect(resolver().resolve4('db.inside.test')).rejects.toMatchObject({ code: 'EREFUSED' });
    await inside.close();
  });

  it('fail for what is not modelled instead of inventing an answer', async () => {
    route53.seed('Z0EXAMPLE', [
      ...['eu-west-1', 'us-east-1'].map((Region) => ({
        ...record('near.example.test', 'A', '192.0.2.1'),
        SetIdentifier: Region,
        Region,
      })),
    ]);
    await expect(resolver().resolve4('near.example.test')).rejects.toMatchObject({ code: 'ESERVFAIL' });
  });

  it('hold the clock for each question and answer', async () => {
    await resolver().resolve4('shop.example.test');
    await expect.poll(() => held).toEqual(['hold', 'release']);
  });

  it('can fall silent', async () => {
    silent = true;
    await expect(resolver().resolve4('shop.example.test')).rejects.toMatchObject({ code: 'ETIMEOUT' });
  });

  it('have one port for all addresses, UDP and TCP; a taken one is named in a sentence', async () => {
    const refused = await start({ port: servers.port }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PortUnavailable);
    expect((refused as Error).message).toBe(
      `Port ${servers.port} of 127.0.0.1 is taken by another program: choose another with --dns-port.`,
    );
  });

  it('are gone after close, also with connections open', async () => {
    const extra = await start();
    const socket = connect(extra.port, '127.0.0.2');
    await new Promise((resolve) => socket.on('connect', resolve));
    const gone = new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
    await extra.close();
    await gone;
    await (await start({ port: extra.port })).close();
  });

  it('outlive any bytes', async () => {
    const socket = createSocket('udp4');
    const said = new Promise((resolve) => socket.once('message', resolve));
    const send = (bytes: Uint8Array) =>
      new Promise<void>((resolve) => socket.send(bytes, servers.port, '127.0.0.1', () => resolve()));
    const header = fc.tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          header.map(([start, rest]) => Buffer.from([...start, 0, 1, 0, 0, 0, 0, 0, 1, ...rest])),
        ),
        (bytes) => send(new Uint8Array(bytes)),
      ),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 100 }), async (bytes) => {
        await new Promise<void>((resolve) => {
          const client = connect(servers.port, '127.0.0.1', () => client.end(bytes));
          client.on('error', () => {}).on('close', () => resolve());
          client.resume();
        });
      }),
      { numRuns: 30 },
    );
    await send(Buffer.from('1234010000010000000000000473686f70076578616d706c6504746573740000010001', 'hex'));
    await said;
    expect(await resolver().resolve4('shop.example.test')).toEqual(['127.0.0.11']);
    socket.close();
  });
});
