import type { Clock } from '../../core/ports.ts';

/** A clock that can also bound a call: every time-out of an adapter runs on it, never on the machine's own timers. */
export interface TimedClock extends Clock {
  /**
   * Does `call`. When it has not ended after `milliseconds`, its signal is aborted and the result rejects with `TimedOut`:
   * what was asked may still happen.
   */
  within<T>(milliseconds: number, call: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** No answer in time. Whether anything happened is not known. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';

  constructor(milliseconds: number) {
    super(`no answer in ${milliseconds / 1000} s`);
  }
}
