import type { Facts } from '../facts.ts';
import type { Situation } from '../observe/situation.ts';

/** When a gate is asked: what is true before the pair is taken need not hold once the fence stands, and the reverse. */
export type Applies = 'before claim' | 'after fence' | 'always';

/** One question with its answer. Never open without a number that says so. */
export interface Gate {
  name: string;
  state: 'open' | 'closed' | 'unknown';
  /** What was seen, with numbers. */
  because: string;
  /** What would open it. */
  opensWhen: string;
  applies: Applies;
  overridable: 'person' | 'never';
}

/** A gate that does not concern this kind of move is not asked at all. */
export type GateQuestion = (facts: Facts, situation: Situation) => Gate | undefined;
