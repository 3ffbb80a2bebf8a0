/**
 * Pays what is owed after a move: by the run while it lives, by the watch afterwards. Every debt carries the epoch it was
 * made in; a newer run cancels it. What cannot be paid now says why and when it is tried again.
 */
import * as z from 'zod/mini';
import { type Debt, debtsOwed, emptyLedger, type Ledger } from '../core/ledger/ledger.ts';
import { change } from '../core/ledger/store.ts';
import { debtsAfter } from '../core/ledger/transitions.ts';
import { pairOf } from '../core/topology/pair.ts';
import { type DebtWorld, type Owed, payments, type Unpaid } from './debts/payments.ts';

export const PayDebtsInput = z.object({
  pair: z.string(),
  /** Tried now, whenever their next try is. */
  due: z._default(z.array(z.string()), []),
});

/** Less than the watch's minute: else every second tick would come a moment too early. */
const RETRY_SECONDS = 50;

export async function payDebts(
  { pair: name, due: now = [] }: z.input<typeof PayDebtsInput>,
  world: DebtWorld,
): Promise<{ pair: string; paid: string[]; debts: readonly Debt[]; troubles: string[] }> {
  const pair = pairOf(world.topology, name);
  const ledger = await world.ledger.read(name);
  if (ledger === undefined || ledger.holder !== undefined)
    return { pair: name, paid: [], debts: ledger?.debts ?? [], troubles: [] };
  const tried = new Map<string, Debt | undefined>();
  const unpaid: Debt[] = [];
  const troubles: string[] = [];
  for (const debt of debtsOwed(ledger)) {
    const due = debt.nextTryAt <= world.clock.now() || now.includes(debt.what);
    const left = due ? await pay({ debt, pair, ledger, world, unpaid, troubles }) : debt;
    if (due) tried.set(keyOf(debt), left);
    if (left !== undefined) unpaid.push(left);
  }
  const paid = [...tried].filter(([, left]) => left === undefined).map(([key]) => key);
  if (tried.size === 0) return { pair: name, paid, debts: unpaid, troubles };
  // who paid at the same time has written, too: only what was tried here changes
  const leftOf = (now: Ledger) =>
    debtsOwed(now).flatMap((debt) => (tried.has(keyOf(debt)) ? (tried.get(keyOf(debt)) ?? []) : debt));
  const written = await change(
    world.ledger,
    emptyLedger(name),
    (now) => debtsAfter(now, ledger.epoch, leftOf(now)),
    (now) => now.epoch === ledger.epoch && JSON.stringify(now.debts) === JSON.stringify(leftOf(now)),
  );
  return { pair: name, paid, debts: written.ledger.debts, troubles };
}

/** What is left of a debt after a try; undefined: paid. A payment that throws has not been made. */
async function pay(owed: Owed): Promise<Debt | undefined> {
  const { debt, world } = owed;
  const left = await payments[debt.what](owed).catch((cause: unknown): Unpaid => {
    return { because: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause) };
  });
  if (left === undefined) return undefined;
  const { because, waiting = false } = left;
  const { until: before, ...rest } = debt;
  const until = 'until' in left ? left.until : before;
  return {
    ...rest,
    because,
    tries: debt.tries + (waiting ? 0 : 1),
    nextTryAt: world.clock.now() + RETRY_SECONDS * 1000,
    ...(until === undefined ? {} : { until }),
    ...(left.lookedAt === undefined ? {} : { lookedAt: left.lookedAt }),
    ...(left.watched === undefined ? {} : { watched: left.watched }),
    ...(left.tail === undefined ? {} : { tail: left.tail }),
  };
}

function keyOf({ what, about, ring }: Debt): string {
  return [what, ...(about === undefined ? [] : ['of', about]), ...(ring === undefined ? [] : ['ring', ring])].join(' ');
}
