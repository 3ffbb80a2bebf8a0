/** What one invocation may still ask of Route 53. One for all zones: the limits are the account's. */
import {
  afterSuccess,
  afterThrottle,
  type Budget,
  fullBudget,
  spend,
  waitMillisecondsFor,
} from '../core/plan/budget.ts';
import type { Clock } from '../core/ports.ts';
import type { Pair } from '../core/topology/schema.ts';

export interface Allowance {
  /** Waits until this much may be asked, and counts it as asked. */
  waitFor(cost: { requests: number; changes: number }): Promise<void>;
  succeeded(): void;
  throttled(): void;
}

export function allowanceFor(pair: Pick<Pair, 'route53'>, clock: Clock): Allowance {
  let budget: Budget = fullBudget(pair.route53, clock.now());
  return {
    async waitFor(cost) {
      for (
        let wait = waitMillisecondsFor(budget, clock.now(), cost);
        wait > 0;
        wait = waitMillisecondsFor(budget, clock.now(), cost)
      ) {
        await clock.wait(wait);
      }
      budget = spend(budget, clock.now(), cost);
    },
    succeeded() {
      budget = afterSuccess(budget, clock.now());
    },
    throttled() {
      budget = afterThrottle(budget, clock.now());
    },
  };
}
