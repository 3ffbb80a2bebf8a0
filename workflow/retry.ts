/** One entry of a Retry list, with AWS's defaults filled in. */
export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly jitterStrategy: 'NONE' | 'FULL';
}

/** Milliseconds before the next try; `attempt` counts from 0. FULL draws evenly between nothing and the whole delay. */
export function retryDelayMs(retrier: Retrier, attempt: number, random: () => number): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** attempt;
  const seconds = Math.min(grown, retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY, 99_999_999);
  return Math.round(1000 * (retrier.jitterStrategy === 'FULL' ? seconds * random() : seconds));
}
