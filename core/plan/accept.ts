/**
 * A person says that the zone is right. The fence is written from what the zone says, in the place of whatever stood
 * there: nothing, an older one, or one that nobody could read. No weight is touched.
 */
import { clusterNames, type NamedPair, ringsOf } from '../topology/pair.ts';
import { type Batch, PlanUnsafe, replaced } from './batch.ts';
import { type Fence, type FenceAsRead, fenceRecord } from './fence.ts';
import type { Raise } from './raise.ts';
import { namesOfRun, standingOf, type ZoneAsRead } from './reading.ts';

/** Rings that stand elsewhere than `active`, or the reason why the zones do not say what the person says. */
export function ringsBeside(
  pair: NamedPair,
  zones: readonly ZoneAsRead[],
  active: string,
): Record<string, string> | string {
  const elsewhere: Record<string, string> = {};
  let onActive = 0;
  for (const ring of ringsOf(pair)) {
    const standings = new Set(
      zones.map((zone) => standingOf(namesOfRun(zone, ring))).filter((standing) => standing !== 'none'),
    );
    const [standing, ...others] = standings;
    if (standing === undefined) continue;
    if (others.length > 0 || !clusterNames(pair).includes(standing)) {
      return `ring ${ring} stands on ${[...standings].join(' and ')}: \`throwover repair --to ${active}\` brings it to one side`;
    }
    if (standing === active) onActive++;
    else elsewhere[ring] = standing;
  }
  if (onActive === 0) return `no ring stands on ${active}; ${whereElse([...new Set(Object.values(elsewhere))])}`;
  return elsewhere;
}

function whereElse([cluster, ...others]: readonly string[]): string {
  if (cluster === undefined) return 'by their weights the names stand on nothing';
  const right = others.length > 0 ? '' : `: \`throwover accept --active ${cluster}\` if that is right`;
  return `by their weights the names stand on ${[cluster, ...others].join(', ')}${right}`;
}

/**
 * What a fence has to say of one zone, whatever stood there before: where its names are, as far as they are on one side. A
 * ring of which nobody can say that is taken to be where a person says that everything belongs: it is brought there next.
 */
export function restingPlaces(
  pair: NamedPair,
  zone: ZoneAsRead,
  aim: string,
): { active: string; rings: Record<string, string> } {
  const places: [ring: number, cluster: string][] = [];
  for (const ring of ringsOf(pair)) {
    const standing = standingOf(namesOfRun(zone, ring));
    if (standing !== 'none') places.push([ring, clusterNames(pair).includes(standing) ? standing : aim]);
  }
  const [first = aim, ...others] = new Set(places.map(([, cluster]) => cluster));
  const active = others.length === 0 ? first : aim;
  return { active, rings: Object.fromEntries(places.filter(([, cluster]) => cluster !== active)) };
}

/** Throws `PlanUnsafe` when the epoch is not newer than the fence's: an epoch never goes down. */
export function acceptedBatch(
  before: FenceAsRead,
  raise: Raise,
  active: string,
  rings: Readonly<Record<string, string>>,
): Batch {
  if (before.kind === 'fence' && before.fence.epoch >= raise.epoch) {
    throw new PlanUnsafe(
      `the fence of ${raise.zone} has epoch ${before.fence.epoch}: ${raise.epoch} would not be newer`,
    );
  }
  const seq = before.kind === 'fence' ? before.fence.seq + 1 : 1;
  const fence: Fence = { by: raise.by, epoch: raise.epoch, seq, active, rings, run: raise.run };
  const record = fenceRecord(raise.pair, raise.zone, fence);
  const old = before.kind === 'missing' ? undefined : before.record;
  return {
    why: `${active} accepted as active by a person, epoch ${raise.epoch}`,
    epoch: raise.epoch,
    seq,
    changes: old === undefined ? [{ action: 'CREATE', record }] : replaced(old, record),
  };
}
