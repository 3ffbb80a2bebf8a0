/** What each observer brings, from a world in memory and from ports that answer what a test says. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Observation } from '../../core/observe/observation.ts';
import type { BalancerMinute, Probe, QueryAnswer } from '../../core/ports.ts';
import { pairOf } from '../../core/topology/index.ts';
import type { Topology } from '../../core/topology/schema.ts';
import { atMost } from '../../functions/at-most.ts';
import { observeAws } from '../../functions/observe-aws.ts';
import { observeInside } from '../../functions/observe-inside.ts';
import { observeOutside } from '../../functions/observe-outside.ts';
import { probeCluster } from '../../functions/probe-cluster.ts';
import { type InMemoryStage, inMemoryStage } from '../../lab/in-memory/stage.ts';
import { labTopology } from '../lab-topology.ts';

let stage: InMemoryStage;
beforeEach(async () => {
  stage = inMemoryStage({ topology: labTopology(), seed: 1, active: 'blue' });
  await stage.close();
});

/** Lets lab time pass until it is done. */
async function done<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const finished = work.finally(() => {
    over = true;
  });
  finished.catch(() => {});
  await stage.clock.runUntil(() => over);
  return finished;
}

function changed(change: (pair: Record<string, unknown>) => void): Topology {
  const topology = structuredClone(labTopology());
  change(topology.pairs.shop as unknown as Record<string, unknown>);
  return topology;
}

const of = (observations: readonly Observation[], observer: string, cluster = 'blue') =>
  observations.filter((one) => one.observer === observer && one.cluster === cluster);

describe('the observer inside', () => {
  const look = () => done(observeInside({ pair: 'shop' }, stage.inMemory.ports));

  it('counts pods that get no network, as long as the cluster says so', async () => {
    expect((await look()).clusters.blue?.stuckPods).toEqual({ count: 0, some: [] });
    const { blue } = stage.inMemory.world.clusters;
    await stage.inflict('cni-broken', 'blue');
    await stage.pass(30_000);
    expect((await look()).clusters.blue).toMatchObject({ stuckPods: { count: 1 }, creatingPods: { count: 0 } });
    await stage.pass(60_000);
    const { clusters } = await look();
    expect(clusters.blue).toMatchObject({ api: 'healthy', creatingPods: { count: 1 } });
    expect(clusters.blue?.stuckPods?.count).toBeGreaterThan(0);
    expect(clusters.green?.stuckPods?.count).toBe(0);
    blue?.heal();
    await stage.pass(300_000);
    expect((await look()).clusters.blue?.stuckPods?.count).toBe(0);
  });

  it('does not say that no pod is stuck when it could not ask', async () => {
    await stage.inflict('api-down', 'blue');
    expect((await look()).clusters.blue).not.toHaveProperty('stuckPods');
  });

  it('calls an API whose etcd is frozen unreachable, though it answers cached lists as before', async () => {
    await stage.inflict('frozen-etcd', 'blue');
    const { blue } = stage.inMemory.world.clusters;
    const headers = { authorization: 'Bearer k8s-aws-v1.memory' };
    const cached = blue?.answer({ method: 'GET', path: '/api/v1/nodes?resourceVersion=0', headers });
    expect(cached).toMatchObject({ status: 200, delayMs: 0 });
    const { observations, clusters } = await look();
    expect(of(observations, 'inside')).toMatchObject([
      { api: 'unreachable', apiBecause: 'blue did not answer in 5 s', canary: 'healthy' },
    ]);
    expect(clusters.blue).toMatchObject({ api: 'unreachable', apiBecause: 'blue did not answer in 5 s' });
  });

  it('calls an API unhealthy that answers everything, and has written nothing for a minute', async () => {
    await stage.inflict('full-etcd', 'blue');
    await stage.pass(59_000);
    expect((await look()).clusters.blue).toMatchObject({ api: 'healthy' });
    await stage.pass(10_000);
    const { observations, clusters } = await look();
    const because = expect.stringMatching(/no Lease of 2 in kube-system was renewed for \d+ s, at most 60 s count/);
    expect(of(observations, 'inside')).toMatchObject([
      { api: 'unhealthy', evidence: expect.stringContaining('nothing is written') },
    ]);
    expect(clusters.blue).toMatchObject({
      api: 'unhealthy',
      apiBecause: because,
      nodes: { ready: expect.any(Number) },
    });
    expect(clusters.green).toMatchObject({ api: 'healthy' });
    expect(clusters.green).not.toHaveProperty('apiBecause');
  });

  it('asks each API server a dozen times for a look of the watch, whatever the size of the rings', async () => {
    const asked: string[] = [];
    const { blue } = stage.inMemory.world.clusters;
    if (blue === undefined) throw new Error('there is no blue');
    const answer = blue.answer.bind(blue);
    blue.answer = (request) => {
      asked.push(request.path.split('?')[0] ?? '');
      return answer(request);
    };
    await done(observeInside({ pair: 'shop', count: true }, stage.inMemory.ports));
    expect(asked.length, asked.join('\n')).toBeLessThanOrEqual(12);
    expect(asked.filter((path) => path.endsWith('/configmaps/throwover') || path.endsWith('/leases'))).toHaveLength(2);
  });

  it('asks no API server for what its cache remembers', async () => {
    const asked: string[] = [];
    const { blue } = stage.inMemory.world.clusters;
    if (blue === undefined) throw new Error('there is no blue');
    const answer = blue.answer.bind(blue);
    blue.answer = (request) => {
      asked.push(request.path);
      return answer(request);
    };
    await done(observeInside({ pair: 'shop', changes: true }, stage.inMemory.ports));
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((path) => path.includes('resourceVersion'))).toEqual([]);
  });

  it('counts nodes by zone', async () => {
    const { zones = [], wanted } = (await look()).clusters.blue?.nodes ?? {};
    expect(zones.map(({ zone }) => zone)).toEqual([...zones.map(({ zone }) => zone)].sort());
    expect(zones.reduce((sum, { total }) => sum + total, 0)).toBe(wanted);
  });

  it('asks the datastores of the cluster that has the traffic, too, also while it is suspected', async () => {
    await stage.inflict('database-read-only');
    const { clusters } = await done(observeInside({ pair: 'shop', suspect: 'blue' }, stage.inMemory.ports));
    expect(clusters.blue?.dataPaths).toMatchObject([{ datastore: 'orders', health: 'unhealthy' }]);
  });
});

describe('the observer outside', () => {
  it('tells how long an answer took, and calls a slow canary degraded', async () => {
    const look = () => done(observeOutside({ pair: 'shop' }, stage.inMemory.ports));
    const usual = of((await look()).observations, 'outside')[0];
    expect(usual).toMatchObject({ canary: 'healthy' });
    expect(usual?.milliseconds).toBeLessThan(100);
    stage.inMemory.world.clusters.blue?.inflict('slow', { slowMs: 1_500 });
    const slow = of((await look()).observations, 'outside')[0];
    expect(slow).toMatchObject({ canary: 'degraded', services: { asked: 2, failed: 0 } });
    expect(slow?.milliseconds).toBeGreaterThan(1_500);
  });
});

describe('the canary', () => {
  const look = () => done(observeOutside({ pair: 'shop' }, stage.inMemory.ports));

  it('that is served says which of its own two checks fails', async () => {
    stage.inMemory.world.clusters.blue?.inflict('dns-broken');
    stage.inMemory.world.clusters.green?.inflict('api-down');
    const { observations } = await look();
    expect(of(observations, 'outside', 'blue')).toMatchObject([
      { canary: 'unhealthy', canaryBecause: 'resolves no name', services: { asked: 2, failed: 2 } },
    ]);
    expect(of(observations, 'outside', 'green')).toMatchObject([
      {
        canary: 'degraded',
        evidence: expect.stringMatching(/^canary says 200 in \d+ ms, that it does not reach the K/),
      },
    ]);
    stage.inMemory.world.clusters.blue?.heal();
    const [well] = of((await look()).observations, 'outside', 'blue');
    expect(well).toMatchObject({ canary: 'healthy' });
    expect(well).not.toHaveProperty('canaryBecause');
  });

  it('that is not served tells the third by that', async () => {
    stage.inMemory.world.clusters.blue?.inflict('ingress-down');
    const [seen] = of((await look()).observations, 'outside', 'blue');
    expect(seen).toMatchObject({ canary: 'unhealthy', evidence: expect.stringMatching(/^canary says 503 in/) });
    expect(seen).not.toHaveProperty('canaryBecause');
  });
});

describe('public resolvers', () => {
  const topology = changed((pair) => {
    pair.probe = { ...pairOf(labTopology()).probe, publicResolvers: ['192.0.2.1:53'] };
  });
  const look = async (world = stage.inMemory.ports) =>
    (await done(observeOutside({ pair: 'shop' }, { ...world, topology }))).observations;

  it('lead to the cluster that has the weights, and so elsewhere than to the other', async () => {
    const seen = await look();
    expect(of(seen, 'resolvers')[0]).toMatchObject({ answers: true, leads: 'here', canary: 'unknown' });
    expect(of(seen, 'resolvers', 'green')[0]).toMatchObject({ leads: 'elsewhere' });
  });

  it('lead nowhere when they know of no name, and say nothing when they fail', async () => {
    const { ports } = stage.inMemory;
    const answering = (rcode: 'NXDOMAIN' | 'SERVFAIL') => ({
      ...ports,
      dns: { ...ports.dns, askResolver: async () => ({ rcode, addresses: [], texts: [] }) },
    });
    expect(of(await look(answering('NXDOMAIN')), 'resolvers')[0]).toMatchObject({ leads: 'nowhere' });
    const failed = of(await look(answering('SERVFAIL')), 'resolvers')[0];
    expect(failed).toMatchObject({ answers: false, canary: 'unreachable' });
    expect(failed).not.toHaveProperty('leads');
  });

  it('whose addresses nobody knows lead neither here nor there: balancers change theirs', async () => {
    const { ports } = stage.inMemory;
    const dns = {
      ...ports.dns,
      askResolver: async () => ({ rcode: 'NOERROR' as const, addresses: ['198.51.100.9'], texts: [] }),
    };
    expect(of(await look({ ...ports, dns }), 'resolvers')[0]).not.toHaveProperty('leads');
  });
});

describe('a Prometheus', () => {
  const topology = (askedFrom: 'inside' | 'outside') =>
    changed((pair) => {
      pair.prometheus = {
        url: 'http://prometheus.test',
        askedFrom,
        evidenceAgeSecondsMax: 60,
        clusters: { blue: { query: 'blue', min: 0.5, max: 1 }, green: { query: 'green', min: 0.5 } },
      };
    });
  const look = async (answer: QueryAnswer, askedFrom: 'inside' | 'outside' = 'inside') => {
    const probe: Probe = { ...stage.inMemory.ports.probe, query: async () => answer };
    const world = { ...stage.inMemory.ports, topology: topology(askedFrom), probe };
    const [inside, outside] = await done(
      Promise.all([observeInside({ pair: 'shop' }, world), observeOutside({ pair: 'shop' }, world)]),
    );
    return { inside: of(inside.observations, 'prometheus'), outside: of(outside.observations, 'prometheus') };
  };

  it.each([
    [0.5, 'healthy'],
    [0.49, 'unhealthy'],
    [1, 'healthy'],
    [1.01, 'unhealthy'],
  ])('that says %d calls the cluster %s, as of its own time', async (value, canary) => {
    const { inside } = await look({ kind: 'value', at: 5, value });
    expect(inside).toMatchObject([{ at: 5, answers: true, canary }]);
  });

  it.each([
    ['none', 'unknown'],
    ['unreachable', 'unknown'],
    ['unauthorized', 'unauthorized'],
  ] as const)('without a value (%s) says %s, which is counted for nothing', async (kind, canary) => {
    expect((await look({ kind, because: 'x' })).inside).toMatchObject([{ answers: false, canary }]);
  });

  it('is asked by one of the two functions', async () => {
    const value = { kind: 'value', at: 5, value: 1 } as const;
    const [inner, outer] = [await look(value, 'inside'), await look(value, 'outside')];
    expect([inner.inside, inner.outside, outer.inside, outer.outside].map(({ length }) => length)).toEqual([
      1, 0, 0, 1,
    ]);
  });
});

describe('the observer that asks AWS', () => {
  const NOW = Date.parse('2026-01-01T03:00:00Z');
  const minute = (ago: number, hosts: number, users?: BalancerMinute['users']): BalancerMinute => ({
    at: NOW - ago * 60_000,
    hosts,
    ...(users === undefined ? {} : { users }),
  });
  const look = async (minutes: BalancerMinute[] | Error, more: object = {}, topology = labTopology()) => {
    const { ports } = stage.inMemory;
    const metrics = {
      ...ports.metrics,
      minutes: async () => {
        if (minutes instanceof Error) throw minutes;
        return minutes;
      },
      ...more,
    };
    const { observations } = await done(observeAws({ pair: 'shop' }, { ...ports, topology, metrics }));
    return of(observations, 'aws');
  };

  it('brings the minutes before the newest one: CloudWatch itself remembers how long it has been', async () => {
    const seen = await look([minute(3, 2), minute(2, 0), minute(1, 0)]);
    expect(seen.map(({ at, canary }) => [(NOW - at) / 60_000, canary])).toEqual([
      [3, 'healthy'],
      [2, 'unhealthy'],
      [1, 'unhealthy'],
    ]);
  });

  it('counts what users got, unless they were too few to tell', async () => {
    expect((await look([minute(1, 2, { asked: 900, failed: 850 })]))[0]?.services).toEqual({ asked: 900, failed: 850 });
    expect((await look([minute(1, 2, { asked: 19, failed: 19 })]))[0]).not.toHaveProperty('services');
  });

  it('takes a control plane that answers half of its requests with 5xx for a failing API, and no count for none', async () => {
    const api = async (counted?: { asked: number; failed: number }) =>
      (await look([minute(1, 2)], { controlPlane: async () => counted }))[0]?.api;
    expect(await api({ asked: 600, failed: 300 })).toBe('unhealthy');
    expect(await api({ asked: 600, failed: 299 })).toBe('healthy');
    expect(await api(undefined)).toBeUndefined();
  });

  it('that may not ask is unauthorized, and one without an answer or a datapoint unknown', async () => {
    const failure = (name: string) => Object.assign(new Error('no'), { name });
    expect(await look(failure('AccessDeniedException'))).toMatchObject([{ answers: false, canary: 'unauthorized' }]);
    expect(await look(failure('TimedOut'))).toMatchObject([{ answers: false, canary: 'unknown' }]);
    expect(await look([])).toMatchObject([{ answers: false, canary: 'unknown' }]);
  });

  it('asks for datastores that have a metric, and holds the value against its bounds', async () => {
    const lag = { namespace: 'AWS/RDS', name: 'AuroraReplicaLag', dimensions: {}, max: 200 };
    const topology = changed((pair) => {
      pair.datastores = { orders: { check: { metric: lag } } };
    });
    const paths = async (datapoint: number | undefined) =>
      (await look([minute(2, 2), minute(1, 2)], { datapoint: async () => datapoint }, topology)).map(
        ({ dataPaths }) => dataPaths?.[0]?.health,
      );
    expect(await paths(200)).toEqual([undefined, 'healthy']);
    expect(await paths(201)).toEqual([undefined, 'unhealthy']);
    expect(await paths(undefined)).toEqual([undefined, 'unknown']);
  });
});

describe('a thousand endpoints', () => {
  const services = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, at) => [
      `s${at}`,
      { hosts: [`s${at}.example.test`], healthPath: '/', ring: 1, tier: 1, concurrency: 'safe' as const },
    ]),
  );

  it('that do not answer at all are probed by one function within its time, a bounded number at once', async () => {
    const pair = { ...pairOf(labTopology()), services };
    let [open, most, asked] = [0, 0, 0];
    const { clock } = stage.inMemory.ports;
    const probe: Probe = {
      ...stage.inMemory.ports.probe,
      get: async () => {
        asked++;
        most = Math.max(most, ++open);
        await clock.wait(pair.probe.timeoutSeconds * 1_000);
        open--;
        return { kind: 'unreachable', because: 'no answer in 2 s' };
      },
    };
    const began = stage.clock.now();
    const seen = await done(probeCluster('outside', pair, 'blue', {}, { probe, clock }));
    expect(seen).toMatchObject({ services: { asked: 1_000, failed: 1_000 }, canary: 'unreachable' });
    expect(asked).toBe(1_001);
    expect(most).toBeLessThanOrEqual(251);
    // both clusters together leave the function its time to answer
    expect((stage.clock.now() - began) / 1_000).toBeLessThan(pair.timing.taskSecondsMax / 2);
  });
});

describe('atMost', () => {
  it('gives the results in the order of the items, and fails when one fails', async () => {
    expect(await atMost(2, [3, 1, 2], async (one) => one * 2)).toEqual([6, 2, 4]);
    await expect(
      atMost(2, [1, 2], async (one) => {
        if (one === 2) throw new Error('two');
      }),
    ).rejects.toThrow('two');
  });
});
