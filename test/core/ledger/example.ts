import { type Debt, emptyLedger, type Holder, type Kind, type Ledger } from '../../../core/ledger/ledger.ts';
import type { Transition } from '../../../core/ledger/transitions.ts';

/** A pair at rest on blue, at epoch 42. */
export const resting: Ledger = {
  ...emptyLedger('shop'),
  rev: 10,
  epoch: 42,
  active: 'blue',
  since: 1_000,
  run: 'before',
};

const byMachine: readonly Kind[] = ['automatic failover', 'repair', 'drill'];

export function holderOf(kind: Kind, more: Partial<Holder> = {}): Holder {
  return {
    id: `sfn:${kind}`,
    nonce: `nonce of ${kind}`,
    run: `run-${kind.replaceAll(' ', '-')}`,
    kind,
    startedBy: byMachine.includes(kind) ? 'machine' : 'person',
    from: 'blue',
    to: 'green',
    since: 2_000,
    ...more,
  };
}

export function debtOf(epoch: number, what: Debt['what'] = 'publish'): Debt {
  return { what, epoch, nextTryAt: 3_000, tries: 0 };
}

/** What a transition writes; a refusal fails the test. */
export function next(transition: Transition): Ledger {
  if (transition.kind === 'no') throw new Error(transition.because);
  return transition.next;
}

export function whyNot(transition: Transition): string {
  return transition.kind === 'no' ? transition.because : `it was written: ${JSON.stringify(transition.next)}`;
}

/** What a person asks of a planned run. */
export function askedTo(end: 'stay' | 'back'): NonNullable<Ledger['abort']> {
  // biome-ignore lint/suspicious/noThenProperty: the ledger's own word, and no function
  return { then: end, by: 'ana', reason: 'slow' };
}
