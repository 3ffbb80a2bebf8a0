/** A rehearsal: what it is, how it may end, and what it leaves. */
import * as z from 'zod/mini';
import { command } from '../observe/commands.ts';

/**
 * `preview` judges a move and changes nothing; `ring` moves the Example app's ring and brings it back; `full` moves
 * everything, looks how the other cluster bears it, and returns by choice.
 */
export const DRILL_KINDS = ['preview', 'ring', 'full'] as const;
export type DrillKind = (typeof DRILL_KINDS)[number];

/** `Interrupted`: something more important came. `Skipped`: it did not begin, and why. */
export const DRILL_OUTCOMES = ['Succeeded', 'Failed', 'Interrupted', 'Skipped'] as const;
export type DrillOutcome = (typeof DRILL_OUTCOMES)[number];

/** The Example app's. */
export const REHEARSED_RING = 0;

/** What a drill carries from state to state. */
export const Drill = z.object({
  pair: z.string(),
  kind: z.enum(DRILL_KINDS),
  /** When it began, or the slot of the schedule that it is for; milliseconds since the epoch. With the pair it is the drill's identity. */
  at: z.number(),
  /** Its name in the names of its runs and in holders: `drill-…`. */
  name: z.string(),
  execution: z.string(),
  startedBy: z.enum(['machine', 'person']),
  from: z.string(),
  to: z.string(),
  ring: z.exactOptional(z.int()),
  returns: z.boolean(),
  bakeSeconds: z.number(),
  reason: z.string(),
});
export type Drill = z.output<typeof Drill>;

export const LEGS = ['out', 'back'] as const;
/** There, or back again: each is a run of the switch with an epoch of its own. */
export type Leg = (typeof LEGS)[number];

/** A leg's execution is called so, also when it is started twice: one execution. */
export function runOfLeg({ name }: Pick<Drill, 'name'>, leg: Leg): string {
  return `${name}-${leg}`;
}

/** A leg that has ended. */
export const LegEnded = z.object({
  leg: z.enum(LEGS),
  run: z.string(),
  outcome: z.string(),
  epoch: z.exactOptional(z.int()),
  /** From its claim until every name server had the last batch. */
  secondsToMove: z.exactOptional(z.number()),
});
export type LegEnded = z.output<typeof LegEnded>;

/** The note of a drill. Written when it begins, as `Running`, and again at its end. */
export const DrillRecord = z.looseObject({
  pair: z.string(),
  at: z.number(),
  kind: z.enum(DRILL_KINDS),
  outcome: z.enum(['Running', ...DRILL_OUTCOMES]),
  because: z.array(z.string()),
  from: z.string(),
  to: z.string(),
  ring: z.exactOptional(z.int()),
  name: z.string(),
  execution: z.string(),
  startedBy: z.enum(['machine', 'person']),
  reason: z.string(),
  /** Its users are to come back. */
  returns: z.exactOptional(z.boolean()),
  endedAt: z.exactOptional(z.number()),
  /** From the beginning to the end. */
  seconds: z.exactOptional(z.number()),
  /** Of the leg there: how long it took to take the traffic away from the cluster that had it. */
  secondsToWithdraw: z.exactOptional(z.number()),
  /** Of the leg back. */
  secondsToReturn: z.exactOptional(z.number()),
  runs: z.array(LegEnded),
  /** The one next command. */
  next: z.string(),
});
export type DrillRecord = z.output<typeof DrillRecord>;

/** As a drill begins. */
export function recordOf({ bakeSeconds: _, ...drill }: Drill): DrillRecord {
  return { ...drill, outcome: 'Running', because: [], runs: [], next: command.status(drill.pair) };
}

/** As it has ended. */
export function recordAtEnd(
  drill: Drill,
  end: Pick<DrillRecord, 'because' | 'runs' | 'next'> & { outcome: DrillOutcome; endedAt: number },
): DrillRecord {
  const secondsOf = (leg: Leg) => end.runs.find((run) => run.leg === leg)?.secondsToMove;
  const [there, back] = [secondsOf('out'), secondsOf('back')];
  return {
    ...recordOf(drill),
    ...end,
    seconds: Math.max(0, Math.round((end.endedAt - drill.at) / 1000)),
    ...(there === undefined ? {} : { secondsToWithdraw: there }),
    ...(back === undefined ? {} : { secondsToReturn: back }),
  };
}

const PREFIX = 'drill#';

/** Sorts by time. */
export function noteKey(at: number): string {
  return `${PREFIX}${new Date(at).toISOString()}`;
}

/** The records among notes under `drill#`, in their order. What cannot be read is none of ours. */
export function drillsIn(notes: readonly { item: Readonly<Record<string, unknown>> }[]): DrillRecord[] {
  return notes.flatMap(({ item }) => {
    const parsed = z.safeParse(DrillRecord, item);
    return parsed.success ? [parsed.data] : [];
  });
}

/** Users were moved and all went well. A preview changes nothing, so it proves nothing. */
export function proves({ kind, outcome }: Pick<DrillRecord, 'kind' | 'outcome'>): boolean {
  return kind !== 'preview' && outcome === 'Succeeded';
}

/** Under which keys all drills of a pair are. */
export const DRILL_NOTES = PREFIX;

/** Auditors ask for the year before; then a note may go. */
export const KEPT_MILLISECONDS = 800 * 86_400_000;
