/**
 * Who may still act, read from the ledger by everything that changes something: a run while it holds the pair at its
 * epoch, a debt while the epoch stands in which it was made. A redrive of an old run, or a call of it that was held up
 * for minutes, finds out here.
 */
import { Superseded } from '../core/errors.ts';
import { holds, type Ledger } from '../core/ledger/ledger.ts';
import type { ClaimedRun } from './run.ts';
import type { World } from './world.ts';

/** What of a run the ledger knows it by. */
export type Holding = Pick<ClaimedRun, 'pair' | 'nonce' | 'epoch' | 'run'>;

/** A mutating task goes on only if the ledger's holder is this run's nonce at this epoch. Throws `Superseded`. */
export async function mustHold(run: Holding, { ledger }: Pick<World, 'ledger'>): Promise<Ledger> {
  const read = await ledger.read(run.pair);
  if (read !== undefined && holds(read, run.nonce, run.epoch)) return read;
  throw superseded(run, read, `this run had epoch ${run.epoch}`);
}

/** A debt has no nonce: nobody holds the pair for it. Throws `Superseded` when its epoch is not the one that stands. */
export async function mustBeOwed(debt: Omit<Holding, 'nonce'>, { ledger }: Pick<World, 'ledger'>): Promise<void> {
  const read = await ledger.read(debt.pair);
  if (read?.epoch !== debt.epoch || read.holder !== undefined)
    throw superseded(debt, read, `this is owed for epoch ${debt.epoch}`);
}

function superseded({ pair, run }: Pick<Holding, 'pair' | 'run'>, read: Ledger | undefined, ours: string): Superseded {
  const holder = read?.holder === undefined ? 'nobody' : `${read.holder.id} (${read.holder.kind})`;
  return new Superseded(`${holder} holds ${pair} at epoch ${read?.epoch ?? 0}; ${ours}`, { run });
}
