/**
 * A batch is one change call: all of it happens or none. It is checked here, before it leaves, against what was read:
 * a bug must not be able to empty a name even once.
 */
import { keyOf, type RecordSet } from './records.ts';

export interface Change {
  action: 'DELETE' | 'CREATE';
  record: RecordSet;
}

export interface Batch {
  /** One sentence for people; becomes the comment of the change. */
  why: string;
  epoch: number;
  seq: number;
  changes: readonly Change[];
}

/** What one change call may hold at most (facts/route53: 1,000 elements with aliases counted, 32,000 characters of values). */
export const MOST_ELEMENTS = 1_000;
export const MOST_CHARACTERS = 32_000;

/** A plan that would do something we promise never to do. Always a fault of ours: nothing is sent. */
export class PlanUnsafe extends Error {
  override readonly name = 'PlanUnsafe';
}

/** DELETE exactly as read, CREATE as it shall be: a record that somebody changed since refuses the whole batch. */
export function replaced(old: RecordSet, next: RecordSet): Change[] {
  return [
    { action: 'DELETE', record: old },
    { action: 'CREATE', record: next },
  ];
}

/** Elements of a change call; an alias counts as one, like a value. */
export function elementsOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { record }) => sum + (record.values?.length ?? 1), 0);
}

/** Characters of values in a change call. */
export function charactersOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { record }) => sum + lengthOf(record), 0);
}

function lengthOf(record: RecordSet): number {
  return (record.values ?? []).reduce((sum, value) => sum + value.length, 0);
}

/**
 * Refuses a batch that could leave a name without an answer: every deleted set is created again in the same batch, no
 * set is created that was not there, and each weighted name that is touched keeps a weight above zero on one side.
 * `weightsAfter` gives, for each touched name and type, the weights that will stand there.
 */
export function assertNeverDark(batch: Batch, weightsAfter: Iterable<readonly [string, readonly number[]]>): void {
  const deleted = new Set<string>();
  for (const { action, record } of batch.changes) {
    const key = keyOf(record);
    if (action === 'DELETE') {
      if (deleted.has(key)) throw new PlanUnsafe(`${key} would be deleted twice`);
      deleted.add(key);
    } else if (!deleted.delete(key)) {
      throw new PlanUnsafe(`${key} would be created without having been deleted in the same batch`);
    }
  }
  if (deleted.size > 0) throw new PlanUnsafe(`${[...deleted].join(', ')} would be gone`);
  for (const [group, weights] of weightsAfter) {
    if (!weights.some((weight) => weight > 0)) throw new PlanUnsafe(`${group} would have no weight left on any side`);
  }
  if (elementsOf(batch.changes) > MOST_ELEMENTS || charactersOf(batch.changes) > MOST_CHARACTERS) {
    throw new PlanUnsafe(`a batch of ${elementsOf(batch.changes)} elements is larger than one change call may be`);
  }
}
