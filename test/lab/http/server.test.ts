import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PortUnavailable } from '../../../lab/door.ts';
import { type RunningBalancerServers, startBalancerServers } from '../../../lab/http/server.ts';
import { Authority } from '../../../lab/tls.ts';
import type { Cluster } from '../../../models/kubernetes/cluster.ts';
import { LoadBalancer } from '../../../models/load-balancer.ts';
import { shopCluster } from '../clusters.ts';
import { EagerClock } from '../eager-clock.ts';
import { HoldLevels } from '../hold-levels.ts';

const address = '127.0.0.12';
let clock: EagerClock;
let cluster: Cluster;
let authority: Authority;
let servers: RunningBalancerServers;
const faults: unknown[] = [];
let held: HoldLevels;

const start = (http = 0, https = 0) =>
  startBalancerServers({
    balancer: new LoadBalancer({
      cluster,
      dnsName: 'green-lb.elb.test',
      zoneId: 'Z0ELB',
      addresses: { v4: [address], v6: [] },
    }),
    clock,
    authority,
    http: { address, port: http, flag: '--http-port' },
    https: { address, port: https, flag: '--https-port' },
    hosts: ['shop.example.test', 'old.example.test'],
    certificateEndsAt: (host) => (host.startsWith('old') ? Date.parse('2026-12-01T00:00:00Z') : undefined),
    hold: held.hold,
    onFault: (error) => faults.push(error),
  });

beforeEach(async () => {
  held = new HoldLevels();
  clock = new EagerClock(Date.parse('2026-11-20T07:00:00Z'));
  cluster = shopCluster('green', clock);
  authority = await Authority.create('load balancers');
  servers = await start();
});

afterEach(async () => {
  await servers.close();
  expect(faults).toEqual([]);
});

interface Said {
  readonly status: number;
  readonly cluster: string | string[] | undefined;
  readonly body: string;
}

/** One request over a connection of its own; over HTTPS with SNI and a check of the certificate. */
function get(secure: boolean, host: string, path = '/'): Promise<Said> {
  const options = { host: address, path, agent: false, headers: { host } } as const;
  return new Promise((resolve, reject) => {
    const sent = secure
      ? httpsRequest({ ...options, port: servers.httpsPort, servername: host, ca: authority.certificate })
      : httpRequest({ ...options, port: servers.httpPort });
    sent.on('error', reject).on('response', async (answer) => {
      let body = '';
      for await (const chunk of answer.setEncoding('utf8')) body += chunk;
      resolve({ status: answer.statusCode ?? 0, cluster: answer.headers['x-throwover-cluster'], body });
    });
    sent.end();
  });
}

describe('the load balancer of a cluster', () => {
  it.each([false, true])('serves the ingress by host (TLS: %s), in the lab’s time', async (secure) => {
    const before = clock.now();
    held.forget();
    expect(await get(secure, 'shop.example.test', '/healthz/orders?deep=1')).toMatchObject({
      status: 200,
      cluster: 'green',
    });
    expect(clock.now()).toBeGreaterThan(before);
    // The connection holds until its request is there; the request lets go while it takes its time.
    await expect.poll(() => held.levels).toEqual([1, 2, 1, 0, 1, 0]);
    expect(await get(false, 'nobody.example.test')).toMatchObject({ status: 404, cluster: undefined });
  });

  it('shows each host its own certificate, until the day it was told', async () => {
    const shown = (servername: string) =>
      new Promise<{ subject: string | undefined; endsAt: string; authorized: boolean }>((resolve, reject) => {
        const socket = tlsConnect({
          host: address,
          port: servers.httpsPort,
          servername,
          ca: authority.certificate,
          rejectUnauthorized: false,
        });
        socket.on('error', reject).on('secureConnect', () => {
          const { subject, valid_to: endsAt } = socket.getPeerCertificate();
          resolve({ subject: subject.CN as string, endsAt, authorized: socket.authorized });
          socket.destroy();
        });
      });
    expect(await shown('shop.example.test')).toMatchObject({ subject: 'shop.example.test', authorized: true });
    const old = await shown('old.example.test');
    expect(old.subject).toBe('old.example.test');
    expect(new Date(old.endsAt).toISOString()).toBe('2026-12-01T00:00:00.000Z');
    expect(await shown('nobody.example.test')).toMatchObject({ subject: 'green-lb.elb.test', authorized: false });
  });

  it('answers with the ingress’s own errors while no pod is ready', async () => {
    cluster.inflict('cni-broken');
    const answered = get(false, 'shop.example.test');
    let status = 0;
    void answered.then((said) => {
      status = said.status;
    });
    await expect
      .poll(() => {
        clock.pass(1_000); // a gateway's time-out is longer than this clock runs by itself
        return status;
      })
      .toBeGreaterThan(500);
    expect([502, 504]).toContain(status);
  });

  it('refuses connections when its cluster is killed, and serves again when it is healed', async () => {
    cluster.inflict('kill');
    for (const secure of [false, true]) {
      await expect(get(secure, 'shop.example.test')).rejects.toMatchObject({ code: 'ECONNRESET' });
    }
    await servers.refresh();
    for (const secure of [false, true]) {
      await expect(get(secure, 'shop.example.test')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
    cluster.heal();
    await servers.refresh();
    await expect
      .poll(async () => {
        clock.pass(60_000);
        return (await get(false, 'shop.example.test')).status;
      })
      .toBe(200);
  });

  it('can be closed while it refuses', async () => {
    cluster.inflict('kill');
    await servers.refresh();
    await servers.close();
    cluster.heal();
    await servers.refresh();
    await expect(get(false, 'shop.example.test')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('cuts a connection that stayed open, too', async () => {
    const socket = connect(servers.httpPort, address);
    await new Promise((resolve) => socket.on('connect', resolve));
    cluster.inflict('kill');
    const over = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
    socket.write('GET / HTTP/1.1\r\nhost: shop.example.test\r\n\r\n');
    await over;
  });

  it('is reached while only the API of its cluster is down', async () => {
    cluster.inflict('api-down');
    expect(await get(true, 'shop.example.test')).toMatchObject({ status: 200 });
  });

  it('lets the caller wait for ever when the fault is silent', async () => {
    cluster.inflict('kill', { how: 'silent' });
    const socket = connect(servers.httpPort, address);
    await new Promise((resolve) => socket.on('connect', resolve));
    let said = 'nothing';
    socket.on('data', () => {
      said = 'something';
    });
    const over = new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
    socket.write('GET / HTTP/1.1\r\nhost: shop.example.test\r\n\r\n');
    await servers.close();
    await over;
    expect(said).toBe('nothing');
    servers = await start();
  });

  it('names a port that is taken, and leaves none open then', async () => {
    const refused = await start(0, servers.httpsPort).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PortUnavailable);
    expect((refused as Error).message).toBe(
      `Port ${servers.httpsPort} of 127.0.0.12 is taken by another program: choose another with --https-port.`,
    );
  });

  it('outlives any bytes, in the clear and where TLS is due', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 300 }), async (secure, bytes) => {
        await new Promise<void>((resolve) => {
          const socket = connect(secure ? servers.httpsPort : servers.httpPort, address, () => socket.end(bytes));
          socket.on('error', () => {}).on('close', () => resolve());
          socket.resume();
        });
      }),
      { numRuns: 60 },
    );
    expect(await get(true, 'shop.example.test')).toMatchObject({ status: 200 });
  });
});
