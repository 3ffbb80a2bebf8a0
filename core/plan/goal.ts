/**
 * What repair aims at. It is computed from zones whose fences were raised before they were read; the ledger is never a
 * goal by itself: a commit that was lost after the swap would otherwise bring users back to a dead cluster. What the
 * ledger remembers of the move that was cut off only says which way *forward* is, and how much of the pair was moving,
 * where the fences do not: a zone swapped in one batch never had a `to=`, and no fence names the ring under way.
 */
import type { Interrupted } from '../ledger/ledger.ts';
import { isPlanned } from '../ledger/ledger.ts';
import type { Fence } from './fence.ts';
import { type NameAsRead, standingOf, type ZoneAsRead } from './reading.ts';

export interface Fitness {
  cluster: string;
  /** Undefined: nobody could tell. */
  fit: boolean | undefined;
}

export type Goal =
  /** The zones are at rest: `cluster` is active, and these rings stand elsewhere. Traffic is not touched. */
  | { kind: 'Settled'; cluster: string; rings: Readonly<Record<string, string>>; because: string }
  /**
   * Only `ring` is to move, when the move that was cut off was of one ring and every other ring is where it belongs.
   * `bothFit`: users are served on both sides, so there is time.
   */
  | { kind: 'Move'; cluster: string; ring?: number; bothFit?: true; because: string }
  | { kind: 'Nothing'; because: string };

/**
 * @param zones every zone of the pair, read after all of them were fenced by this repair
 * @param fitness both clusters, judged now
 * @param interrupted the move that was cut off, as the ledger remembers it
 */
export function goalOf(
  zones: readonly ZoneAsRead[],
  fitness: readonly [Fitness, Fitness],
  interrupted: Interrupted | undefined,
): Goal {
  const fences = zones.flatMap(({ fence }) => (fence.kind === 'fence' ? [fence.fence] : []));
  const names = zones.flatMap((zone) => zone.names).filter(({ groups }) => groups.length > 0);
  if (names.length === 0 || fences.length < zones.length)
    return { kind: 'Nothing', because: 'not every zone could be fenced and read: nobody knows where the traffic is' };
  const moving = fences.filter((fence) => fence.move !== undefined);
  const rest = restOf(names, fences);
  if (rest !== undefined && moving.length === 0) return { kind: 'Settled', ...rest };

  const foreign = foreignPivots(zones);
  if (foreign !== undefined) return { kind: 'Nothing', because: foreign };

  const ring = ringUnderWay(names, fences, interrupted);
  const scopeTo = (to: string) => (ring === undefined || bringsAll(names, ring, fences, to) ? {} : { ring });
  const what = ring === undefined ? 'the move' : `the move of ring ${ring}`;
  const fit = fitness.filter((one) => one.fit === true);
  const [only] = fit;
  if (only === undefined)
    return { kind: 'Nothing', because: `${what} is unfinished and neither is known to be fit: ${toldAll(fitness)}` };
  if (fit.length === 1)
    return {
      kind: 'Move',
      cluster: only.cluster,
      ...scopeTo(only.cluster),
      because: `${what} is unfinished: ${toldAll(fitness)}`,
    };

  const way = wayOf(moving[0], ring, interrupted);
  if (way === undefined || interrupted === undefined || !fitness.some(({ cluster }) => cluster === way.to))
    return {
      kind: 'Nothing',
      because: 'a move is unfinished, both clusters are fit, and nothing says which way it went',
    };
  return isPlanned(interrupted.kind)
    ? {
        kind: 'Move',
        cluster: way.from,
        ...scopeTo(way.from),
        bothFit: true,
        because: `both are fit and ${what} to ${way.to} was planned: back`,
      }
    : {
        kind: 'Move',
        cluster: way.to,
        ...scopeTo(way.to),
        bothFit: true,
        because: `both are fit and ${what} to ${way.to} was unplanned: forward`,
      };
}

/** Where everything stands, when nothing is on both clusters or nowhere: each ring where the fences say, or all on one. */
function restOf(names: readonly NameAsRead[], fences: readonly Fence[]) {
  const standing = standingOf(names);
  if (standing === 'dark' || standing === 'none') return undefined;
  const [anchor] = fences;
  const asFenced = anchor !== undefined && strayRings(names, fences).length === 0;
  if (asFenced && Object.keys(anchor.rings).length > 0) {
    const elsewhere = Object.entries(anchor.rings).map(([ring, cluster]) => `ring ${ring} on ${cluster}`);
    const because = `every name stands where its fence says: ${[...elsewhere, `the rest on ${anchor.active}`].join(', ')}`;
    return { cluster: anchor.active, rings: anchor.rings, because };
  }
  if (standing === 'mixed') return undefined;
  const because = `every name of every zone stands on ${standing}, no move is under way`;
  return { cluster: standing, rings: {}, because };
}

/**
 * Names of a zone of pivots on both clusters though its fence speaks of no move. Only we write pivots, and never without
 * the fence; names of layout `records` may have been published by an ExternalDNS that was told of a move too early.
 */
function foreignPivots(zones: readonly ZoneAsRead[]): string | undefined {
  for (const { zone, fence, names } of zones) {
    if (zone.layout !== 'pivot' || fence.kind !== 'fence' || fence.fence.move !== undefined) continue;
    const mixed = names.find((name) => standingOf([name]) === 'mixed');
    if (mixed === undefined) continue;
    return `somebody else wrote ${mixed.name}: \`throwover repair --to ${fence.fence.active}\` brings it where the fence says`;
  }
  return undefined;
}

/** Rings that are not, in every zone, where every fence says that they are at rest. */
function strayRings(names: readonly NameAsRead[], fences: readonly Fence[]): number[] {
  const rings = [...new Set(names.map((name) => name.ring))];
  return rings.filter((ring) => {
    const standing = standingOf(names.filter((name) => name.ring === ring));
    return fences.some((fence) => standing !== restingPlace(fence, ring));
  });
}

function restingPlace({ rings, active }: Fence, ring: number): string {
  return rings[ring] ?? active;
}

function ringUnderWay(names: readonly NameAsRead[], fences: readonly Fence[], interrupted: Interrupted | undefined) {
  const ring = interrupted?.ring;
  return strayRings(names, fences).every((stray) => stray === ring) ? ring : undefined;
}

/** The ring under way is the last one that some fence has elsewhere: there it takes the pair along, as in `scopeOf`. */
function bringsAll(names: readonly NameAsRead[], ring: number, fences: readonly Fence[], to: string): boolean {
  const others = [...new Set(names.map((name) => name.ring))].filter((other) => other !== ring);
  return fences.every((fence) => fence.active !== to && others.every((other) => restingPlace(fence, other) === to));
}

/** The first fence of the zones' order that says so, else the ledger. */
function wayOf(moving: Fence | undefined, ring: number | undefined, interrupted: Interrupted | undefined) {
  if (moving?.move === undefined) return interrupted;
  return { to: moving.move.to, from: ring === undefined ? moving.active : restingPlace(moving, ring) };
}

function toldAll(fitness: readonly Fitness[]): string {
  return fitness
    .map(
      ({ cluster, fit }) => `${cluster} ${fit === undefined ? 'could not be judged' : fit ? 'is fit' : 'is not fit'}`,
    )
    .join(', ');
}
