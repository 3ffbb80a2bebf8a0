/** What a script learns from `$?`. */
export const exitCodes = {
  done: 0,
  /** Our own fault, or an endpoint that does not answer. */
  failed: 1,
  /** Bad input; nothing was read or changed. */
  refused: 2,
  /** A gate is closed, or users were moved and are back. */
  held: 3,
  /** Somebody has to look. */
  uncertain: 4,
  /** A newer epoch acts. */
  superseded: 5,
} as const;

const byOutcome: Readonly<Record<string, number>> = {
  Switched: exitCodes.done,
  Unchanged: exitCodes.done,
  Recorded: exitCodes.done,
  Previewed: exitCodes.done,
  Refused: exitCodes.refused,
  Held: exitCodes.held,
  Abandoned: exitCodes.held,
  Uncertain: exitCodes.uncertain,
  Disputed: exitCodes.uncertain,
  Superseded: exitCodes.superseded,
  // of drills
  Succeeded: exitCodes.done,
  Skipped: exitCodes.held,
  Failed: exitCodes.uncertain,
  Interrupted: exitCodes.superseded,
};

/** The exit code of a run's outcome; a preview that found a gate shut is like a run that was held. */
export function exitCodeOf(outcome: string, everyGateOpen = true): number {
  if (outcome === 'Previewed' && !everyGateOpen) return exitCodes.held;
  return byOutcome[outcome] ?? exitCodes.failed;
}
