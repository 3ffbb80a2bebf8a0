/** What a world is like before anything happens in it: its topology, how fast things go, what its neighbours use. */

import { parseTopology } from '../../core/topology/index.ts';
import type { NamedPair } from '../../core/topology/pair.ts';
import { pairOf } from '../../core/topology/pair.ts';
import type { Layout, Topology } from '../../core/topology/schema.ts';
import type { FunctionKey } from '../../functions/steps.ts';
import type { LifeSettings } from '../../models/kubernetes/life-settings.ts';
import type { RulesGiven } from '../../models/route53/route53.ts';
import { type Draw, streamOf } from './streams.ts';

export interface Setting {
  active: string;
  /** What automation may do; left out: everything. */
  mode?: 'approve';
  /** One zone each, in the order of the topology. */
  layouts: readonly Layout[];
  services: number;
  stepShares: readonly number[];
  /** How long a pod takes from its start to ready. */
  podSeconds: number;
  /** Nodes are small, and those that are empty are taken away after a minute: whoever wakes pods needs new ones. */
  scarceNodes?: true;
  /** A page of a listing holds few record sets: it is torn by whatever changes between two. */
  smallPages?: true;
  /** From plan to write of each ExternalDNS. */
  planDelayMs: number;
  propagationSecondsMax: number;
  /** What the neighbours in the account leave of Route 53's limits. */
  share: number;
  /** Shares of the alarms' events. */
  alarms: { lost: number; duplicated: number; late: number; lateSecondsMax: number };
  /** By how much whose clock is wrong: functions, and the laptops of people. */
  skewSeconds: Readonly<Partial<Record<Clocked, number>>>;
}

const LAYOUTS: readonly [readonly Layout[], ...(readonly Layout[])[]] = [
  ['records', 'pivot'],
  ['records'],
  ['pivot'],
  ['records', 'records'],
  ['pivot', 'records'],
  ['records', 'pivot', 'records'],
];

/** Who has a clock of his own. */
export type Clocked = FunctionKey | 'laptop';

const SKEWED: readonly Clocked[] = [
  'laptop',
  'look-out',
  'find-goal',
  'tend-cluster',
  'verify',
  'judge-step',
  'control',
  'answer',
  'tend-approvals',
  'let-go',
  'judge',
  'claim',
  'steer',
  'observe-outside',
  'observe-inside',
  'observe-aws',
  'commit',
  'watch',
  'pay-debts',
  'admit',
  'on-alarm',
];
const SKEW_SECONDS_MAX = 300;

export function drawSetting(seed: number): Setting {
  const draw = streamOf(seed, 'setting');
  return {
    active: draw.pick(['blue', 'green']),
    layouts: draw.pick(LAYOUTS),
    services: draw.pick([2, 1, 3]),
    stepShares: draw.pick([[10, 50, 100], [50, 100], [100]]),
    podSeconds: draw.pick([5, 5, 5, 5, 60, 900]),
    planDelayMs: draw.pick([0, 2_000, 15_000, 45_000]),
    propagationSecondsMax: draw.pick([10, 30, 70]),
    share: draw.chance(0.2) ? draw.pick([0.2, 0.5]) : 1,
    alarms: draw.chance(0.4)
      ? { lost: draw.pick([0, 0.5, 1]), duplicated: 0.5, late: 0.5, lateSecondsMax: draw.pick([30, 400, 86_400]) }
      : { lost: 0, duplicated: 0, late: 0, lateSecondsMax: 0 },
    skewSeconds: draw.chance(0.15) ? drawSkew(draw) : {},
    ...(draw.chance(0.2) ? { scarceNodes: true } : {}),
    ...(draw.chance(0.15) ? { smallPages: true } : {}),
  };
}

function drawSkew(draw: Draw): Setting['skewSeconds'] {
  return Object.fromEntries(
    SKEWED.filter(() => draw.chance(0.4)).map((key) => [key, draw.whole(-SKEW_SECONDS_MAX, SKEW_SECONDS_MAX)]),
  );
}

export function rulesOf({ propagationSecondsMax, share }: Setting): RulesGiven {
  return { propagationMs: { min: 1_000, max: propagationSecondsMax * 1000 }, budget: { share } };
}

export function lifeOf({ podSeconds, scarceNodes }: Setting): Partial<LifeSettings> {
  const scarce = scarceNodes === undefined ? {} : { nodeMillicores: 1_000, emptyNodeMs: 60_000 };
  return { podStartMs: [podSeconds * 300, podSeconds * 1000], ...scarce };
}

const topologies = new Map<string, { topology: Topology; pair: NamedPair }>();

/** Worlds of the same shape share one topology: parsing it costs as much as a part of a world. */
export function topologyOf({ layouts, services, stepShares, mode }: Setting): { topology: Topology; pair: NamedPair } {
  const key = JSON.stringify([layouts, services, stepShares, mode]);
  const known = topologies.get(key) ?? parsed(layouts, services, stepShares, mode);
  topologies.set(key, known);
  return known;
}

function parsed(layouts: readonly Layout[], services: number, stepShares: readonly number[], mode: Setting['mode']) {
  const { topology, problems } = parseTopology(fileOf(layouts, services, stepShares, mode));
  if (topology === undefined) throw new Error(`a drawn topology is wrong: ${JSON.stringify(problems)}`);
  return { topology, pair: pairOf(topology) };
}

function fileOf(
  layouts: readonly Layout[],
  services: number,
  stepShares: readonly number[],
  mode: Setting['mode'],
): unknown {
  const zones = layouts.map((layout, index) => ({ name: `${layout}-${index}.test`, id: `Z0SIM${index}`, layout }));
  const service = (index: number) => ({
    hosts: zones.map((zone) => `app-${index}.${zone.name}`),
    healthPath: '/healthz',
    ring: Math.min(index, 1),
    tier: index === 0 ? 2 : 1,
    concurrency: 'safe',
  });
  return {
    version: 1,
    pairs: {
      shop: {
        mode: mode ?? 'auto',
        clusters: { blue: clusterCalled('blue'), green: clusterCalled('green') },
        zones,
        services: Object.fromEntries(Array.from({ length: services }, (_, index) => [`app-${index}`, service(index)])),
        datastores: { orders: { check: { service: 'app-0', path: '/healthz/orders' } } },
        timing: { stepShares: [...stepShares] },
        // the shortest that is allowed
        drills: { cadence: 'off', bakeSeconds: 120 },
      },
    },
  };
}

/** A cluster as a topology's user would write it. */
export function clusterCalled(name: string) {
  return {
    eksName: name,
    region: 'eu-west-1',
    setIdentifier: name,
    loadBalancer: {
      host: `${name}-lb.elb.test`,
      zone: `Z0ELB${name.toUpperCase()}`,
      metrics: { dimensions: { LoadBalancer: `${name}-lb.elb.test` } },
    },
    canaryHost: `canary.${name}.example.test`,
  };
}
