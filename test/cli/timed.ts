import type { TimedClock } from '../../adapters/clock/timed.ts';
import { TimedOut } from '../../adapters/clock/timed.ts';
import { pause } from '../../models/clock.ts';
import type { SteppedClock } from '../../models/stepped-clock.ts';

/** Time-outs on the stepped clock. */
export function timed(clock: SteppedClock): TimedClock {
  return {
    now: () => clock.now(),
    wait: (milliseconds) => pause(clock, milliseconds),
    within(milliseconds, ask) {
      const late = new AbortController();
      return new Promise((resolve, reject) => {
        const forget = clock.after(milliseconds, () => {
          const cause = new TimedOut(milliseconds);
          late.abort(cause);
          reject(cause);
        });
        ask(late.signal).then(resolve, reject).finally(forget);
      });
    },
  };
}
