/**
 * Facts in, verdict out. Every gate that applies is asked, also after the first closed one: whoever reads this at night
 * wants the whole list, not the next surprise.
 */
import type { Facts } from './facts.ts';
import type { Gate } from './gates/gate.ts';
import type { Situation } from './observe/situation.ts';

export interface Verdict {
  /**
   * `Move`: every gate is open. `LookAgain`: only evidence is wanting and time may bring it. `Hold`: something else is
   * shut. `Nothing`: the traffic is where it was asked to go.
   */
  kind: 'Move' | 'LookAgain' | 'Hold' | 'Nothing';
  situation: Situation;
  /** Every gate that was asked, in the order in which people read them. */
  gates: readonly Gate[];
  /** Those not open and not overridden. */
  shut: readonly Gate[];
  /** Those not open that a person answered for. */
  overridden: readonly Gate[];
  /** With `LookAgain`: when it could be confirmed at the earliest, in milliseconds since the epoch. */
  lookAgainUntil?: number;
  because: readonly string[];
  /** The one next command. */
  next: string;
}

export type Decide = (facts: Facts, overrides?: readonly string[]) => Verdict;
