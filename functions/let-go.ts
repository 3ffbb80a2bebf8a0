/** Let go: a run ends without having moved users, or without knowing. It leaves the pair free and says what is owed. */
import * as z from 'zod/mini';
import { emptyLedger } from '../core/ledger/ledger.ts';
import { owedAfterNothing } from '../core/ledger/owed.ts';
import { change } from '../core/ledger/store.ts';
import { released } from '../core/ledger/transitions.ts';
import { ClaimedRun } from './run.ts';
import type { World } from './world.ts';

export const LetGoInput = z.object({
  run: ClaimedRun,
  /** Prepare wrote to the target: it must be put back to sleep. */
  prepared: z.boolean(),
  /** Users were on the target, and are back. */
  visited: z.boolean(),
  /** Users stand on both sides, or nobody knows. */
  usersMoved: z.boolean(),
  /** Automation stays away until a person answers this. */
  awaitsPerson: z.exactOptional(z.string()),
});

export async function letGo(
  { run, prepared, visited, usersMoved, awaitsPerson }: z.output<typeof LetGoInput>,
  world: Pick<World, 'ledger' | 'clock'>,
) {
  const debts = prepared && !usersMoved ? owedAfterNothing({ ...run, now: world.clock.now() }, visited) : [];
  const end = { debts, usersMoved, ...(awaitsPerson === undefined ? {} : { awaitsPerson }) };
  const written = await change(
    world.ledger,
    emptyLedger(run.pair),
    (ledger) => released(ledger, run.nonce, run.epoch, end),
    (ledger) => ledger.epoch === run.epoch && ledger.holder === undefined,
  );
  // somebody else holds the pair by now: there is nothing left to let go of
  return {
    released: written.kind === 'written',
    because: written.kind === 'no' ? written.because : `rev ${written.ledger.rev}`,
  };
}
