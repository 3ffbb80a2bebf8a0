/** A signal started a run. */
import type { Invariant } from './invariant.ts';

export interface SuggestedRun {
  run: string;
  /** Another run that a signal of the same pair started, and that had not ended by then. */
  beside: string | undefined;
}

export const stormsStartOneRun: Invariant<SuggestedRun> = {
  id: 'S19',
  says: 'an alarm storm of any size starts at most one run: none is started beside another one that signals started',
  breach({ run, beside }) {
    return beside === undefined ? undefined : `${run} was started while ${beside} still looked`;
  },
};
