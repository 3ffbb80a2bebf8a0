/**
 * Every problem of a topology at once. When the file as a whole does not parse, each part of each pair that does is
 * checked all the same, so that a typo in one place does not hide an impossible timing in another.
 */
import * as z from 'zod/mini';
import {
  clusterNameProblems,
  countedRingProblems,
  setIdentifierProblems,
  sharedClusterProblems,
} from './checks/clusters.ts';
import { drillProblems } from './checks/drills.ts';
import {
  datastoreProblems,
  fenceProblems,
  hostProblems,
  ringProblems,
  sharedHostProblems,
  sharedPivotZoneProblems,
  zoneProblems,
} from './checks/names.ts';
import { prometheusProblems } from './checks/prometheus.ts';
import { budgetProblems, objectiveProblems, probeProblems, timingProblems } from './checks/timings.ts';
import type { Problem } from './problem.ts';
import { type Pair, pairSchema, type Topology, topologySchema } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';

type Parts = Partial<Pair>;
export type Parsed =
  | { readonly topology: Topology; readonly problems: [] }
  | { readonly topology?: never; readonly problems: Problem[] };

/** The topology with its defaults, or all its problems. */
export function parseTopology(value: unknown): Parsed {
  const parsed = topologySchema.safeParse(value);
  const problems = parsed.success
    ? crossProblems(parsed.data.pairs)
    : [...schemaProblems(topologySchema, value), ...crossProblems(readableParts(value))];
  return parsed.success && problems.length === 0 ? { topology: parsed.data, problems: [] } : { problems };
}

/** Everything that is wrong; empty when nothing is. */
export function problemsOf(value: unknown): Problem[] {
  return parseTopology(value).problems;
}

function crossProblems(pairs: Readonly<Record<string, Parts>>): Problem[] {
  return [
    ...Object.entries(pairs).flatMap(([name, parts]) => pairProblems(name, parts)),
    ...sharedClusterProblems(pairs),
    ...sharedHostProblems(pairs),
    ...sharedPivotZoneProblems(pairs),
  ];
}

function pairProblems(name: string, parts: Parts): Problem[] {
  const at = ['pairs', name];
  const { clusters, zones, services, datastores, objectives, probe, prometheus, timing, drills, route53 } = parts;
  return [
    clusters && clusterNameProblems(clusters, at),
    clusters && setIdentifierProblems(clusters, at),
    clusters && services && countedRingProblems(clusters, services, at),
    zones && zoneProblems(name, zones, at),
    zones && services && hostProblems(services, zones, at),
    services && ringProblems(services, at),
    datastores && datastoreProblems(datastores, services, at),
    clusters && services && fenceProblems(clusters, services, at),
    timing && timingProblems(timing, at),
    probe && probeProblems(probe, timing, at),
    prometheus && prometheusProblems(prometheus, clusters, probe, at),
    objectives && objectiveProblems(objectives, timing, at),
    drills && drillProblems(drills, at),
    route53 && budgetProblems(route53, at),
  ].flatMap((found) => found || []);
}

/** Of each pair the parts that can be read by themselves. */
function readableParts(value: unknown): Record<string, Parts> {
  const pairs = z.looseObject({ pairs: z.record(z.string(), z.looseObject({})) }).safeParse(value);
  if (!pairs.success) return {};
  return Object.fromEntries(Object.entries(pairs.data.pairs).map(([name, pair]) => [name, readablePartsOfPair(pair)]));
}

function readablePartsOfPair(pair: Readonly<Record<string, unknown>>): Parts {
  const parts: Record<string, unknown> = {};
  for (const [part, schema] of Object.entries(pairSchema.shape)) {
    const parsed = z.safeParse(schema, pair[part]);
    if (parsed.success) parts[part] = parsed.data;
  }
  return parts as Parts;
}
