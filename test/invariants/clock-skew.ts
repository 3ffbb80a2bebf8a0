/** A whole world in which the clocks of functions and of people are wrong by up to five minutes. */
import type { Invariant } from './invariant.ts';

export interface SkewedWorld {
  /** By whom, in seconds; empty: every clock is right. */
  skewSeconds: Readonly<Record<string, number>>;
  /** What was broken in it. */
  broken: readonly string[];
}

/** S1 to S17, and S19: what holds whatever time anybody thinks it is. */
const HOLDS = /^S(?:[1-9]|1[0-79])\b/;

export const skewBreaksNothing: Invariant<SkewedWorld> = {
  id: 'S18',
  says: 'S1 to S17 and S19 hold though the clocks of functions and people are wrong by up to five minutes',
  breach({ skewSeconds, broken }) {
    const first = Object.keys(skewSeconds).length === 0 ? undefined : broken.find((line) => HOLDS.test(line));
    return first && `${first}, with ${JSON.stringify(skewSeconds)}`;
  },
};
