/** A drill as a person reads it: how it ended, why, how long the traffic took, and what to type next. */
import * as z from 'zod/mini';
import { type DrillRecord, LegEnded } from '../../core/drill/drill.ts';
import { instant } from '../../core/gates/wording.ts';
import { exitCodeOf } from '../exit-codes.ts';
import type { Output } from '../output.ts';

/** Tolerant: an older or newer deployment may say less or more than this one would. */
const Read = z.looseObject({
  outcome: z.string(),
  pair: z._default(z.string(), ''),
  kind: z._default(z.string(), ''),
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  because: z._default(z.array(z.string()), []),
  runs: z._default(z.array(LegEnded), []),
  secondsToWithdraw: z.optional(z.number()),
  secondsToReturn: z.optional(z.number()),
  next: z._default(z.string(), ''),
});

/** Prints the record of a drill; undefined: this is none. */
export function drillEnded(value: unknown, json: boolean, output: Output): number | undefined {
  const parsed = z.safeParse(Read, value);
  if (!parsed.success) return undefined;
  const record = parsed.data;
  if (json) output.printJson(value);
  else printDrill(record, output);
  return exitCodeOf(record.outcome);
}

function printDrill(record: z.output<typeof Read>, output: Output): void {
  const { outcome, pair, kind, from, to, because, runs, next } = record;
  const way = from === undefined || to === undefined ? '' : ` ${from} -> ${to}`;
  const headline = [`${pair}${way}`, ...(kind === '' ? [] : [`${kind} drill`])].join(', ');
  output.print(`${output.styled(outcome === 'Succeeded' ? 'green' : 'red', outcome)}  ${headline}`);
  for (const line of because) output.print(`  ${line}`);
  for (const { leg, run, outcome: ended, secondsToMove } of runs)
    output.print(
      `  ${leg === 'out' ? 'there' : 'back '}  ${ended}${secondsToMove === undefined ? '' : ` in ${secondsToMove} s`}, run ${run}`,
    );
  if (next !== '') output.print(`next  ${output.styled('bold', next)}`);
}

/** What `throwover drills --json` prints. */
export interface Rehearsals {
  pair: string;
  /** Left out: none is scheduled. */
  next?: { at: number; kind: string };
  /** The slot in which nothing began. */
  missed?: number;
  /** Where a drill that has ended left its users, and the command that brings them back. */
  left?: { on: string; by: string; next: string };
  /** The newest first. */
  drills: readonly DrillRecord[];
}

/** The first row is the heading. */
export function historyLines({ pair, next, missed, left, drills }: Rehearsals): { rows: string[][]; lines: string[] } {
  const rows = drills.map(({ at, kind, from, to, outcome, secondsToWithdraw, secondsToReturn, because }) => [
    minute(at),
    kind,
    `${from} -> ${to}`,
    outcome,
    secondsToWithdraw === undefined ? '' : `${secondsToWithdraw} s`,
    secondsToReturn === undefined ? '' : `${secondsToReturn} s`,
    because[0] ?? '',
  ]);
  return {
    rows: [['began (UTC)', 'kind', 'way', 'outcome', 'there', 'back', 'because'], ...rows],
    lines: [
      ...(drills.length === 0 ? [`${pair} was never rehearsed.`] : []),
      ...(left === undefined ? [] : [`${left.by} left its users on ${left.on}; they come back with: ${left.next}`]),
      ...(missed === undefined ? [] : [`missed: nothing began at ${instant(missed)}`]),
      next === undefined
        ? 'No drill is scheduled: `cadence: off` in throwover.yaml.'
        : `The next one is due ${minute(next.at)} UTC: ${next.kind}.`,
    ],
  };
}

function minute(at: number): string {
  return instant(at).slice(0, 16).replace('T', ' ');
}
