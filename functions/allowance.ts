/** What one invocation may still ask of Route 53. One for all zones: the limits are the account's. */
import {
  afterSuccess,
  afterThrottle,
  type Budget,
  fullBudget,
  portionSizeFor,
  spend,
  waitMillisecondsFor,
} from '../core/plan/budget.ts';
import type { Clock } from '../core/ports.ts';
import type { Pair } from '../core/topology/schema.ts';

export interface Allowance {
  /** Waits until this much may be asked, and counts it as asked. False, and `until` is over: not in the time there was. */
  waitFor(cost: { requests: number; changes: number }, until: number): Promise<boolean>;
  /** The most elements that the next change call should have. */
  elements(): number;
  succeeded(): void;
  throttled(): void;
}

export function allowanceFor(pair: Pick<Pair, 'route53'>, clock: Clock): Allowance {
  let budget: Budget = fullBudget(pair.route53, clock.now());
  return {
    async waitFor(cost, until) {
      for (;;) {
        const wait = waitMillisecondsFor(budget, clock.now(), cost);
        if (clock.now() + wait > until) {
          await clock.wait(Math.max(0, until - clock.now()) + 1);
          return false;
        }
        if (wait === 0) break;
        await clock.wait(wait);
      }
      budget = spend(budget, clock.now(), cost);
      return true;
    },
    elements() {
      return portionSizeFor(budget, clock.now());
    },
    succeeded() {
      budget = afterSuccess(budget, clock.now());
    },
    throttled() {
      budget = afterThrottle(budget, clock.now());
    },
  };
}
