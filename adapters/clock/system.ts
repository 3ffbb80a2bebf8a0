/** The real clock: the only place where time comes from the machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/ports.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: async (milliseconds) => {
    await sleep(milliseconds);
  },
};
