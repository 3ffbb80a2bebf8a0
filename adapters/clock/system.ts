/** The real clock: the only place where time comes from the machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type TimedClock, TimedOut } from './timed.ts';

export const systemClock: TimedClock = {
  now: () => Date.now(),
  wait: async (milliseconds) => {
    await sleep(milliseconds);
  },
  async within(milliseconds, call) {
    const ended = new AbortController();
    const late = new AbortController();
    const timeout = sleep(milliseconds, undefined, { signal: ended.signal }).then(() => {
      const cause = new TimedOut(milliseconds);
      late.abort(cause);
      throw cause;
    });
    timeout.catch(() => {}); // the call was faster
    try {
      return await Promise.race([call(late.signal), timeout]);
    } finally {
      ended.abort();
    }
  },
};
