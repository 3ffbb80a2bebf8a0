/** The copy of a record that outlives the table. It is worth an attempt, and never a run: what failed stands among the events. */
import { recordKey } from '../core/record.ts';
import { causeOf } from './troubles.ts';
import type { World } from './world.ts';

export interface ToKeep {
  pair: string;
  of: 'runs' | 'drills';
  /** Of the run or the drill. */
  name: string;
  /** When it began, in milliseconds since the epoch. */
  at: number;
  /** Whose events say so when it was not kept. */
  epoch: number;
  record: object;
}

/**
 * A record that was not kept is in the ledger all the same; nobody tries again.
 * @returns what went wrong, if it did; throws nothing
 */
export async function keepForGood(
  { pair, of, name, at, epoch, record }: ToKeep,
  { records, ledger, clock }: Pick<World, 'records' | 'ledger' | 'clock'>,
): Promise<string[]> {
  const key = recordKey(pair, of, name, at);
  try {
    await records.keep(key, record);
    return [];
  } catch (cause) {
    const what = `not kept in S3: ${causeOf(cause)}`;
    const noted = ledger.note(pair, { epoch, key: `unkept#${name}`, at: clock.now(), what, facts: { key } });
    // it is in the function's log and metric all the same
    const [also] = await Promise.allSettled([noted]);
    return [what, ...(also.status === 'rejected' ? [`and that was not noted: ${causeOf(also.reason)}`] : [])];
  }
}
