import type { Clock } from '../../core/ports.ts';

/**
 * `at once`: nothing but its way takes time, like a question to a name server. In the lab that is no time at all, so its clock
 * stands still until the answer is there.
 */
export type HowAnswered = 'at once' | 'in time';

/** A clock that can also bound a call: every time-out of an adapter runs on it, never on the machine's own timers. */
export interface TimedClock extends Clock {
  /**
   * Does `call`. When it has not ended after `milliseconds`, its signal is aborted and the result rejects with `TimedOut`:
   * what was asked may still happen.
   */
  within<T>(milliseconds: number, call: (signal: AbortSignal) => Promise<T>, answered?: HowAnswered): Promise<T>;
}

/** No answer in time. Whether anything happened is not known. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';

  constructor(milliseconds: number) {
    super(`no answer in ${milliseconds / 1000} s`);
  }
}
