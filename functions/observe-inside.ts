/**
 * The observer inside the clusters' VPC: each Kubernetes API, and the canary and the services through the ingress. It
 * also brings the facts about both clusters that the gates compare.
 */
import { ClusterUnreachable } from '../core/errors.ts';
import type { TargetFacts } from '../core/facts.ts';
import { fenceFactsOf } from '../core/observe/cluster-fence.ts';
import { stoppedIn } from '../core/observe/control-plane.ts';
import type { Health, Observation } from '../core/observe/observation.ts';
import { roomSeen } from '../core/observe/room-seen.ts';
import { stuckNow } from '../core/observe/stuck-pods.ts';
import { byRing, certificatesByRing, compared, type WorkloadFacts } from '../core/observe/workloads.ts';
import { type Counts, countsOf, remembered, wakingSizes } from '../core/plan/capacity-memory.ts';
import { bySize } from '../core/plan/packing.ts';
import type { ClusterFenceRead, Inventory, Lease, Nodes, Reserve, StuckPod, Workload } from '../core/ports.ts';
import { clusterNames, type NamedPair, pairOf } from '../core/topology/pair.ts';
import { recallCapacity } from './capacity-memory.ts';
import { type LookInput, looks, sparedOf } from './look.ts';
import { nodesInside } from './node-sources.ts';
import { observePrometheus } from './observe-prometheus.ts';
import { platformFacts } from './platform-facts.ts';
import { probeCluster } from './probe-cluster.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'topology' | 'probe' | 'clusters' | 'clock' | 'notes'>;

export async function observeInside(input: LookInput, world: Needs) {
  const pair = pairOf(world.topology, input.pair);
  const clusters = clusterNames(pair).filter((cluster) => sparedOf(cluster, input) !== 'all');
  const asked = askedOnce(pair, input, world);
  const look = async () => {
    const [own, told] = await Promise.all([
      Promise.all(clusters.map((cluster) => observe(pair, cluster, asked(cluster), input, world))),
      observePrometheus('inside', pair, world),
    ]);
    return [...own, ...told];
  };
  const into = () =>
    Promise.all(clusterNames(pair).map((cluster) => lookInto(pair, cluster, asked(cluster), input, world)));
  // facts are as fresh as the last sample; where that is the first, nobody has to wait for one and then for the other
  const [observations, looked] =
    input.until === undefined
      ? await Promise.all([looks(world.clock, pair, input, look), into()])
      : [await looks(world.clock, pair, input, look), await into()];
  const [here, there] = looked;
  const readable = looked.every(({ facts }) => facts.api === 'healthy');
  const both = here === undefined || there === undefined || !readable ? {} : { compared: compared(here, there) };
  const counts = countsOf(looked.flatMap(({ objects }) => objects));
  const { sizes, because } = readable ? { sizes: counts, because: undefined } : await sizesBefore(input.pair, world);
  const sizeOf = wakingSizes(sizes);
  const sized = because === undefined ? {} : { sized: because };
  return {
    observations,
    ...(input.count === true ? { counts } : {}),
    clusters: Object.fromEntries(
      looked.map(({ cluster, facts, objects }) => [
        cluster,
        { ...facts, ...both, ...needed(facts, objects, sizeOf, sized) },
      ]),
    ),
  };
}

/** One of the clusters does not say what it runs with. */
async function sizesBefore(pair: string, world: Needs): Promise<{ sizes: Counts; because: string }> {
  const memory = await recallCapacity(pair, world).catch(() => undefined);
  const { counts, because } = remembered(memory, world.clock.now());
  return { sizes: counts, because };
}

/** Room is needed for as many pods as the cluster will wake with. */
function needed(
  { capacity }: TargetFacts,
  objects: readonly Workload[],
  sizeOf: (workload: Workload) => number,
  sized: { sized?: string },
) {
  const wanted = objects.map((object) => ({ ...object.asks, pods: Math.max(object.replicas, sizeOf(object)) }));
  return { capacity: { ...capacity, wanted: bySize(wanted), ...sized } };
}

async function observe(
  pair: NamedPair,
  cluster: string,
  asked: Promise<AskedApi>,
  input: LookInput,
  world: Needs,
): Promise<Observation> {
  const [seen, { api, apiBecause }] = await Promise.all([probeCluster('inside', pair, cluster, input, world), asked]);
  const why = apiBecause === undefined ? {} : { apiBecause };
  return {
    ...seen,
    api,
    ...why,
    evidence: [`${seen.evidence}, Kubernetes API ${api}`, apiBecause ?? []].flat().join(': '),
  };
}

interface AskedApi {
  read: ClusterFenceRead;
  api: Health;
  apiBecause?: string;
}

/** A look that is a single one asks each API once; one that goes on asks anew each time. */
function askedOnce(pair: NamedPair, { until }: LookInput, world: Needs): (cluster: string) => Promise<AskedApi> {
  const known = new Map<string, Promise<AskedApi>>();
  return (cluster) => {
    const asked = (until === undefined ? known.get(cluster) : undefined) ?? askApi(pair, cluster, world);
    known.set(cluster, asked);
    return asked;
  };
}

/** By quorum, and by what is being written: an API that has nothing but its past is not healthy. */
async function askApi({ probe }: NamedPair, cluster: string, { clusters }: Needs): Promise<AskedApi> {
  const [read, leases] = await Promise.all([
    clusters.readFence(cluster),
    unlessUnreachable<Lease[]>(clusters.leases(cluster), []),
  ]);
  if (read.kind === 'unreachable' || read.kind === 'unauthorized')
    return { read, api: read.kind, apiBecause: read.because };
  const stopped = stoppedIn(leases, probe.leaseAgeSecondsMax);
  return stopped === undefined ? { read, api: 'healthy' } : { read, api: 'unhealthy', apiBecause: stopped };
}

interface Looked {
  cluster: string;
  facts: TargetFacts;
  workloads: readonly WorkloadFacts[];
  objects: readonly Workload[];
}

/**
 * Everything about one cluster that a gate may want to know; what could not be read is empty and says so in `api`. A
 * cluster that is to be left is not asked what only one that receives must have: it may be dead, and each host of it would
 * cost a time-out. Its datastores are asked for all the same: few, and they name the cause.
 */
async function lookInto(
  pair: NamedPair,
  cluster: string,
  asked: Promise<AskedApi>,
  input: LookInput,
  world: Needs,
): Promise<Looked> {
  const spared = sparedOf(cluster, input);
  const from = nodesInside(pair.clusters[cluster]);
  const [{ read, api, apiBecause }, nodes, platform, inventory, reserves, stuck, certificates, dataPaths] =
    await Promise.all([
      asked,
      unlessUnreachable<Nodes>(world.clusters.nodes(cluster), { ready: 0, total: 0, zones: [], sizes: [] }),
      input.changes === true ? platformFacts(pair, cluster, world.clusters) : {},
      unlessUnreachable<Inventory>(world.clusters.inventory(cluster), NOTHING),
      from === undefined
        ? undefined
        : unlessUnreachable<Reserve[] | undefined>(world.clusters.reserves(cluster, from), undefined),
      unlessUnreachable<StuckPod[] | undefined>(world.clusters.stuckPods(cluster), undefined),
      cluster === input.suspect || spared === 'all' ? [] : certificatesOf(pair, cluster, world),
      spared === 'all' ? [] : dataPathsOf(pair, cluster, spared, world),
    ]);
  const fence = read.kind === 'fence' ? fenceFactsOf(read.data) : undefined;
  const objects = inventory.workloads;
  const workloads = objects.map(workloadFacts);
  const facts: TargetFacts = {
    cluster,
    at: world.clock.now(),
    api,
    ...(apiBecause === undefined ? {} : { apiBecause }),
    ...(fence === undefined ? {} : { fence }),
    nodes: { ready: nodes.ready, wanted: nodes.total, zones: nodes.zones },
    ...platform,
    ...(stuck === undefined ? {} : stuckNow(stuck, world.clock.now())),
    workloads: byRing(workloads),
    capacity: roomSeen(nodes, inventory, reserves),
    certificates,
    dataPaths,
  };
  return { cluster, facts, workloads, objects };
}

const NOTHING: Inventory = { workloads: [], others: [], daemons: { pods: 0, cpuMillis: 0, memoryMiB: 0 } };

function workloadFacts({ kind, namespace, name, ring, wanted, ready, images, exclusive }: Workload): WorkloadFacts {
  return { object: `${kind}/${namespace}/${name}`, ring, wanted, ready, images, exclusive };
}

async function unlessUnreachable<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    if (cause instanceof ClusterUnreachable) return otherwise;
    throw cause;
  }
}

async function certificatesOf(
  pair: NamedPair,
  cluster: string,
  { probe }: Needs,
): Promise<TargetFacts['certificates']> {
  const balancer = pair.clusters[cluster]?.loadBalancer;
  if (balancer === undefined) return [];
  const hosts = Object.values(pair.services).flatMap((service) => service.hosts);
  const shown = await Promise.all(
    hosts.map(async (host) => ({
      host,
      daysLeft: await probe.certificateDaysLeft({ balancer: balancer.host, port: balancer.ports.https, host }),
    })),
  );
  return certificatesByRing(pair, shown);
}

async function dataPathsOf(
  pair: NamedPair,
  cluster: string,
  spared: readonly number[],
  { probe }: Needs,
): Promise<TargetFacts['dataPaths']> {
  const balancer = pair.clusters[cluster]?.loadBalancer;
  if (balancer === undefined) return [];
  const checks = Object.entries(pair.datastores).flatMap(([datastore, { check }]) => {
    if (!('service' in check)) return [];
    const { hosts = [], ring = -1 } = pair.services[check.service] ?? {};
    return spared.includes(ring) ? [] : [{ datastore, path: check.path, host: hosts[0] ?? '' }];
  });
  return Promise.all(
    checks.map(async ({ datastore, path, host }) => {
      const answer = await probe.get({ balancer: balancer.host, port: balancer.ports.https, secure: true, host, path });
      if (answer.kind === 'unreachable') return { datastore, health: 'unreachable', evidence: answer.because } as const;
      const healthy = answer.status >= 200 && answer.status < 300;
      return {
        datastore,
        health: healthy ? 'healthy' : 'unhealthy',
        evidence: `${path} says ${answer.status}`,
      } as const;
    }),
  );
}
