/** Commit: one conditional write says who is active, what is owed, and that nobody holds the pair any more. */
import * as z from 'zod/mini';
import { Superseded } from '../core/errors.ts';
import { emptyLedger } from '../core/ledger/ledger.ts';
import { owedAfter, stillOwed } from '../core/ledger/owed.ts';
import { change } from '../core/ledger/store.ts';
import { committed } from '../core/ledger/transitions.ts';
import { pairOf } from '../core/topology/pair.ts';
import { ClaimedRun } from './run.ts';
import type { World } from './world.ts';

export const CommitInput = z.object({
  run: ClaimedRun,
  /** Where the pair stood when the run claimed it. */
  active: z.string(),
  /** Zones that took no change. */
  behind: z.array(z.string()),
  /** Batches of this run were applied. */
  usersMoved: z.boolean(),
  /** Repair only: the zones were at rest, and these rings stand elsewhere than `to`. */
  rings: z.exactOptional(z.record(z.string(), z.string())),
  /** The run ends Uncertain: automation stays away until a person answers this. */
  awaitsPerson: z.exactOptional(z.string()),
});

export async function commit(
  { run, active, behind, usersMoved, rings, awaitsPerson }: z.output<typeof CommitInput>,
  world: Pick<World, 'topology' | 'ledger' | 'clock'>,
) {
  const { timing } = pairOf(world.topology, run.pair);
  const now = world.clock.now();
  const written = await change(
    world.ledger,
    emptyLedger(run.pair),
    (ledger) => {
      const { [String(run.ring)]: _, ...others } = ledger.rings;
      const stands =
        run.ring === undefined
          ? { active: run.to, rings: rings ?? {} }
          : { active, rings: run.to === active ? others : { ...others, [run.ring]: run.to } };
      const isNews =
        ledger.active !== stands.active ||
        run.ring !== undefined ||
        JSON.stringify(ledger.rings) !== JSON.stringify(stands.rings);
      const beside = run.ring === undefined && rings !== undefined ? { rings } : {};
      const debts = [
        ...owedAfter({ ...run, ...beside, now, settleSeconds: timing.settleSeconds, behind, isNews }),
        ...stillOwed(ledger.debts, run.ring, run.epoch),
      ];
      const end = { nonce: run.nonce, epoch: run.epoch, ...stands, debts, now, usersMoved };
      return committed(ledger, awaitsPerson === undefined ? end : { ...end, awaitsPerson });
    },
    (ledger) => ledger.epoch === run.epoch && ledger.holder === undefined && ledger.run === run.run,
  );
  if (written.kind === 'no') throw new Superseded(written.because, { run: run.run });
  await world.ledger.note(run.pair, {
    epoch: run.epoch,
    key: 'commit',
    at: now,
    what: `${run.to} is active`,
    facts: { run: run.run, rev: written.ledger.rev },
  });
  return { active: written.ledger.active ?? run.to, because: `ledger rev ${written.ledger.rev}` };
}
