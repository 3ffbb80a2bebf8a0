/** How an observer looks: once, or every few seconds while a suspicion is being confirmed. */
import * as z from 'zod/mini';
import type { Observation } from '../core/observe/observation.ts';
import type { Clock } from '../core/ports.ts';
import type { NamedPair } from '../core/topology/pair.ts';

export const LookInput = z.object({
  pair: z.string(),
  /** The cluster that is under suspicion: the look ends early when it is seen well. */
  suspect: z.exactOptional(z.string()),
  /** Keep looking until then (milliseconds since the epoch), at most as long as one task works. */
  until: z.exactOptional(z.number()),
});
export type LookInput = z.output<typeof LookInput>;

/**
 * @param look one sample of both clusters
 * @returns all samples, oldest first
 */
export async function looks(
  clock: Clock,
  pair: NamedPair,
  { until, suspect }: LookInput,
  look: () => Promise<Observation[]>,
): Promise<Observation[]> {
  const started = clock.now();
  const end = Math.min(until ?? started, started + pair.timing.taskSecondsMax * 1000 - longestLook(pair));
  const seen: Observation[] = [];
  for (let due = started; ; due += pair.probe.intervalSeconds * 1000) {
    await clock.wait(Math.max(0, due - clock.now()));
    const sample = await look();
    seen.push(...sample);
    const recovered = sample.some((one) => one.cluster === suspect && one.canary === 'healthy');
    // the sample that is due at the end itself is still taken: it completes the span that is to be confirmed
    if (recovered || due + pair.probe.intervalSeconds * 1000 > end + TOLERANCE_MILLISECONDS) return seen;
  }
}

const TOLERANCE_MILLISECONDS = 500;

/** A sample may wait for an API and then for a probe that both do not answer. */
function longestLook(pair: NamedPair): number {
  return (pair.probe.apiTimeoutSeconds + pair.probe.timeoutSeconds) * 1000;
}
