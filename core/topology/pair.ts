/** Questions about a topology that is already known to be right. Pure; the answers come in a stable order. */
import type { Cluster, ClusterName, Pair, Topology, Zone } from './schema.ts';

export type NamedPair = Pair & { readonly name: string };

/** A pair was asked for that does not exist, or none was named where there are several. */
export class UnknownPair extends Error {
  override readonly name = 'UnknownPair';
}

/** A cluster was asked for that is not one of the pair's two. */
export class UnknownCluster extends Error {
  override readonly name = 'UnknownCluster';
}

/** The pair of that name; without a name the only one. Throws `UnknownPair`. */
export function pairOf(topology: Topology, name?: string): NamedPair {
  const known = Object.keys(topology.pairs).sort();
  const wanted = name ?? (known.length === 1 ? known[0] : undefined);
  if (wanted === undefined) throw new UnknownPair(`which pair? There are several: ${known.join(', ')}`);
  const pair = Object.hasOwn(topology.pairs, wanted) ? topology.pairs[wanted] : undefined;
  if (pair === undefined) throw new UnknownPair(`there is no pair ${namedOrNot(wanted)}; known: ${known.join(', ')}`);
  return { ...pair, name: wanted };
}

/** The two names, sorted. */
export function clusterNames(pair: Pair): ClusterName[] {
  return Object.keys(pair.clusters).sort();
}

/** Throws `UnknownCluster`. */
export function clusterOf(pair: Pair, name: ClusterName): Cluster {
  const cluster = Object.hasOwn(pair.clusters, name) ? pair.clusters[name] : undefined;
  if (cluster === undefined) throw unknownCluster(pair, name);
  return cluster;
}

/** The cluster that stands in for `name`. Throws `UnknownCluster`. */
export function otherCluster(pair: Pair, name: ClusterName): ClusterName {
  const names = clusterNames(pair);
  const other = names.find((candidate) => candidate !== name);
  if (!names.includes(name) || other === undefined) throw unknownCluster(pair, name);
  return other;
}

/** What a caller sent is said again only where it could be a name; it may be a secret in the wrong place, or a page of text. */
function namedOrNot(sent: string): string {
  return /^[a-z][a-z0-9-]{0,39}$/.test(sent) ? sent : 'of that name';
}

function unknownCluster(pair: Pair, name: ClusterName): UnknownCluster {
  return new UnknownCluster(
    `there is no cluster ${namedOrNot(name)}; the pair has ${clusterNames(pair).join(' and ')}`,
  );
}

/** All rings with a service in them, ascending. */
export function ringsOf(pair: Pair): number[] {
  return [...new Set(Object.values(pair.services).map((service) => service.ring))].sort((a, b) => a - b);
}

/**
 * The shares of traffic that a planned move goes through. A service that may run in one cluster only serves nobody between
 * its end here and its start there, so its users are moved at once: every step would make that longer.
 */
export function stepSharesOf({ services, timing }: Pair, ring?: number): readonly number[] {
  const moving = Object.values(services).filter((service) => ring === undefined || service.ring === ring);
  return moving.some(({ concurrency }) => concurrency === 'exclusive') ? [100] : timing.stepShares;
}

/** Every host of the services of a ring. */
export function hostsOfRing({ services }: Pair, ring: number): string[] {
  return Object.values(services).flatMap((service) => (service.ring === ring ? service.hosts : []));
}

/** The zones a host has its records in: those with the longest name that ends it (a private one may shadow a public one). */
export function zonesOfHost(zones: readonly Zone[], host: string): Zone[] {
  const holding = zones.filter((zone) => isIn(zone, host));
  const longest = Math.max(0, ...holding.map((zone) => zone.name.length));
  return holding.filter((zone) => zone.name.length === longest);
}

/** What a zone is called in messages, events and debts: a private zone may have the name of a public one. */
export function titleOf({ name, private: isPrivate }: Pick<Zone, 'name' | 'private'>): string {
  return isPrivate ? `${name} (private)` : name;
}

export interface ManagedName {
  /** Fully qualified, with the dot at its end. */
  readonly name: string;
  readonly service: string;
  readonly ring: number;
  readonly tier: number;
}

/** By the zones and services of a pair, which do not change: what is asked again for every batch and every look. */
const namesKnown = new WeakMap<Pair['zones'], WeakMap<Pair['services'], Map<Zone, readonly ManagedName[]>>>();

/** Every name that moves in this zone, in the order in which names are moved: by tier, then by name. */
export function namesInZone(pair: Pair, zone: Zone): readonly ManagedName[] {
  const ofZones = namesKnown.get(pair.zones) ?? new WeakMap<Pair['services'], Map<Zone, readonly ManagedName[]>>();
  const ofServices = ofZones.get(pair.services) ?? new Map<Zone, readonly ManagedName[]>();
  const names = ofServices.get(zone) ?? namesFoundIn(pair, zone);
  namesKnown.set(pair.zones, ofZones.set(pair.services, ofServices.set(zone, names)));
  return names;
}

function namesFoundIn(pair: Pair, zone: Zone): ManagedName[] {
  return Object.entries(pair.services)
    .flatMap(([service, { hosts, ring, tier }]) =>
      hosts
        .filter((host) => isIn(zone, host) && !pair.zones.some((inner) => isIn(inner, host) && isWithin(inner, zone)))
        .map((host) => ({ name: `${host}.`, service, ring, tier })),
    )
    .sort((a, b) => a.tier - b.tier || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function isIn(zone: Zone, host: string): boolean {
  return host === zone.name || host.endsWith(`.${zone.name}`);
}

/** Of two zones that both end a host's name. */
function isWithin(inner: Zone, outer: Zone): boolean {
  return inner.name.length > outer.name.length;
}

/** The TXT record of a pair's fence in a zone, fully qualified. */
export function fenceName(pairName: string, zone: Pick<Zone, 'name'>): string {
  return `${pairName}._throwover.${zone.name}.`;
}

/** The record of layout `pivot` that is moved for a ring, fully qualified. Only we write it. */
export function pivotName(ring: number, zone: Pick<Zone, 'name'>): string {
  return `live-${ring}.${zone.name}.`;
}
