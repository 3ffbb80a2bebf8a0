/**
 * Facts from a few words. The world is the example topology at rest on blue, epoch 42, both clusters well, blue about to
 * be left for green; a test or a scenario says only what is different. Used by `scenarios/decide` and the tests of the
 * core, so that a new case needs no code.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Facts, ZoneFacts } from '../../core/facts.ts';
import { classesOf } from '../../core/observe/classes.ts';
import type { Observation, ObserverClass } from '../../core/observe/observation.ts';
import { byRing, certificatesByRing, compared } from '../../core/observe/workloads.ts';
import { readingOf } from '../../core/plan/reading.ts';
import type { RecordSet } from '../../core/plan/records.ts';
import { fenceName, type NamedPair, namesInZone, pairOf, pivotName, ringsOf } from '../../core/topology/pair.ts';
import { parseTopology } from '../../core/topology/problems.ts';
import type { Zone } from '../../core/topology/schema.ts';

export const NOW = Date.UTC(2027, 2, 14, 3, 0, 0);
export const BY = '0badcafe';

/** How a cluster looks to one class, sample after sample. */
export type Looks =
  | 'well'
  | 'dead'
  | 'sick'
  | 'apps down'
  | 'api down'
  | 'asleep'
  | 'canary down'
  | 'slow'
  | 'gray'
  | 'unknown'
  | 'gone';

export interface Seen {
  blue?: Looks;
  green?: Looks;
  /** How long it has looked like that, in samples every 10 s; default 60. */
  seconds?: number;
  /** Age of the newest sample; default 2. */
  age?: number;
}

export interface GivenZone {
  /** What the TXT says, `null` for none; default: at rest on blue, epoch 42. */
  fence?: string | null;
  /** Weights of blue and green by ring; default 100 and 0. */
  weights?: Record<string, [number, number]>;
  /** What its two servers answer; default: as weighted. */
  answers?: string;
  unread?: true;
}

export interface Given {
  why?: string;
  kind?: Facts['kind'];
  startedBy?: 'machine' | 'person';
  stage?: Facts['stage'];
  ring?: number;
  to?: string;
  from?: string;
  /** Per class; `null`: it did not look. */
  seen?: Partial<Record<ObserverClass, Seen | null>>;
  /** By name; the others are at rest. */
  zones?: Record<string, GivenZone>;
  /** Laid over what is there; `null` takes away. */
  ledger?: object | null;
  target?: object | null;
  source?: object | null;
  published?: object | null;
  pair?: object;
  /** Pods of green that are ready, as a fraction of the wanted. */
  readyFraction?: number;
  preparedSecondsAgo?: number;
  /** Since when only evidence has been wanting. */
  lookingSecondsAgo?: number;
  overrides?: string[];
  /** What EKS changes, by cluster; `null`: it did not say. Default: nothing. */
  changes?: Record<string, Changes['found'] | null>;
}

type Changes = NonNullable<Observation['changes']>;

const topology = parseTopology(parse(readFileSync(new URL('../../throwover.yaml', import.meta.url), 'utf8')));
if (topology.topology === undefined) throw new Error(JSON.stringify(topology.problems));
export const PAIR = pairOf(topology.topology);

export function factsOf(given: Given): Facts {
  const pair = laidOver(PAIR, given.pair) as NamedPair;
  const stage = given.stage ?? 'before claim';
  const [from, to] = [given.from ?? 'blue', given.to ?? 'green'];
  const kind = given.kind ?? 'automatic failover';
  const fraction = given.readyFraction ?? (stage === 'after fence' ? 1 : 0);
  const epoch = stage === 'after fence' ? 43 : 42;
  const held = { id: 'sfn:run-43', nonce: 'n43', run: 'run-43', kind, startedBy: 'machine', from, to, since: NOW };
  const ledger = {
    pair: pair.name,
    rev: 7,
    epoch,
    active: 'blue',
    rings: {},
    debts: [],
    acknowledged: true,
    ...(stage === 'after fence' ? { holder: held } : {}),
  };
  const parts = {
    ...asObserved(
      pair,
      laidOver(clusterFacts(to, 'standby', fraction, pair), given.target) as ClusterSeen | undefined,
      laidOver(clusterFacts(from, 'active', 1, pair), given.source) as ClusterSeen | undefined,
    ),
    ledger: laidOver(ledger, given.ledger),
    published: laidOver(
      { active: 'blue', state: '{"v":1,"active":"blue","epoch":42,"since":0,"run":"run-42"}' },
      given.published,
    ),
  };
  return {
    now: NOW,
    by: BY,
    pair,
    kind,
    ...(given.startedBy === undefined ? {} : { startedBy: given.startedBy }),
    from,
    to,
    ...(given.ring === undefined ? {} : { ring: given.ring }),
    stage,
    observations: classesOf(pair)
      .flatMap((observer) => samples(observer, given.seen?.[observer], stage === 'after fence' ? 'well' : 'asleep'))
      .map((one) => (one.observer === 'aws' ? withChanges(one, given.changes?.[one.cluster]) : one)),
    zones: pair.zones.map((zone) => zoneFacts(pair, zone, given.zones?.[zone.name] ?? {}, epoch)),
    ...(stage === 'after fence' ? { run: { nonce: 'n43', epoch: 43 } } : {}),
    ...(given.preparedSecondsAgo === undefined ? {} : { preparedSince: NOW - given.preparedSecondsAgo * 1_000 }),
    ...(given.lookingSecondsAgo === undefined ? {} : { lookingSince: NOW - given.lookingSecondsAgo * 1_000 }),
    ...(Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as Partial<Facts>),
  };
}

/** Objects are merged, everything else is replaced, `null` takes away. */
function laidOver(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (over === null) return undefined;
  if (typeof over !== 'object' || Array.isArray(over) || typeof base !== 'object' || base === null) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const next = laidOver(merged[key], value);
    if (next === undefined) delete merged[key];
    else merged[key] = next;
  }
  return merged;
}

function withChanges(seen: Observation, found: Changes['found'] | null = []): Observation {
  return found === null ? seen : { ...seen, changes: { at: seen.at, found } };
}

function samples(observer: ObserverClass, seen: Seen | null | undefined, awake: Looks): Observation[] {
  if (seen === null) return [];
  const { blue = 'well', green = awake, seconds = 60, age = 2 } = seen ?? {};
  const last = NOW - age * 1_000;
  const times: number[] = [];
  for (let at = last; at > last - seconds * 1_000; at -= 10_000) times.unshift(at);
  times.unshift(last - seconds * 1_000);
  return times.flatMap((at) => [sample(observer, 'blue', blue, at), sample(observer, 'green', green, at)]);
}

/** One look. `sick`: the ingress answers, with errors only. `gone`: nothing answers. `asleep`: only the canary runs. */
export function sample(observer: ObserverClass, cluster: string, looks: Looks, at: number): Observation {
  const silent = looks === 'dead' || looks === 'gone' || looks === 'unknown';
  const canary =
    looks === 'unknown'
      ? 'unknown'
      : looks === 'dead' || looks === 'gone'
        ? 'unreachable'
        : looks === 'sick' || looks === 'canary down'
          ? 'unhealthy'
          : 'healthy';
  const fails = ['dead', 'gone', 'sick', 'apps down', 'asleep'].includes(looks);
  const base = { observer, cluster, at, evidence: `${cluster} looks ${looks}` };
  if (observer === 'resolvers') return { ...base, answers: !silent, canary: 'unknown', leads: 'here' };
  // a balancer without a healthy host is a datapoint; `gone` and `unknown` are none
  if (observer === 'aws' || observer === 'prometheus') {
    const answers = looks !== 'gone' && looks !== 'unknown';
    return { ...base, answers, canary: answers ? (canary === 'healthy' ? 'healthy' : 'unhealthy') : 'unknown' };
  }
  return {
    ...base,
    answers: !silent,
    canary,
    ...(looks === 'unknown' ? {} : { services: { asked: 3, failed: fails ? 3 : looks === 'gray' ? 1 : 0 } }),
    ...(silent ? {} : { milliseconds: looks === 'slow' ? 1_600 : 20 }),
    ...(observer === 'inside' ? { api: looks === 'api down' || silent ? 'unreachable' : 'healthy' } : {}),
  };
}

/** A cluster with each workload and certificate. */
type ClusterSeen = ReturnType<typeof clusterFacts>;

/** Both clusters as the observer inside brings them: ring by ring, and compared. */
function asObserved(pair: NamedPair, target: ClusterSeen | undefined, source: ClusterSeen | undefined) {
  const both = target === undefined || source === undefined ? {} : { compared: compared(source, target) };
  const observed = (seen: ClusterSeen | undefined) =>
    seen && {
      ...seen,
      workloads: byRing(seen.workloads),
      certificates: certificatesByRing(pair, seen.certificates),
      ...both,
    };
  return { target: observed(target), source: observed(source) };
}

function clusterFacts(cluster: string, role: string, fraction: number, pair: NamedPair) {
  const workloads = Object.entries(pair.services).map(([service, { ring }]) => ({
    service,
    object: `Deployment/${service}/web`,
    ring,
    wanted: 10,
    ready: Math.round(10 * fraction),
    images: [`registry/${service}@sha256:${service}`],
  }));
  return {
    cluster,
    at: NOW - 2_000,
    api: 'healthy',
    fence: { role, epoch: 42, rings: {}, facets: {} },
    nodes: { ready: 6, wanted: 6 },
    platform: {
      cni: { name: 'aws-node', wanted: 6, updated: 6, ready: 6 },
      dns: { wanted: 2, ready: 2 },
    },
    refusesToWake: { count: 0, some: [] },
    stuckPods: { count: 0, some: [] },
    creatingPods: { count: 0, some: [] },
    workloads,
    capacity: {
      nodes: [{ group: 'workers', nodes: 6, pods: 10, cpuMillis: 4_000, memoryMiB: 15_000 }],
      others: [],
      wanted: [{ pods: 30, cpuMillis: 500, memoryMiB: 512 }],
      most: { workers: 6 },
    },
    certificates: Object.values(pair.services).flatMap(({ hosts }) => hosts.map((host) => ({ host, daysLeft: 60 }))),
    dataPaths: Object.keys(pair.datastores).map((datastore) => ({
      datastore,
      health: 'healthy',
      evidence: 'says 200',
    })),
  };
}

function zoneFacts(pair: NamedPair, zone: Zone, given: GivenZone, epoch: number): ZoneFacts {
  if (given.unread) return { zone: zone.name, answers: [] };
  const reading = readingOf(pair, zone, recordsOf(pair, zone, given, epoch));
  const answers = reading.names.flatMap(({ name, ring }) => {
    const [blue, green] = given.weights?.[ring] ?? [100, 0];
    const weighted = blue > 0 && green > 0 ? 'both' : blue > 0 ? 'blue' : green > 0 ? 'green' : 'neither';
    const cluster = given.answers ?? weighted;
    return ['ns1', 'ns2'].map((server) => ({ name, server, cluster }));
  });
  return { zone: zone.name, reading, answers };
}

/** What stands in a zone: per name and type one alias per cluster; under layout pivot the app names lead to the pivot. */
export function recordsOf(pair: NamedPair, zone: Zone, given: GivenZone, epoch = 42): RecordSet[] {
  const text = given.fence === undefined ? fenceAtRest(epoch) : given.fence;
  const fence: RecordSet[] =
    text === null
      ? []
      : [{ name: fenceName(pair.name, zone), type: 'TXT', policy: 'simple', ttlSeconds: 5, values: [`"${text}"`] }];
  const served = namesInZone(pair, zone);
  const steered =
    zone.layout === 'records'
      ? served.map(({ name, ring }) => ({ name, ring }))
      : ringsOf(pair).map((ring) => ({ name: pivotName(ring, zone), ring }));
  const weighted = steered.flatMap(({ name, ring }) => {
    const weights = given.weights?.[ring] ?? [100, 0];
    return sides(pair, name, weights, (cluster) => pair.clusters[cluster]?.loadBalancer ?? { host: '', zone: '' });
  });
  const apps =
    zone.layout === 'records'
      ? []
      : served.flatMap(({ name, ring }) =>
          sides(pair, name, [1, 1], () => ({ host: pivotName(ring, zone), zone: zone.id })),
        );
  return [...fence, ...weighted, ...apps];
}

function sides(
  pair: NamedPair,
  name: string,
  weights: readonly [number, number],
  leadsTo: (cluster: string) => { host: string; zone: string },
): RecordSet[] {
  return ['blue', 'green'].flatMap((cluster, index) => {
    const { host, zone } = leadsTo(cluster);
    return ['A', 'AAAA'].map((type): RecordSet => {
      const setIdentifier = pair.clusters[cluster]?.setIdentifier ?? cluster;
      const alias = { zone, name: host, evaluateTargetHealth: false };
      return { name, type, policy: 'weighted', setIdentifier, weight: weights[index] ?? 0, alias };
    });
  });
}

export function fenceAtRest(epoch = 42, active = 'blue'): string {
  return `v=1 by=${BY} epoch=${epoch} seq=9 active=${active} run=run-${epoch}`;
}
