/**
 * Decisions: what was decided about a pair, when, because of what; and what people said of it afterwards. The same decision
 * again (a run that is held every minute) is counted, not listed anew.
 */
import type { Outcome, RunRecord } from './record.ts';

export const MARKS = ['right', 'wrong', 'harmless'] as const;

export interface Mark {
  said: (typeof MARKS)[number];
  by: string;
  at: number;
  note: string;
}

export interface Decision {
  pair: string;
  /** The first and the last run that ended so. */
  run: string;
  lastRun: string;
  at: number;
  lastAt: number;
  times: number;
  kind: string;
  mode: string;
  outcome: Outcome;
  epoch: number;
  from: string;
  to: string;
  situation: string;
  /** Names of the gates that were not open. */
  closed: readonly string[];
  /** Right in itself, kept back by these alone: what automation would have done. */
  blocks: readonly string[];
  because: readonly string[];
  marks: readonly Mark[];
}

const DECIDED: readonly Outcome[] = ['Switched', 'Unchanged', 'Held', 'Abandoned', 'Superseded', 'Uncertain'];
const REASONS_KEPT = 12;

/** Undefined: nothing was decided (a preview, a person's word for the ledger). */
export function decisionOf(
  record: RunRecord,
  { run, kind, epoch, blocks, at }: { run: string; kind: string; epoch: number; blocks: readonly string[]; at: number },
): Decision | undefined {
  const { outcome, pair, mode, from = '', to = '', situation = '', gates, because } = record;
  if (!DECIDED.includes(outcome)) return undefined;
  const closed = gates.filter(({ state }) => state !== 'open').map(({ name }) => name);
  const who = { pair, run, lastRun: run, at, lastAt: at, times: 1, kind, mode, epoch };
  return { ...who, outcome, from, to, situation, closed, blocks, because: because.slice(0, REASONS_KEPT), marks: [] };
}

/** Is it the same again? Only what moved nobody can be: each move is a decision of its own. */
export function isSame(before: Decision | undefined, now: Decision): before is Decision {
  const what = ({ outcome, kind, from, to, situation, closed }: Decision) =>
    JSON.stringify([outcome, kind, from, to, situation, closed]);
  return before !== undefined && ['Held', 'Unchanged'].includes(now.outcome) && what(before) === what(now);
}

export function again(before: Decision, now: Decision): Decision {
  return { ...before, lastRun: now.run, lastAt: now.at, times: before.times + 1, because: now.because };
}

export function marked(decision: Decision, mark: Mark): Decision {
  return { ...decision, marks: [...decision.marks, mark] };
}
