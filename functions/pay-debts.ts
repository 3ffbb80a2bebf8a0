/**
 * Pays what is owed after a move: by the run while it lives, by the watch afterwards. Every debt carries the epoch it was
 * made in; a newer run cancels it. What cannot be paid now says why and when it is tried again.
 */
import * as z from 'zod/mini';
import { type Debt, debtsOwed, emptyLedger, type Ledger } from '../core/ledger/ledger.ts';
import { change } from '../core/ledger/store.ts';
import { debtsAfter } from '../core/ledger/transitions.ts';
import { pairOf } from '../core/topology/pair.ts';
import { type DebtWorld, payments } from './debts/payments.ts';

export const PayDebtsInput = z.object({ pair: z.string() });

const RETRY_SECONDS = 60;

export async function payDebts(
  { pair: name }: z.output<typeof PayDebtsInput>,
  world: DebtWorld,
): Promise<{ paid: string[]; debts: readonly Debt[] }> {
  const pair = pairOf(world.topology, name);
  const ledger = await world.ledger.read(name);
  if (ledger === undefined || ledger.holder !== undefined) return { paid: [], debts: ledger?.debts ?? [] };
  const paid: string[] = [];
  const left: Debt[] = [];
  for (const debt of debtsOwed(ledger)) {
    if (debt.nextTryAt > world.clock.now()) {
      left.push(debt);
      continue;
    }
    const because = await payments[debt.what]({ debt, pair, ledger, world, unpaid: left });
    if (because === undefined) paid.push(told(debt));
    else left.push({ ...debt, tries: debt.tries + 1, because, nextTryAt: world.clock.now() + RETRY_SECONDS * 1000 });
  }
  if (paid.length === 0 && left.length === 0) return { paid, debts: left };
  const written = await change(
    world.ledger,
    emptyLedger(name),
    (now) => debtsAfter(now, ledger.epoch, left),
    (now) => sameDebts(now, left),
  );
  return { paid, debts: written.ledger.debts };
}

function told({ what, about }: Debt): string {
  return about === undefined ? what : `${what} of ${about}`;
}

function sameDebts(ledger: Ledger, debts: readonly Debt[]): boolean {
  return JSON.stringify(ledger.debts) === JSON.stringify(debts);
}
