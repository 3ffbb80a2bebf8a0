/**
 * What one invocation may still ask of Route 53. One for all zones: the limits are the account's. What is left goes from
 * call to call of a run with its answers: a bucket that is thought to be full when it is empty costs a throttle each time.
 */
import * as z from 'zod/mini';
import {
  afterSuccess,
  afterThrottle,
  type Budget,
  changesUntil,
  fullBudget,
  portionSizeFor,
  spend,
  waitMillisecondsFor,
} from '../core/plan/budget.ts';
import type { Clock } from '../core/ports.ts';
import type { Pair } from '../core/topology/schema.ts';

const Bucket = z.object({ tokens: z.number(), burst: z.number(), perSecond: z.number(), share: z.number() });
/** What an earlier call of the run left. */
export const BudgetLeft = z.object({ requests: Bucket, changes: Bucket, at: z.number() });

export interface Allowance {
  /** Waits until this much may be asked, and counts it as asked. False, and `until` is over: not in the time there was. */
  waitFor(cost: { requests: number; changes: number }, until: number): Promise<boolean>;
  /** The most elements that the next change call should have. */
  elements(): number;
  /** Change tokens that can be had until then. */
  changesUntil(until: number): number;
  /** For the next call of the run. */
  left(): Budget;
  succeeded(): void;
  throttled(): void;
}

/** @param left what an earlier call of the same run left; full buckets when nobody knows */
export function allowanceFor(pair: Pick<Pair, 'route53'>, clock: Clock, left?: Budget): Allowance {
  let budget: Budget = left ?? fullBudget(pair.route53, clock.now());
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
    changesUntil(until) {
      return changesUntil(budget, clock.now(), until);
    },
    left() {
      return budget;
    },
    succeeded() {
      budget = afterSuccess(budget, clock.now());
    },
    throttled() {
      budget = afterThrottle(budget, clock.now());
    },
  };
}
