/**
 * What is usual for a cluster: a small memory of how long its answers take, for each class that asks it itself. Bounded
 * whatever happens: one mean and a few last looks. It only ever makes a page; nobody is moved for it.
 */
import * as z from 'zod/mini';
import type { NamedPair } from '../topology/pair.ts';
import { traitsOf } from './classes.ts';
import type { Observation } from './observation.ts';

/** Of one cluster as one class sees it. All times are milliseconds. */
export const Baseline = z.object({
  /** Exponentially weighted mean of a look's answers. */
  usual: z.number(),
  /** How many looks it was learned from, up to LEARNS_FROM. */
  looks: z.int(),
  /** The last looks, oldest first. */
  recent: z.array(z.number()),
});
export type Baseline = z.output<typeof Baseline>;

/** By cluster, then by class. */
export const Baselines = z.record(z.string(), z.record(z.string(), Baseline));
export type Baselines = z.output<typeof Baselines>;

/**
 * About as many looks weigh in the mean: at one a minute half a day. An incident of an hour hardly shows in it; what lasts, a
 * release that made everything slower, is usual after some hours, and the page ends.
 */
export const LEARNS_FROM = 720;
/** From so few looks nothing is usual yet. */
export const LOOKS_MIN = 30;
/** One slow look is no trend; the median of so many is. */
export const RECENT = 5;

/** The memory after a look. Samples without a time, or of who does not ask itself, teach nothing. */
export function learned(before: Baselines, observations: readonly Observation[], pair: NamedPair): Baselines {
  const clusters = Object.keys(pair.clusters).map((cluster) => {
    const ofCluster = observations.filter((one) => one.cluster === cluster && traitsOf(one.observer, pair).looksItself);
    const next = { ...before[cluster] };
    for (const { observer, milliseconds } of ofCluster)
      if (milliseconds !== undefined) next[observer] = withLook(next[observer], milliseconds);
    return [cluster, next] as const;
  });
  return Object.fromEntries(clusters);
}

function withLook(before: Baseline | undefined, milliseconds: number): Baseline {
  const { usual, looks, recent } = before ?? { usual: milliseconds, looks: 0, recent: [] };
  const counted = Math.min(looks + 1, LEARNS_FROM);
  return {
    usual: Math.round(1_000 * (usual + (milliseconds - usual) / counted)) / 1_000,
    looks: counted,
    recent: [...recent, Math.round(milliseconds)].slice(-RECENT),
  };
}

/**
 * Slow against its own past: not in one look, but in the median of the last ones. Undefined: it is not, or too little is known.
 * @param limits from the topology: slow in itself, and by how much
 */
export function slowerThanUsual(
  known: Baseline | undefined,
  { slowMilliseconds, slowFactor }: { slowMilliseconds: number; slowFactor: number },
): string | undefined {
  if (known === undefined || known.looks < LOOKS_MIN || known.recent.length < RECENT) return undefined;
  const median = known.recent.toSorted((a, b) => a - b)[Math.floor(RECENT / 2)] ?? 0;
  if (median < slowMilliseconds || median < slowFactor * known.usual) return undefined;
  return `answers take ${Math.round(median)} ms in the last ${RECENT} looks, ${Math.round(known.usual)} ms is usual`;
}
