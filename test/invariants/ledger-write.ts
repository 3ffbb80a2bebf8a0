/** One write of a pair's item in the ledger, and what must be true of every one of them. */
import type { Invariant } from './invariant.ts';

export interface LedgerSeen {
  rev: number;
  epoch: number;
  active?: string;
  holder?: { id: string; nonce: string; kind: string; ring?: number };
  acknowledged: boolean;
  lastAutomaticMove?: { epoch: number; at: number };
  debts: readonly { what: string; epoch: number; nextTryAt?: number }[];
  pause?: { until?: number };
  awaitsPerson?: string;
}

export interface LedgerWrite {
  before: LedgerSeen | undefined;
  after: LedgerSeen;
  /** The cluster that each fence calls active, of those that stand at this moment. */
  fences: readonly string[];
}

export const revisionGrowsByOne: Invariant<LedgerWrite> = {
  id: 'S2',
  says: 'the ledger’s rev grows by one with each write, and its epoch never decreases',
  breach({ before, after }) {
    if (after.rev !== (before?.rev ?? 0) + 1) return `rev went from ${before?.rev ?? 0} to ${after.rev}`;
    return after.epoch < (before?.epoch ?? 0) ? `epoch went from ${before?.epoch} to ${after.epoch}` : undefined;
  },
};

export const oneHolder: Invariant<LedgerWrite> = {
  id: 'S5',
  says: 'one holder at a time: another one comes only with a new epoch',
  breach({ before, after }) {
    if (after.holder === undefined || after.holder.nonce === before?.holder?.nonce) return undefined;
    return after.epoch > (before?.epoch ?? 0) ? undefined : `${after.holder.id} took the pair without a new epoch`;
  },
};

export const oneAutomaticMove: Invariant<LedgerWrite> = {
  id: 'S9',
  says: 'no second automatic move without an acknowledgement',
  breach({ before, after }) {
    const another = after.lastAutomaticMove?.epoch !== before?.lastAutomaticMove?.epoch;
    return another && before?.acknowledged === false
      ? `epoch ${after.lastAutomaticMove?.epoch} after ${before.lastAutomaticMove?.epoch}, not acknowledged`
      : undefined;
  },
};

/** A zone that takes no change stays behind; where no fence stands at all, nobody can be asked. What a person accepts they have seen. */
export const commitsWhatWasSteered: Invariant<LedgerWrite> = {
  id: 'L8',
  says: 'a run commits what was steered: the ledger calls another cluster active only when a fence does',
  breach({ before, after, fences }) {
    const commits = before?.holder !== undefined && after.active !== before.active;
    if (!commits || after.active === undefined) return undefined;
    if (fences.length === 0 || fences.includes(after.active)) return undefined;
    return `it says ${after.active} at epoch ${after.epoch}, the fences say ${fences.join(', ')}`;
  },
};

export const ofEveryLedgerWrite: readonly Invariant<LedgerWrite>[] = [
  revisionGrowsByOne,
  oneHolder,
  oneAutomaticMove,
  commitsWhatWasSteered,
];
