/**
 * How every client of the SDK is made. Its own retries are off: a second try of a write that had an effect looks like a lost
 * race, and only the caller can tell them apart; what may be tried again is, on our clock. Time-outs run on that clock too.
 */
import type { TimedClock } from '../../clock/timed.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface Connection {
  readonly clock: TimedClock;
  readonly region: string;
  readonly timeoutMilliseconds: number;
  /** Left out: the function's own role. */
  readonly credentials?: () => Promise<Credentials>;
}

/**
 * A connection that was idle this long is not used again: the other end may have closed it while the function was frozen, and
 * without retries the first call on it would be lost.
 */
const IDLE_MILLISECONDS = 4_000;

export function settings({ region, credentials }: Connection) {
  const agent = { keepAlive: true, maxSockets: 50, timeout: IDLE_MILLISECONDS };
  return {
    region,
    maxAttempts: 1,
    requestHandler: { httpsAgent: agent, httpAgent: agent },
    ...(credentials === undefined ? {} : { credentials }),
  };
}
