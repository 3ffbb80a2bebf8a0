/** A run that was stopped, or broke, has written no record of itself: whoever reaps it says what it was, and what nobody knows. */
import type { Holder, Ledger } from '../core/ledger/ledger.ts';
import { command } from '../core/observe/commands.ts';
import type { RunRecord } from '../core/record.ts';
import type { World } from './world.ts';

/** @param before the ledger while the run still held the pair */
export async function noteReaped(
  before: Ledger,
  holder: Holder,
  status: string,
  { ledger, clock }: Pick<World, 'ledger' | 'clock'>,
): Promise<void> {
  const { from, to, run, kind, since } = holder;
  const now = clock.now();
  const record: RunRecord = {
    outcome: 'Uncertain',
    pair: before.pair,
    mode: kind,
    from,
    to,
    epoch: before.epoch,
    ...(before.active === undefined ? {} : { active: before.active }),
    because: [
      `${holder.id} (${kind}) is ${status} and left no record; it had held ${before.pair} for ${Math.round((now - since) / 1000)} s`,
      'whether it moved users is not known here: the zones say where they are',
    ],
    next: command.repair(before.pair),
    zones: [],
    gates: [],
    debts: before.debts,
  };
  // not the key of a run's own report: repair waits for that one
  await ledger.note(before.pair, {
    epoch: before.epoch,
    key: `reaped#${run}`,
    at: now,
    what: 'Uncertain',
    facts: { record },
  });
}
