/**
 * A zone as it was read: the fence and, for every name we steer, both sides of each type. What is steered depends on the
 * layout: in `records` each service's own names, in `pivot` one name per ring that only we write.
 */
import { fenceName, type NamedPair, namesInZone, pivotName, ringsOf } from '../topology/pair.ts';
import type { Zone } from '../topology/schema.ts';
import { type FenceAsRead, readFence } from './fence.ts';
import type { RecordSet } from './records.ts';

/** The weight of a side that has everything. */
export const FULL = 100;
const STEERED_TYPES = ['A', 'AAAA'];

export interface Group {
  type: string;
  /** One weighted set per cluster; a cluster that has none is absent. */
  sides: Readonly<Record<string, RecordSet>>;
  /** Sets of this name and type that belong to neither cluster, or are not weighted. */
  strays: readonly RecordSet[];
}

export interface NameAsRead {
  name: string;
  ring: number;
  tier: number;
  groups: readonly Group[];
}

export interface ZoneAsRead {
  zone: Zone;
  fence: FenceAsRead;
  /** In the order in which they move: by tier, then by name. */
  names: readonly NameAsRead[];
  /** All record sets of the zone that were read: ownership is looked up here, which asks for all of them. */
  records: readonly RecordSet[];
  /** Only these names were asked for; every one when left out. */
  only?: ReadonlySet<string>;
}

/** Where the names of a ring stand, by weights alone. */
export type Standing = string | 'mixed' | 'dark' | 'none';

/** Sorts what a zone holds into what we steer. Says nothing about whether that is fit: see gates. */
export function readingOf(pair: NamedPair, zone: Zone, records: readonly RecordSet[]): ZoneAsRead {
  const byName = new Map<string, RecordSet[]>();
  for (const record of records) {
    const there = byName.get(record.name);
    if (there) there.push(record);
    else byName.set(record.name, [record]);
  }
  const clusterOf = new Map(Object.entries(pair.clusters).map(([name, cluster]) => [cluster.setIdentifier, name]));
  return {
    zone,
    fence: readFence(byName.get(fenceName(pair.name, zone)) ?? []),
    names: steeredNames(pair, zone).map((steered) => ({
      ...steered,
      groups: groupsOf(byName.get(steered.name) ?? [], clusterOf),
    })),
    records,
  };
}

/** The names whose weights we write in this zone. */
export function steeredNames(pair: NamedPair, zone: Zone): { name: string; ring: number; tier: number }[] {
  if (zone.layout === 'records') return namesInZone(pair, zone).map(({ name, ring, tier }) => ({ name, ring, tier }));
  const served = namesInZone(pair, zone);
  return ringsOf(pair)
    .filter((ring) => served.some((name) => name.ring === ring))
    .map((ring) => ({
      name: pivotName(ring, zone),
      ring,
      tier: Math.min(...served.filter((name) => name.ring === ring).map((name) => name.tier)),
    }))
    .sort((a, b) => a.tier - b.tier || a.ring - b.ring);
}

function groupsOf(records: readonly RecordSet[], clusterOf: ReadonlyMap<string, string>): Group[] {
  const types = STEERED_TYPES.filter((type) => records.some((record) => record.type === type));
  return types.map((type) => {
    const sides: Record<string, RecordSet> = {};
    const strays: RecordSet[] = [];
    for (const record of records) {
      if (record.type !== type) continue;
      const cluster = record.policy === 'weighted' ? clusterOf.get(record.setIdentifier ?? '') : undefined;
      if (cluster === undefined) strays.push(record);
      else sides[cluster] = record;
    }
    return { type, sides, strays };
  });
}

/** Weights of a name's group by cluster; a missing side weighs nothing. */
export function weightOf(group: Group, cluster: string): number {
  return group.sides[cluster]?.weight ?? 0;
}

/** Does `cluster` have exactly `share` of FULL of this name, and `other` the rest, in every type? */
export function hasShare(name: NameAsRead, cluster: string, other: string, share: number): boolean {
  return name.groups.every((group) => weightOf(group, cluster) === share && weightOf(group, other) === FULL - share);
}

/** Which cluster has all of these names; `mixed` when two have some, `dark` when a name has no weight at all. */
export function standingOf(names: readonly NameAsRead[]): Standing {
  const having = new Set<string>();
  for (const name of names) {
    for (const group of name.groups) {
      const some = Object.entries(group.sides).filter(([, record]) => (record.weight ?? 0) > 0);
      if (some.length === 0) return 'dark';
      for (const [cluster] of some) having.add(cluster);
    }
  }
  const [first, ...others] = having;
  if (first === undefined) return 'none';
  return others.length === 0 ? first : 'mixed';
}

/**
 * Pivots that lead somebody to `cluster` and that are of no ring which the topology has in this zone. Nobody but us writes a
 * pivot, and whoever steers knows only the topology's: such a ring was taken out of it while it had users there.
 */
export function forsakenPivots(pair: NamedPair, { zone, records }: ZoneAsRead, cluster: string): string[] {
  if (zone.layout !== 'pivot') return [];
  const known = new Set(steeredNames(pair, zone).map(({ name }) => name));
  const side = pair.clusters[cluster]?.setIdentifier;
  const leading = records.filter(
    ({ name, setIdentifier, weight = 0 }) =>
      weight > 0 && setIdentifier === side && isPivotOf(zone, name) && !known.has(name),
  );
  return [...new Set(leading.map(({ name }) => name))];
}

function isPivotOf(zone: Zone, name: string): boolean {
  const ring = /^live-(\d+)\./.exec(name)?.[1];
  return ring !== undefined && name === pivotName(Number(ring), zone);
}

/** The names of the rings that a run moves; every ring when `ring` is left out. */
export function namesOfRun(reading: ZoneAsRead, ring: number | undefined): readonly NameAsRead[] {
  return ring === undefined ? reading.names : reading.names.filter((name) => name.ring === ring);
}
