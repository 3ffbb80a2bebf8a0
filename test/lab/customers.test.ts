import { createServer as createSilence, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { customersOnWire, REQUESTS_PER_SECOND } from '../../lab/customers.ts';
import { type RunningDnsServers, startDnsServers } from '../../lab/dns/server.ts';
import { type RunningBalancerServers, startBalancerServers } from '../../lab/http/server.ts';
import { type LabTime, labTime } from '../../lab/time.ts';
import { Authority } from '../../lab/tls.ts';
import type { Customers } from '../../models/customers/customers.ts';
import type { Cluster } from '../../models/kubernetes/cluster.ts';
import { LoadBalancer } from '../../models/load-balancer.ts';
import { seeded } from '../../models/random.ts';
import { Route53 } from '../../models/route53/route53.ts';
import type { SteppedClock } from '../../models/stepped-clock.ts';
import { shopCluster } from './clusters.ts';

const ADDRESS = '127.0.0.12';
const STARTED = Date.parse('2026-11-20T07:00:00Z');
let time: LabTime;
let clock: SteppedClock;
let cluster: Cluster;
let dns: RunningDnsServers;
let front: RunningBalancerServers;
let customers: Customers;

beforeEach(async () => {
  time = labTime('stepped', STARTED);
  clock = time.stepped as SteppedClock;
  cluster = shopCluster('green', clock);
  const route53 = new Route53({ clock, random: seeded(1), loadBalancers: () => undefined });
  const shop = { Name: 'shop.example.test', Type: 'A' as const, TTL: 20, ResourceRecords: [{ Value: ADDRESS }] };
  route53.createZone({ id: 'Z1', name: 'example.test', nameServers: ['ns-1.lab.test'], recordSets: [shop] });
  dns = await startDnsServers({
    route53,
    random: seeded(2),
    balancers: () => undefined,
    nameServers: [{ address: '127.0.0.1', server: 0 }],
    port: 0,
    flag: '--dns-port',
    hold: time.hold,
  });
  const balancer = new LoadBalancer({
    cluster,
    dnsName: 'green-lb.elb.test',
    zoneId: 'Z0ELB',
    addresses: { v4: [ADDRESS], v6: [] },
  });
  front = await startBalancerServers({
    balancer,
    clock,
    authority: await Authority.create('customers'),
    http: { address: ADDRESS, port: 0, flag: '--http-port' },
    https: { address: ADDRESS, port: 0, flag: '--https-port' },
    hosts: [],
    hold: time.hold,
    askerAt: time.askers.at,
  });
  customers = customersOf(front.httpPort);
});

afterEach(async () => {
  customers.stop();
  await front.close();
  await dns.close();
});

function customersOf(port: number): Customers {
  return customersOnWire({
    clock,
    askers: time.askers,
    seed: 1,
    hosts: ['shop.example.test'],
    nameServers: [`127.0.0.1:${dns.port}`],
    portOf: (address) => (address === ADDRESS ? port : undefined),
  });
}

describe('customers over sockets', () => {
  it('ask so many times a second, and are all served in the lab’s time', async () => {
    customers.start();
    await clock.run(5_500);
    expect(customers.recorder.sent()).toBe(5 * REQUESTS_PER_SECOND);
    expect(customers.recorder.served('green')).toBe(5 * REQUESTS_PER_SECOND);
  });

  it('fail when the connection is refused, at once', async () => {
    cluster.inflict('kill');
    await front.refresh();
    customers.start();
    await clock.run(1_001);
    expect(customers.recorder.failed()).toBe(REQUESTS_PER_SECOND);
  });

  it('have patience for two seconds, and then hang up', async () => {
    const open = new Set<Socket>();
    const silence: Server = createSilence((socket) => {
      open.add(socket);
      setImmediate(() => time.askers.at(socket)?.madeToWait());
      socket.on('error', () => {}).once('close', () => open.delete(socket));
      socket.resume();
    });
    await new Promise<void>((resolve) => silence.listen(0, ADDRESS, resolve));
    const port = (silence.address() as { port: number }).port;
    const waiting = customersOf(port);
    waiting.start();
    await clock.run(1_500);
    waiting.stop();
    expect([waiting.recorder.failed(), open.size]).toEqual([0, REQUESTS_PER_SECOND]);
    await clock.run(2_000);
    expect(waiting.recorder.failed()).toBe(REQUESTS_PER_SECOND);
    await expect.poll(() => open.size).toBe(0);
    silence.close();
  });

  it('hang up on a cluster that says nothing at all', async () => {
    cluster.inflict('kill', { how: 'silent' });
    await front.refresh();
    customers.start();
    await clock.run(3_100);
    expect(customers.recorder.failed()).toBe(REQUESTS_PER_SECOND);
  });

  it('are not kept by an answer that the lab holds back longer', async () => {
    cluster.inflict('slow', { slowMs: 3_000 });
    customers.start();
    await clock.run(1_001);
    customers.stop();
    await clock.run(1_990);
    expect(customers.recorder.failed()).toBe(0);
    await clock.run(20);
    expect(customers.recorder.failed()).toBe(REQUESTS_PER_SECOND);
    await clock.run(10_000);
    expect(clock.now()).toBe(STARTED + 13_011);
  });
});
