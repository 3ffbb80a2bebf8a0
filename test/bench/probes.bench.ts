/**
 * What a probe costs beside a bare request to the same server: CPU time of this process alone, the server being another one,
 * in turns. And a thousand endpoints, as one function probes them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { request } from 'node:http';
import { systemClock } from '../../adapters/clock/system.ts';
import { probeOver } from '../../adapters/http/http.ts';
import type { Observation } from '../../core/observe/observation.ts';
import type { Dns, Probe } from '../../core/ports.ts';
import { type NamedPair, pairOf } from '../../core/topology/pair.ts';
import { atMost as bounded } from '../../functions/at-most.ts';
import { functions } from '../../functions/list.ts';
import { probeCluster } from '../../functions/probe-cluster.ts';
import { pause } from '../../models/clock.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { cpuMilliseconds, median } from '../../scripts/bench/paired-ratio.ts';
import { atMost, type Bench } from '../../scripts/bench/result.ts';
import { labTopology } from '../lab-topology.ts';

const PAIRS = 21;
const REQUESTS = 200;
const AT_ONCE = 50;
const SERVER = `require('node:http').createServer((_, r) => r.end('ok\\n')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;

const bench: Bench = async ({ print }) => {
  const { port, server } = await serving();
  let questions = 0;
  const dns = {
    ask: async () => {
      questions++;
      return { rcode: 'NOERROR', addresses: ['127.0.0.1'], texts: [] };
    },
  } as Partial<Dns> as Dns;
  const probe = probeOver({ clock: systemClock, dns, timeoutMilliseconds: 2_000, loopback: true });
  try {
    const probes = () =>
      many((host) => probe.get({ balancer: 'blue-lb.elb.test', port, secure: false, host, path: '/healthz' }));
    const bare = () => many((host) => bareRequest(port, host));
    for (let warm = 0; warm < 5; warm++) await Promise.all([await probes(), await bare()]);
    const ratios: number[] = [];
    for (let pair = 0; pair < PAIRS; pair++) ratios.push((await cpuOf(probes)) / (await cpuOf(bare)));

    questions = 0;
    const pair = { ...pairOf(labTopology()), services: thousandServices() };
    const blue = pair.clusters.blue;
    if (blue !== undefined) blue.loadBalancer.ports.https = port;
    const plain = { ...probe, get: (asked: Parameters<typeof probe.get>[0]) => probe.get({ ...asked, secure: false }) };
    const began = performance.now();
    const seen = await probeCluster('outside', pair, 'blue', {}, { probe: plain, clock: systemClock });
    print(`     1,000 endpoints probed in ${(performance.now() - began).toFixed(0)} ms`);
    return [
      atMost(1.5, 'CPU of a probe against a bare request', median(ratios), 'times'),
      atMost(
        0,
        'of 1,000 endpoints that serve, seen failing by one function',
        seen.services?.failed ?? 1_000,
        'endpoints',
      ),
      atMost(
        timeoutSecondsOf('observe-outside'),
        '1,000 endpoints none of which answers: probed by one function, against its time-out',
        await secondsWithoutAnswers(pair),
        'virtual s',
      ),
      atMost(5, 'DNS questions for 1,000 endpoints behind one balancer', questions, 'questions'),
    ];
  } finally {
    server.kill();
  }
};

function timeoutSecondsOf(wanted: string): number {
  return functions.find(({ key }) => key === wanted)?.timeoutSeconds ?? 0;
}

/** The longest that a look may take: every request waits until it is given up. */
async function secondsWithoutAnswers(pair: NamedPair): Promise<number> {
  const clock = new SteppedClock(0);
  const get = async () => {
    await pause(clock, pair.probe.timeoutSeconds * 1000);
    return { kind: 'unreachable' as const, because: 'no answer' };
  };
  let seen: Observation | undefined;
  const world = { probe: { get } as Partial<Probe> as Probe, clock: { now: () => clock.now(), wait: async () => {} } };
  void probeCluster('outside', pair, 'blue', {}, world).then((found) => {
    seen = found;
  });
  await clock.runUntil(() => seen !== undefined);
  if (seen?.services?.failed !== 1_000) throw new Error('not every endpoint was probed');
  return clock.now() / 1000;
}

function many(work: (host: string) => Promise<unknown>): Promise<unknown> {
  const hosts = Array.from({ length: REQUESTS }, (_, at) => `s${at}.example.test`);
  return bounded(AT_ONCE, hosts, work);
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = cpuMilliseconds();
  await work();
  return cpuMilliseconds() - before;
}

/** What nobody could do with less: a connection, a request, its answer read to the end. */
function bareRequest(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path: '/healthz', agent: false, headers: { host, connection: 'close' } },
      (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}

async function serving(): Promise<{ port: number; server: ChildProcess }> {
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve) => server.stdout?.once('data', (text) => resolve(Number(text))));
  return { port, server };
}

function thousandServices() {
  const service = { healthPath: '/', ring: 1, tier: 1, concurrency: 'safe' } as const;
  return Object.fromEntries(
    Array.from({ length: 1_000 }, (_, at) => [`s${at}`, { ...service, hosts: [`s${at}.example.test`] }]),
  );
}

export default bench;
