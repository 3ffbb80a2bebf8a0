import { ConfigInvalid } from '../../core/errors.ts';
import { LabClock } from './lab.ts';
import { isLoopback } from './loopback.ts';
import { systemClock } from './system.ts';
import type { TimedClock } from './timed.ts';

/** What an environment may say about the world outside; everything is unset on AWS. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type ChosenClock =
  | { kind: 'system'; clock: TimedClock }
  /** `clock.begin` before each invocation. */
  | { kind: 'lab'; clock: LabClock };

/**
 * The system's clock, or the lab's when THROWOVER_CLOCK_URL names it. A wrong clock would make every age and time-out wrong,
 * so it is taken only where AWS itself is the lab too: both on loopback. Throws `ConfigInvalid` otherwise.
 */
export function clockFromEnvironment({ THROWOVER_CLOCK_URL, AWS_ENDPOINT_URL }: Environment): ChosenClock {
  if (THROWOVER_CLOCK_URL === undefined || THROWOVER_CLOCK_URL === '') return { kind: 'system', clock: systemClock };
  if (isLoopback(THROWOVER_CLOCK_URL) && isLoopback(AWS_ENDPOINT_URL))
    return { kind: 'lab', clock: new LabClock(THROWOVER_CLOCK_URL) };
  throw new ConfigInvalid(
    `THROWOVER_CLOCK_URL is for the lab only: it and AWS_ENDPOINT_URL must both be on loopback, found ${THROWOVER_CLOCK_URL} and ${AWS_ENDPOINT_URL ?? 'nothing'}`,
  );
}
