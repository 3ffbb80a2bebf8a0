/**
 * The observer that asks AWS: healthy hosts behind each load balancer, what users got from it, how the control plane does,
 * and datastores that have a metric. It shares no network path with the others, and speaks of past minutes.
 */
import type { DataPath, Health, Observation } from '../core/observe/observation.ts';
import type { BalancerMinute, Requests } from '../core/ports.ts';
import { clusterNames, type NamedPair, pairOf } from '../core/topology/pair.ts';
import { type LookInput, looks } from './look.ts';
import { causeOf } from './troubles.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'topology' | 'metrics' | 'nodeGroups' | 'controlPlanes' | 'clock'>;

/** Fewer requests in a minute are strays and scanners. */
const REQUESTS_MIN = 20;

export async function observeAws(input: LookInput, world: Needs) {
  const pair = pairOf(world.topology, input.pair);
  const clusters = clusterNames(pair);
  const before: Observation[] = [];
  const look = async () => {
    const seen = await Promise.all(clusters.map((cluster) => observe(pair, cluster, world)));
    before.splice(0, before.length, ...seen.flatMap(({ earlier }) => earlier));
    return seen.map(({ newest }) => newest);
  };
  const newest = await looks(world.clock, pair, input, look);
  const [nodesMax, dataPaths, changes] = await Promise.all([
    Promise.all(clusters.map(async (cluster) => [cluster, await world.nodeGroups.nodesMax(cluster)] as const)),
    Promise.all(clusters.map(async (cluster) => [cluster, await dataPathsOf(pair, cluster, world)] as const)),
    Promise.all(clusters.map(async (cluster) => [cluster, await changesOf(cluster, input, world)] as const)),
  ]);
  return {
    observations: atTheirNewest([...before, ...newest], new Map(dataPaths), new Map(changes)),
    nodesMax: Object.fromEntries(nodesMax.filter(([, most]) => most !== undefined)),
  };
}

/** The newest minute, and those before it: CloudWatch itself remembers how long a cluster has been dead. */
async function observe(pair: NamedPair, cluster: string, { metrics, clock }: Needs) {
  const balancer = pair.clusters[cluster]?.loadBalancer.host ?? '';
  const base = { observer: 'aws', cluster } as const;
  try {
    const [minutes, api] = await Promise.all([metrics.minutes(balancer), metrics.controlPlane(cluster)]);
    const seen = minutes.map((minute) => ({ ...base, ...seenIn(minute, balancer) }));
    const newest = seen.pop();
    if (newest !== undefined) return { newest: withApi(newest, api, pair), earlier: seen };
    const evidence = `no datapoint of healthy hosts of ${balancer}`;
    return { newest: { ...base, at: clock.now(), answers: false, canary: 'unknown' as const, evidence }, earlier: [] };
  } catch (cause) {
    const [name, said] = cause instanceof Error ? [cause.name, cause.message] : ['', String(cause)];
    const canary: Health = /^(AccessDenied|UnrecognizedClient|ExpiredToken|InvalidClientTokenId)/.test(name)
      ? 'unauthorized'
      : 'unknown';
    const evidence = `CloudWatch does not say: ${said}`;
    return { newest: { ...base, at: clock.now(), answers: false, canary, evidence }, earlier: [] };
  }
}

function seenIn({ at, hosts, users }: BalancerMinute, balancer: string): Omit<Observation, 'observer' | 'cluster'> {
  const counted = users !== undefined && users.asked >= REQUESTS_MIN;
  const told = counted ? `, ${users.failed} of ${users.asked} requests answered 5xx` : '';
  return {
    at,
    answers: true,
    canary: hosts > 0 ? 'healthy' : 'unhealthy',
    ...(counted ? { services: users } : {}),
    evidence: `${hosts} healthy hosts behind ${balancer}${told}`,
  };
}

/** Silence of the control plane's metrics is none: a cluster older than 1.28 has none. */
function withApi(seen: Observation, api: Requests | undefined, { probe }: NamedPair): Observation {
  if (api === undefined || api.asked === 0) return seen;
  const fails = api.failed / api.asked >= probe.deadServicesFraction;
  const evidence = `${seen.evidence}, ${api.failed} of ${api.asked} API requests answered 5xx`;
  return { ...seen, api: fails ? 'unhealthy' : 'healthy', evidence };
}

async function dataPathsOf(pair: NamedPair, cluster: string, { metrics }: Needs): Promise<DataPath[]> {
  const checks = Object.entries(pair.datastores).flatMap(([datastore, { check }]) =>
    'metric' in check ? [{ datastore, ...check.metric }] : [],
  );
  return Promise.all(
    checks.map(async ({ datastore, min, max, ...metric }): Promise<DataPath> => {
      let value: number | undefined;
      try {
        value = await metrics.datapoint(cluster, metric);
      } catch (cause) {
        // unknown closes the gate, which tells people this evidence
        return { datastore, health: 'unknown', evidence: `${metric.name} could not be read: ${causeOf(cause)}` };
      }
      if (value === undefined) return { datastore, health: 'unknown', evidence: `no datapoint of ${metric.name}` };
      const fit = (min === undefined || value >= min) && (max === undefined || value <= max);
      return { datastore, health: fit ? 'healthy' : 'unhealthy', evidence: `${metric.name} is ${value}` };
    }),
  );
}

/** Undefined: nobody asks, or EKS does not say, which is not the same as that it changes nothing. */
async function changesOf(
  cluster: string,
  input: LookInput,
  { controlPlanes, clock }: Needs,
): Promise<Observation['changes']> {
  if (input.changes !== true) return undefined;
  try {
    return { found: await controlPlanes.changes(cluster), at: clock.now() };
  } catch {
    return undefined;
  }
}

/** To the newest observation of each cluster; nobody asked, nothing said. */
function atTheirNewest(
  observations: readonly Observation[],
  paths: ReadonlyMap<string, readonly DataPath[]>,
  changed: ReadonlyMap<string, Observation['changes']>,
): Observation[] {
  return observations.map((one, at) => {
    if (observations.findLastIndex(({ cluster }) => cluster === one.cluster) !== at) return one;
    const [dataPaths = [], changes] = [paths.get(one.cluster), changed.get(one.cluster)];
    return {
      ...one,
      ...(dataPaths.length === 0 ? {} : { dataPaths }),
      ...(changes === undefined ? {} : { changes }),
    };
  });
}
