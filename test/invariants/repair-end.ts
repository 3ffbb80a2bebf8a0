/** Nothing goes wrong any more, and a person types `throwover repair`. */
import type { Invariant } from './invariant.ts';

export interface RepairEnd {
  outcome: string | undefined;
  because: string;
  /** The next command that the record names. */
  next: string;
  /** What is not at rest when it has ended and what it owes was paid. */
  unrest: readonly string[];
}

const DONE = ['Switched', 'Unchanged'];

export const repairConverges: Invariant<RepairEnd> = {
  id: 'L3',
  says: 'from every state that was reached repair brings the pair to rest, or says what a person must decide',
  breach({ outcome, because, next, unrest: [first] }) {
    if (outcome === undefined) return 'repair left no record';
    if (DONE.includes(outcome)) return first && `repair ended ${outcome}, and afterwards ${first}`;
    return because === '' || !next.startsWith('throwover ') ? `repair ended ${outcome} without a way out` : undefined;
  },
};
