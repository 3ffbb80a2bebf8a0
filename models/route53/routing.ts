/** How Route 53 chooses among the sets of one name and type: weights × health (facts: Weighted sets). */
export interface Candidate {
  readonly weight: number;
  readonly healthy: boolean;
}

/**
 * The probability of each candidate, in their order; they add up to 1. Healthy sets with a weight come first, then
 * healthy ones of weight 0; when nothing is healthy, everything counts as healthy. All weights 0: equal parts.
 */
export function routingShares(candidates: readonly Candidate[]): number[] {
  const healthy = candidates.map((candidate) => candidate.healthy);
  const eligible = healthy.includes(true) ? healthy : candidates.map(() => true);
  const total = candidates.reduce((sum, { weight }, at) => sum + (eligible[at] ? weight : 0), 0);
  if (total > 0) return candidates.map(({ weight }, at) => (eligible[at] ? weight / total : 0));
  const count = eligible.filter(Boolean).length;
  return candidates.map((_, at) => (eligible[at] ? 1 / count : 0));
}

/** The candidate that a number in [0, 1) falls on. */
export function picked(shares: readonly number[], number: number): number {
  let upTo = 0;
  let last = 0;
  for (const [at, share] of shares.entries()) {
    if (share === 0) continue;
    upTo += share;
    last = at;
    if (number < upTo) return at;
  }
  return last;
}
