/**
 * What comes after a step of a planned switchover. The old side's death and the new side's sickness call for opposite
 * answers, so both are judged, and when both are sick nothing moves.
 */
export interface StepFacts {
  /** The shares to go through, ascending, ending in 100. */
  shares: readonly number[];
  /** What the target has now; 0 before the first step. */
  share: number;
  /** No more than a part of that: the step was stopped on its way, perhaps before its first batch. */
  unfinished?: boolean;
  target: 'healthy' | 'sick' | 'unknown';
  source: 'healthy' | 'dead' | 'unknown';
  /** Which part of the pods that the target needs is ready, 0 to 1; left out: nobody could count them. */
  ready?: number;
  /** It was waited for them as long as a cluster may take to wake. */
  waitedEnough?: boolean;
  abort?: 'stay' | 'back';
  /** Who asked for that: a person, or a drill whose outcome alarm went off. */
  abortedBy?: string;
  /** A run that nobody started by hand, and somebody keeps automation from moving anybody: why. */
  paused?: string;
}

export type Step =
  /** `swap`: the old side is dead, so its records' ownership is taken first. */
  | { kind: 'Steer'; share: number; swap: boolean; because: string }
  | { kind: 'Commit'; because: string }
  | { kind: 'Back'; because: string }
  | { kind: 'Stay'; because: string }
  /** Ends where it stands until the pause is over; then it is repair's. */
  | { kind: 'Halt'; because: string }
  | { kind: 'Stop'; because: string };

const FULL = 100;

/**
 * A person's word comes before the next batch, also before one that would be right. A step forward or back is taken only
 * towards a side that is seen to be fit: who is blind moves nothing.
 */
export function stepAfter({
  shares,
  share,
  unfinished = false,
  target,
  source,
  abort,
  abortedBy = 'a person',
  paused,
  ready,
  waitedEnough,
}: StepFacts): Step {
  const at = unfinished ? `on the way to ${share} of ${FULL}` : `at ${share} of ${FULL}`;
  const whole = share >= FULL && !unfinished;
  if (abort === 'stay' && !whole) return { kind: 'Stay', because: `${abortedBy} asked to stay ${at}` };
  if (paused !== undefined) return { kind: 'Halt', because: `${paused}; users stay ${at} until that is over` };
  if (target !== 'healthy') {
    const said = target === 'sick' ? `the target is sick ${at}` : `nobody can see how the target does ${at}`;
    if (source === 'healthy' || share === 0) return { kind: 'Back', because: said };
    return { kind: 'Stop', because: `${said}, and the old side is ${source === 'dead' ? 'dead' : 'not seen either'}` };
  }
  if (abort === 'back' && source === 'dead' && share > 0)
    return { kind: 'Stop', because: `${abortedBy} asked to go back ${at}, and the old side is dead` };
  if (abort === 'back') return { kind: 'Back', because: `${abortedBy} asked to go back ${at}` };
  if (whole) return { kind: 'Commit', because: 'everything is on the target, and it does well' };
  if (source === 'dead')
    return { kind: 'Steer', share: FULL, swap: true, because: `the old side died ${at}: the rest in one swap` };
  // whatever stopped it is over
  if (unfinished) return { kind: 'Steer', share, swap: false, because: `nothing stops it any more ${at}` };
  const next = shares.find((candidate) => candidate > share) ?? FULL;
  // nobody gets a share of the traffic whose share of the pods is not there
  if (share > 0 && (ready === undefined || ready * FULL < next)) {
    const said = `${ready === undefined ? 'nobody knows how many' : `${Math.floor(ready * FULL)} % of the`} pods of the target are ready, ${next} % are needed`;
    if (waitedEnough && source === 'healthy') return { kind: 'Back', because: `${said} ${at}` };
    return { kind: 'Steer', share, swap: false, because: `${said}: another look ${at}` };
  }
  return { kind: 'Steer', share: next, swap: false, because: `${share} of ${FULL} went well` };
}
