/** The copy of a record that outlives the table. It is worth an attempt, and never a run: what failed stands among the events. */
import { recordKey } from '../core/record.ts';
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

/** Throws nothing. A record that was not kept is in the ledger all the same; nobody tries again. */
export async function keepForGood(
  { pair, of, name, at, epoch, record }: ToKeep,
  { records, ledger, clock }: Pick<World, 'records' | 'ledger' | 'clock'>,
): Promise<void> {
  const key = recordKey(pair, of, name, at);
  try {
    await records.keep(key, record);
  } catch (cause) {
    const what = `not kept in S3: ${cause instanceof Error ? cause.message : String(cause)}`;
    await ledger.note(pair, { epoch, key: `unkept#${name}`, at: clock.now(), what, facts: { key } }).catch(() => {});
  }
}
