/** Writes a lock as a pipeline does. A lost answer may have been written: then a lock that stands there just as it was asked for is ours. */
import { emptyLedger, type Ledger } from '../../core/ledger/ledger.ts';
import { type ChangeLock, locking, unlocking } from '../../core/ledger/locks.ts';
import { change, type LedgerStore, type Written } from '../../core/ledger/store.ts';
import type { Transition } from '../../core/ledger/transitions.ts';
import type { NamedPair } from '../../core/topology/pair.ts';

type LockStore = Pick<LedgerStore, 'read' | 'write'>;

export function acquired(
  store: LockStore,
  { name, timing }: NamedPair,
  lock: ChangeLock,
  drills?: Parameters<typeof locking>[3],
): Promise<Written> {
  return changed(store, name, (ledger) => locking(ledger, lock, timing.runSecondsMax, drills));
}

export function givenBack(
  store: LockStore,
  { name }: NamedPair,
  lock: Pick<ChangeLock, 'cluster' | 'by'>,
  now: number,
): Promise<Written> {
  return changed(store, name, (ledger) => unlocking(ledger, lock, now));
}

function changed(store: LockStore, pair: string, decide: (ledger: Ledger) => Transition): Promise<Written> {
  let wanted: Ledger['locks'];
  return change(
    store,
    emptyLedger(pair),
    (ledger) => {
      const decision = decide(ledger);
      if (decision.kind === 'write') wanted = decision.next.locks;
      return decision;
    },
    ({ locks }) => wanted !== undefined && JSON.stringify(locks) === JSON.stringify(wanted),
  );
}
