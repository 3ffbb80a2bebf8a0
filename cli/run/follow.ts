/** Waits for the end of an execution and tells what it does meanwhile. The run does not need us: who stops watching stops nothing. */

import type { Console, RunSeen, Runs } from '../console.ts';
import { sentenceOf, Unreachable } from '../reach.ts';
import { type Line, linesIn } from './story.ts';

const LOOK_MILLISECONDS = 1_000;
/** Looks that may fail one after the other before we say that we lost sight of it. */
const LOOKS_LOST_MAX = 10;

/** @returns how it ended; undefined when the person pressed Ctrl-C first. */
export async function followed(
  arn: string,
  { runs, clock }: { runs: Runs; clock: Console['clock'] },
  tell: (line: Line) => void,
  stopped: { readonly yes: boolean; readonly said: Promise<void> },
): Promise<RunSeen | undefined> {
  let told = 0;
  let lost = 0;
  // it ends by itself: the state machine has a time-out
  while (!stopped.yes) {
    try {
      const seen = await runs.describe(arn);
      // read after it ended: everything is in it
      const history = await runs.history(arn);
      for (const line of linesIn(history, told)) tell(line);
      told = history.at(-1)?.id ?? told;
      if (seen !== undefined && seen.status !== 'RUNNING' && seen.status !== 'PENDING_REDRIVE') return seen;
      lost = 0;
    } catch (cause) {
      if (++lost >= LOOKS_LOST_MAX)
        throw new Unreachable(`lost sight of ${arn}, which goes on by itself: ${sentenceOf(cause)}`, { cause });
    }
    await Promise.race([clock.wait(LOOK_MILLISECONDS), stopped.said]);
  }
  return undefined;
}
