import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterSuccess,
  afterThrottle,
  type Budget,
  type Cost,
  changesUntil,
  fullBudget,
  portionSizeFor,
  spend,
  waitMillisecondsFor,
} from '../../../core/plan/budget.ts';

const rates = { requestsPerSecond: 10, requestBurst: 50, changesPerSecond: 100, changeBurst: 1_500 };
const LATENCY_MILLISECONDS = 250;
const TOKENS_OF_A_NAME = 8; // A and AAAA, both sides, DELETE and CREATE
const TOKENS_OF_A_FENCE = 2;

/** The account's two buckets, with a neighbour who spends a fixed part of what flows in, in small requests. */
class Account {
  now = 0;
  #changes: number;
  #requests = rates.requestBurst;
  readonly #neighbour: number;

  constructor(neighbour: number, changes = rates.changeBurst) {
    this.#neighbour = neighbour;
    this.#changes = changes;
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
    // the neighbour takes its part first: it asks for little, and often
    const flow = (1 - this.#neighbour) * (milliseconds / 1_000);
    this.#changes = Math.min(rates.changeBurst, this.#changes + flow * rates.changesPerSecond);
    this.#requests = Math.min(rates.requestBurst, this.#requests + flow * rates.requestsPerSecond);
  }

  /** Whole or not at all; a request that is refused has still been one. */
  ask({ changes }: Cost): boolean {
    if (this.#requests < 1) return false;
    this.#requests -= 1;
    if (this.#changes < changes) return false;
    this.#changes -= changes;
    return true;
  }
}

interface Moved {
  seconds: number;
  calls: number;
  throttles: number;
}

/** Moves so many names the way Steer does: wait, send, learn. A function that is called anew has forgotten its budget. */
function move(names: number, account: Account, forgetsAfterSeconds = Number.POSITIVE_INFINITY): Moved {
  let budget: Budget = fullBudget(rates, account.now);
  let forgetsAt = forgetsAfterSeconds * 1_000;
  const moved = { seconds: 0, calls: 0, throttles: 0 };
  for (let left = names; left > 0; ) {
    if (account.now >= forgetsAt) {
      budget = fullBudget(rates, account.now);
      forgetsAt = account.now + forgetsAfterSeconds * 1_000;
    }
    const size = portionSizeFor(budget, account.now);
    const portion = Math.min(left, Math.floor((size - TOKENS_OF_A_FENCE) / TOKENS_OF_A_NAME));
    const cost = { requests: 1, changes: portion * TOKENS_OF_A_NAME + TOKENS_OF_A_FENCE };
    account.pass(waitMillisecondsFor(budget, account.now, cost));
    expect(waitMillisecondsFor(budget, account.now, cost)).toBe(0);
    budget = spend(budget, account.now, cost);
    account.pass(LATENCY_MILLISECONDS);
    const taken = account.ask(cost);
    budget = taken ? afterSuccess(budget, account.now) : afterThrottle(budget, account.now);
    if (taken) left -= portion;
    moved.calls += taken ? 1 : 0;
    moved.throttles += taken ? 0 : 1;
    if (account.now > 24 * 3_600_000) throw new Error('it never ends');
  }
  return { ...moved, seconds: account.now / 1_000 };
}

/** The least time in which anybody could do it: what flows in for us, the largest calls, nothing sent in vain. */
function optimum(names: number, neighbour: number, start = rates.changeBurst): number {
  const tokens = names * TOKENS_OF_A_NAME + Math.ceil((names * TOKENS_OF_A_NAME) / 998) * TOKENS_OF_A_FENCE;
  return Math.max(LATENCY_MILLISECONDS / 1_000, (tokens - start) / (rates.changesPerSecond * (1 - neighbour)));
}

describe('with a neighbour who takes 80 % of the budget', () => {
  it.each([
    [1_000, rates.changeBurst, Number.POSITIVE_INFINITY],
    [1_000, 0, Number.POSITIVE_INFINITY],
    [1_000, rates.changeBurst, 40],
    [5_000, rates.changeBurst, 40],
    [300, rates.changeBurst, 40],
  ])(
    '%d names, %d tokens at the start, budget forgotten every %d s: done, in at most 1.3 times the least time',
    (names, start, forgets) => {
      const { seconds, calls, throttles } = move(names, new Account(0.8, start), forgets);
      const ratio = seconds / optimum(names, 0.8, start);
      console.info(
        `${names} names: ${seconds.toFixed(0)} s, ${ratio.toFixed(3)} of the least, ${calls} calls, ${throttles} in vain`,
      );
      expect(ratio).toBeLessThanOrEqual(1.3);
      expect(throttles, 'calls in vain are few: less than one in 5 s').toBeLessThan(seconds / 5);
    },
  );

  it('every part of the budget between none and 95 % leaves a move that ends in at most 1.3 times the least time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 0, max: 1_500 }), (percent, start) => {
        const { seconds } = move(1_000, new Account(percent / 100, start));
        expect(seconds / optimum(1_000, percent / 100, start)).toBeLessThanOrEqual(1.3);
      }),
    );
  });
});

describe('with the budget to ourselves', () => {
  it('180 names are moved in two calls, without a wait and without a throttle', () => {
    expect(move(180, new Account(0))).toEqual({ seconds: 0.5, calls: 2, throttles: 0 });
  });

  it('1,000 names are 9 calls, none in vain, in the time their tokens need', () => {
    const { seconds, calls, throttles } = move(1_000, new Account(0));
    expect([calls, throttles]).toEqual([9, 0]);
    expect(seconds).toBeLessThanOrEqual(optimum(1_000, 0) + calls * (LATENCY_MILLISECONDS / 1_000));
  });
});

describe('a budget', () => {
  it('knows what will be there by then: what is left now, and what our share refills', () => {
    const spent = spend(fullBudget(rates, 0), 0, { requests: 1, changes: 1_400 });
    expect(changesUntil(spent, 0, 0)).toBe(100);
    expect(changesUntil(spent, 0, 45_000)).toBe(100 + 4_500);
    expect(changesUntil(afterThrottle(spent, 0), 0, 10_000)).toBeCloseTo(0.7 * 1_000);
    expect(changesUntil(spent, 10_000, 0)).toBe(100 + 1_000);
  });

  const cost = fc.record({ requests: fc.nat(60), changes: fc.nat(2_000) });
  const doings = fc.array(
    fc.record({ after: fc.nat(20_000), what: fc.constantFrom('spend', 'throttle', 'success'), cost }),
    { maxLength: 30 },
  );
  function lived(steps: { after: number; what: string; cost: Cost }[]): [Budget, number] {
    let [budget, now] = [fullBudget(rates, 0), 0];
    for (const { after, what, cost } of steps) {
      now += after;
      if (what === 'throttle') budget = afterThrottle(budget, now);
      else if (what === 'success') budget = afterSuccess(budget, now);
      else {
        now += waitMillisecondsFor(budget, now, cost);
        budget = spend(budget, now, cost);
      }
    }
    return [budget, now];
  }

  it('never lets more out than burst and refill allow', () => {
    fc.assert(
      fc.property(fc.array(cost, { maxLength: 30 }), (costs) => {
        let [budget, now, requests, changes] = [fullBudget(rates, 0), 0, 0, 0];
        for (const wanted of costs) {
          const one = { requests: Math.min(wanted.requests, 50), changes: Math.min(wanted.changes, 1_500) };
          now += waitMillisecondsFor(budget, now, one);
          budget = spend(budget, now, one);
          requests += one.requests;
          changes += one.changes;
          expect(requests).toBeLessThanOrEqual(50 + (10 * now) / 1_000 + 1e-6);
          expect(changes).toBeLessThanOrEqual(1_500 + (100 * now) / 1_000 + 1e-6);
        }
      }),
    );
  });

  it('always gives an end to the wait, also for what is larger than a bucket', () => {
    fc.assert(
      fc.property(doings, cost, (steps, next) => {
        const [budget, now] = lived(steps);
        const wait = waitMillisecondsFor(budget, now, next);
        expect(Number.isFinite(wait)).toBe(true);
        expect(waitMillisecondsFor(budget, now + wait, next)).toBe(0);
      }),
    );
  });

  it('waits longer for more, and not at all again after a long rest', () => {
    fc.assert(
      fc.property(doings, cost, (steps, next) => {
        const [budget, now] = lived(steps);
        const more = { requests: next.requests + 1, changes: next.changes + 1 };
        expect(waitMillisecondsFor(budget, now, more)).toBeGreaterThanOrEqual(waitMillisecondsFor(budget, now, next));
        expect(waitMillisecondsFor(budget, now + 24 * 3_600_000, next)).toBe(0);
      }),
    );
  });

  it('waits for the tokens that are missing, at the rate they come', () => {
    const spent = spend(fullBudget(rates, 0), 0, { requests: 1, changes: 1_500 });
    expect(waitMillisecondsFor(spent, 0, { requests: 1, changes: 250 })).toBe(2_501);
    expect(waitMillisecondsFor(spent, 2_000, { requests: 1, changes: 250 })).toBe(501);
    const asked = spend(fullBudget(rates, 0), 0, { requests: 50, changes: 0 });
    expect(waitMillisecondsFor(asked, 0, { requests: 1, changes: 0 })).toBe(101);
  });

  it('after a throttle is taken for empty, with a smaller share and smaller portions; successes bring both back', () => {
    const before = fullBudget(rates, 0);
    let budget = afterThrottle(before, 0);
    expect(budget.changes.tokens).toBe(0);
    expect(budget.changes.share).toBeLessThan(before.changes.share);
    expect([portionSizeFor(before, 0), portionSizeFor(budget, 0)]).toEqual([1_000, 350]);
    for (let success = 0; success < 20; success++) budget = afterSuccess(budget, 0);
    expect(budget.changes.share).toBe(1);
    expect(portionSizeFor(budget, 0)).toBe(1_000);
  });

  it('never gives up: however often it is throttled, a share of the refill and a portion of one name are left', () => {
    let budget = fullBudget(rates, 0);
    for (let throttle = 0; throttle < 1_000; throttle++) budget = afterThrottle(budget, 0);
    expect(waitMillisecondsFor(budget, 0, { requests: 1, changes: 10 })).toBeLessThanOrEqual(5_001);
    expect(portionSizeFor(budget, 0)).toBe(TOKENS_OF_A_NAME + TOKENS_OF_A_FENCE);
  });

  it('gains nothing from a clock that is set back', () => {
    const spent = spend(fullBudget(rates, 10_000), 10_000, { requests: 1, changes: 1_500 });
    expect(waitMillisecondsFor(spent, 0, { requests: 0, changes: 100 })).toBe(1_001);
    expect(afterSuccess(spent, 0).at).toBe(10_000);
  });

  it('is cut to the bucket where a pair allows itself less than one call holds', () => {
    expect(portionSizeFor(fullBudget({ ...rates, changeBurst: 200 }, 0), 0)).toBe(200);
  });
});
