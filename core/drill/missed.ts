/** Was a drill that was due begun? Slots are in core/topology/drill-slots.ts, because the schedule is made from them. */
import { lastSlot } from '../topology/drill-slots.ts';
import type { Drills } from '../topology/schema.ts';
import type { DrillRecord } from './drill.ts';

/** A drill that is due has begun by then, or said why not. */
const GRACE_MILLISECONDS = 6 * 3_600_000;
/** Under which key it stands since when somebody looks whether drills begin: a schedule has not missed a slot before that. */
export const LOOKED_SINCE = 'drills-since';

/**
 * The slot that nobody answered: nothing began there and nothing said why not. Undefined: none is missed.
 * @param since slots before this time were nobody's: Throwover was not there yet
 */
export function missedSlot(
  drills: Drills,
  records: readonly DrillRecord[],
  since: number,
  now: number,
): number | undefined {
  const slot = lastSlot(drills, now - GRACE_MILLISECONDS);
  if (slot === undefined || slot < since) return undefined;
  return records.some(({ at }) => at >= slot) ? undefined : slot;
}
