/** How an observer looks: once, or every few seconds while a suspicion is being confirmed. */
import * as z from 'zod/mini';
import type { Observation } from '../core/observe/observation.ts';
import type { Clock } from '../core/ports.ts';
import type { NamedPair } from '../core/topology/pair.ts';

export const LookInput = z.object({
  pair: z.string(),
  /** Only this ring is to move: its services are what users of the move ask for. */
  ring: z.exactOptional(z.int()),
  /** The cluster that is to be left: the look ends early when it is seen well. */
  suspect: z.exactOptional(z.string()),
  /** Nothing is sent to this cluster's load balancer, or for these rings of it: whether anybody uses it is being found out. */
  spare: z.exactOptional(z.object({ cluster: z.string(), rings: z.exactOptional(z.array(z.int())) })),
  /** Also bring how many pods each workload runs with: only for who remembers it, for it is long. */
  count: z.exactOptional(z.boolean()),
  /** A planned move is judged: is somebody changing a cluster, is what its pods stand on complete? Nobody else has to know. */
  changes: z.exactOptional(z.boolean()),
  /** Keep looking until then (milliseconds since the epoch), at most as long as one task works. */
  until: z.exactOptional(z.number()),
});
export type LookInput = z.output<typeof LookInput>;

/** Rings of the cluster that it is not asked for; `all`: not at all. */
export function sparedOf(cluster: string, { spare }: Pick<LookInput, 'spare'>): readonly number[] | 'all' {
  return spare?.cluster === cluster ? (spare.rings ?? 'all') : [];
}

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
  for (let due = started; ; ) {
    await clock.wait(Math.max(0, due - clock.now()));
    const sample = await look();
    seen.push(...sample);
    const recovered = sample.some((one) => one.cluster === suspect && one.canary === 'healthy');
    if (recovered || due >= end) return seen;
    // the last sample is taken at the end itself, not before it: it completes the span that is to be confirmed
    due = Math.min(due + pair.probe.intervalSeconds * 1000, end);
  }
}

/** A sample may wait for an API and then for a probe that both do not answer. */
function longestLook(pair: NamedPair): number {
  return (pair.probe.apiTimeoutSeconds + pair.probe.timeoutSeconds) * 1000;
}
