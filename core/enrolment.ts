/**
 * Before every service takes part, it has been seen that this works here: the Example app was moved and brought back, an
 * alarm found its way to us, and each cluster can be measured. Evidence, not intentions, and none that is old.
 */
export interface EnrolmentEvidence {
  /** Milliseconds since the epoch; undefined: never. When a drill that moved ring 0 last succeeded. */
  readonly drillAt: number | undefined;
  /** When an alarm last came in. */
  readonly alarmAt: number | undefined;
  /** Of the newest metric of each cluster's load balancer. */
  readonly metricAt: Readonly<Record<string, number | undefined>>;
}

const DAY_MILLISECONDS = 86_400_000;
export const EVIDENCE_DAYS_MAX = 7;

/** What is missing, a sentence each with the way to it; empty: everybody may be enrolled. */
export function missingBeforeAll(evidence: EnrolmentEvidence, now: number): string[] {
  const old = (at: number | undefined) => at === undefined || now - at > EVIDENCE_DAYS_MAX * DAY_MILLISECONDS;
  const seen = (at: number | undefined) =>
    at === undefined ? 'never' : `${Math.floor((now - at) / DAY_MILLISECONDS)} days ago`;
  const metrics = Object.entries(evidence.metricAt).filter(([, at]) => old(at));
  return [
    ...(old(evidence.drillAt) ? [`a drill of ring 0 that succeeded: ${seen(evidence.drillAt)}`] : []),
    ...(old(evidence.alarmAt) ? [`a test alarm that came in: ${seen(evidence.alarmAt)}`] : []),
    ...metrics.map(([cluster, at]) => `a metric of the load balancer of ${cluster}: ${seen(at)}`),
  ].map((what) => `${what}; it must not be older than ${EVIDENCE_DAYS_MAX} days`);
}
