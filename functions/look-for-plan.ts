/**
 * Has a plan landed that the old side's ExternalDNS made before its records became ours? It shows in the registry, in the
 * zone itself and at once, long before a name server answers with it. A zone is listed at most so often that one call a
 * second is spent: of the ten that an account has, in an outage.
 */
import { someTold, writtenOver } from '../core/observe/foreign-write.ts';
import { readingOf } from '../core/plan/reading.ts';
import { type NamedPair, titleOf } from '../core/topology/pair.ts';
import type { Zone } from '../core/topology/schema.ts';
import type { ClaimedRun } from './run.ts';
import type { World } from './world.ts';

const PAGE = 300;
const SECONDS_OF_A_PAGE = 1;

/** Cheap to call again. What was seen, in words; undefined: nothing landed, or it is too soon to look again. */
export type Look = () => Promise<string | undefined>;

/**
 * @param titles of the zones that were steered
 * @param until no plan can land any more, in milliseconds since the epoch; 0: none can
 */
export function lookingForPlan(
  pair: NamedPair,
  run: ClaimedRun,
  titles: readonly string[],
  until: number,
  { zones: records, clock }: Pick<World, 'zones' | 'clock'>,
): Look {
  const zones = pair.zones.filter((zone) => zone.layout === 'records' && titles.includes(titleOf(zone)));
  const side = { cluster: run.from, setIdentifier: pair.clusters[run.from]?.setIdentifier ?? '' };
  const next = new Map<string, number>();
  let isOver = until === 0;
  const look = async (zone: Zone): Promise<string[]> => {
    if (!isOver && clock.now() < (next.get(zone.id) ?? 0)) return [];
    // a list call that fails says nothing, and is no reason to end a run that has moved its users
    const sets = await records.read(zone.id).catch(() => []);
    next.set(zone.id, clock.now() + Math.ceil(sets.length / PAGE) * SECONDS_OF_A_PAGE * 1000);
    return writtenOver(readingOf(pair, zone, sets), side, run.ring);
  };
  return async () => {
    if (isOver) return undefined;
    // once more after the end: what landed in the last seconds before it
    isOver = clock.now() >= until;
    const seen = (await Promise.all(zones.map(look))).flat();
    return seen.length === 0 ? undefined : someTold(seen);
  };
}
