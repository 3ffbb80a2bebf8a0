/**
 * Step Fence: the epoch goes into every zone, anchor first, weights unchanged. Whoever is refused here stops before it
 * touched another zone, and whoever comes later with an older epoch is refused by the zone itself.
 */
import { assertNeverDark, type Batch, type Change, PlanUnsafe, replaced } from './batch.ts';
import { type Fence, fenceRecord, fenceRecordAfter } from './fence.ts';
import type { Standpoint } from './steer.ts';

export interface Raise {
  pair: string;
  zone: string;
  epoch: number;
  run: string;
  by: string;
}

/**
 * The batch that raises the fence from what was read. `changes` may ride along (ownership of records). A move that was
 * under way stays written in the fence: raising says who acts, not where the traffic is. Throws `PlanUnsafe` for a fence
 * that is newer or another ledger's: an epoch never goes down, and what is disputed only a person replaces.
 */
export function raiseBatch(
  at: Standpoint,
  raise: Raise,
  changes: readonly Change[] = [],
  attempt = 1,
): { batch: Batch; after: Standpoint } {
  const stands = standsAgainst(at.fence, raise);
  if (stands === 'newer' || stands === 'foreign') {
    const { by, epoch, run } = at.fence;
    throw new PlanUnsafe(
      `the fence of ${raise.zone} is ${stands}: epoch ${epoch}, run ${run}, ledger ${by}; ours is epoch ${raise.epoch}`,
    );
  }
  const next: Fence = { ...at.fence, by: raise.by, epoch: raise.epoch, run: raise.run, seq: at.fence.seq + attempt };
  const record = fenceRecordAfter(at.record, next);
  const batch: Batch = {
    why: `fence raised to epoch ${raise.epoch}, run ${raise.run}`,
    epoch: raise.epoch,
    seq: next.seq,
    changes: [...replaced(at.record, record), ...changes],
  };
  assertNeverDark(batch, []);
  return { batch, after: { fence: next, record } };
}

/**
 * The batch that writes a fence where none is: CREATE alone is the compare-and-set. For the first activation of a pair,
 * and for a fence that somebody deleted; who may do that is decided elsewhere.
 */
export function firstFenceBatch(
  raise: Raise,
  active: string,
  rings: Readonly<Record<string, string>>,
): { batch: Batch; after: Standpoint } {
  const fence: Fence = { by: raise.by, epoch: raise.epoch, seq: 1, active, rings, run: raise.run };
  const record = fenceRecord(raise.pair, raise.zone, fence);
  const batch: Batch = {
    why: `first fence: ${active} is active, epoch ${raise.epoch}, run ${raise.run}`,
    epoch: raise.epoch,
    seq: 1,
    changes: [{ action: 'CREATE', record }],
  };
  return { batch, after: { fence, record } };
}

/** Where a zone's fence stands against a run: its own, ready to be raised, somebody newer, or in need of a person. */
export function standsAgainst(
  fence: Fence,
  raise: Pick<Raise, 'epoch' | 'run' | 'by'>,
): 'mine' | 'older' | 'newer' | 'foreign' {
  if (fence.by !== raise.by) return 'foreign';
  if (fence.epoch > raise.epoch) return 'newer';
  if (fence.epoch < raise.epoch) return 'older';
  return fence.run === raise.run ? 'mine' : 'newer';
}
