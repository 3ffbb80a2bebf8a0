/** The real clock: the only place where time comes from the machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type TimedClock, TimedOut } from './timed.ts';

export const systemClock: TimedClock = {
  now: () => Date.now(),
  wait: async (milliseconds) => {
    await sleep(milliseconds);
  },
  async within(milliseconds, call) {
    const late = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const cause = new TimedOut(milliseconds);
        late.abort(cause);
        reject(cause);
      }, milliseconds);
    });
    try {
      return await Promise.race([call(late.signal), timeout]);
    } finally {
      clearTimeout(timer); // the call was faster, or it failed
    }
  },
};
