/**
 * What comes after a step of a planned switchover. The old side's death and the new side's sickness call for opposite
 * answers, so both are judged, and when both are sick nothing moves.
 */
export interface StepFacts {
  /** The shares to go through, ascending, ending in 100. */
  shares: readonly number[];
  /** What the target has now; 0 before the first step. */
  share: number;
  target: 'healthy' | 'sick' | 'unknown';
  source: 'healthy' | 'dead' | 'unknown';
  abort?: 'stay' | 'back';
}

export type Step =
  /** `swap`: the old side is dead, so its records' ownership is taken first. */
  | { kind: 'Steer'; share: number; swap: boolean; because: string }
  | { kind: 'Commit'; because: string }
  | { kind: 'Back'; because: string }
  | { kind: 'Stay'; because: string }
  | { kind: 'Stop'; because: string };

const FULL = 100;

export function stepAfter({ shares, share, target, source, abort }: StepFacts): Step {
  const next = shares.find((candidate) => candidate > share) ?? FULL;
  if (share >= FULL) return { kind: 'Commit', because: 'everything is on the target' };
  if (source === 'dead' && target === 'sick')
    return { kind: 'Stop', because: `at ${share} of ${FULL} the old side is dead and the target is sick` };
  if (source === 'dead')
    return {
      kind: 'Steer',
      share: FULL,
      swap: true,
      because: `the old side died at ${share} of ${FULL}: the rest in one swap`,
    };
  if (target === 'sick') return { kind: 'Back', because: `the target is sick at ${share} of ${FULL}` };
  if (abort !== undefined)
    return {
      kind: abort === 'back' ? 'Back' : 'Stay',
      because: `a person asked to ${abort === 'back' ? 'go back' : 'stay'} at ${share} of ${FULL}`,
    };
  if (target === 'unknown')
    return { kind: 'Back', because: `nobody can see how the target does at ${share} of ${FULL}` };
  return { kind: 'Steer', share: next, swap: false, because: `${share} of ${FULL} went well` };
}
