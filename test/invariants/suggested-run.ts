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

/** The input of a run that a signal started. */
export type SuggestedInput = Readonly<Record<string, unknown>>;

const SAID: readonly string[] = ['pair', 'mode', 'reason', 'signal'];
const SAID_OF_SIGNAL: readonly string[] = ['source', 'name', 'at'];

export const signalsChooseNothing: Invariant<SuggestedInput> = {
  id: 'S19',
  says: 'a signal suggests a look: it never chooses the target, the record, the time or what is overridden',
  breach(input) {
    const { mode, signal = {} } = input as { mode?: unknown; signal?: object };
    const more = [
      ...Object.keys(input).filter((key) => !SAID.includes(key)),
      ...Object.keys(signal).filter((key) => !SAID_OF_SIGNAL.includes(key)),
    ];
    if (more.length > 0) return `it said ${more.join(', ')}`;
    return mode === 'failover' ? undefined : `it chose the mode ${String(mode)}`;
  },
};
