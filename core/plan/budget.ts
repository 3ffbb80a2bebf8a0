/**
 * What may still be asked of Route 53. It keeps two buckets for each account (facts/route53.md, section 5): requests
 * (10 a second, 50 at once) and change tokens (100 a second, 1,500 at once; DELETE 1, CREATE 1, UPSERT 2). A request that
 * does not find all its tokens is refused whole and costs no change tokens: nothing is lost by it but the time until the
 * next try. Pure arithmetic: a budget is a value, every function gives the next one.
 *
 * Our picture of the buckets is right only while nobody else spends from them. Two ExternalDNS, Terraform
 * and the console do, and during an incident all at once. Nobody tells us; we learn it by being throttled. So:
 *
 * - A throttle means that the bucket holds less than we asked for: it is taken to be empty now, and our share of the
 *   refill to be seven tenths of what we thought. Each success lets the share grow by a small, fixed part. That is additive
 *   increase, multiplicative decrease: whoever shares a bucket this way gets a fair part, and the calls we make in vain
 *   stay few.
 * - Taking the bucket for empty is too careful, but what we do not use stays in it, and the next portions find it there.
 *   Time is lost only at the very end, and by a portion so large that it waits for tokens while smaller ones could have
 *   gone. So as long as the share is not whole, portions are what the share refills in a few seconds.
 * - With the whole share, nothing is cut smaller: few large calls are fewer things that can go wrong.
 */
import { MOST_ELEMENTS } from './batch.ts';

/** The settings of a pair, `route53` in throwover.yaml. */
export interface Rates {
  requestsPerSecond: number;
  requestBurst: number;
  changesPerSecond: number;
  changeBurst: number;
}

export interface Bucket {
  tokens: number;
  readonly burst: number;
  readonly perSecond: number;
  /** Our part of `perSecond`, as far as we know: 1 when nobody else seems to spend from it. */
  share: number;
}

export interface Budget {
  requests: Bucket;
  changes: Bucket;
  /** Milliseconds since the epoch at which the buckets held this. */
  at: number;
}

export interface Cost {
  requests: number;
  /** Change tokens: elements deleted or created. */
  changes: number;
}

const SHARE_AFTER_THROTTLE = 0.7;
const SHARE_MIN = 0.02;
const SHARE_GROWTH = 0.05;
/** A portion is at most what our share refills in this time, once we know that somebody else spends too. */
const PORTION_SECONDS = 5;
/** One name with A and AAAA on both sides, and the fence: less is no portion. */
const PORTION_ELEMENTS_MIN = 10;

/** Buckets after a rest. */
export function fullBudget(rates: Rates, now: number): Budget {
  return {
    requests: { tokens: rates.requestBurst, burst: rates.requestBurst, perSecond: rates.requestsPerSecond, share: 1 },
    changes: { tokens: rates.changeBurst, burst: rates.changeBurst, perSecond: rates.changesPerSecond, share: 1 },
    at: now,
  };
}

/** After sending something that costs this much. Tokens may go below zero: then somebody did not wait. */
export function spend(budget: Budget, now: number, cost: Cost): Budget {
  const { requests, changes, at } = refilled(budget, now);
  return {
    requests: { ...requests, tokens: requests.tokens - cost.requests },
    changes: { ...changes, tokens: changes.tokens - cost.changes },
    at,
  };
}

/** How long to wait before this may be sent; 0 for now. What is larger than a bucket waits until that is full. */
export function waitMillisecondsFor(budget: Budget, now: number, cost: Cost): number {
  const { requests, changes } = refilled(budget, now);
  return Math.max(waitFor(requests, cost.requests), waitFor(changes, cost.changes));
}

/** After Route 53 said `Throttling`: it does not say which bucket was too low. */
export function afterThrottle(budget: Budget, now: number): Budget {
  const { requests, changes, at } = refilled(budget, now);
  return { requests: emptied(requests), changes: emptied(changes), at };
}

/** After Route 53 took what was sent. */
export function afterSuccess(budget: Budget, now: number): Budget {
  const { requests, changes, at } = refilled(budget, now);
  return { requests: grown(requests), changes: grown(changes), at };
}

/** The most elements that the next change call should have, fence included: for `portionsOf`. */
export function portionSizeFor(budget: Budget, now: number): number {
  const { changes } = refilled(budget, now);
  const most = Math.min(MOST_ELEMENTS, changes.burst);
  if (changes.share === 1) return most;
  const affordable = Math.max(changes.tokens, changes.perSecond * changes.share * PORTION_SECONDS);
  return Math.max(PORTION_ELEMENTS_MIN, Math.min(most, Math.floor(affordable)));
}

/** Change tokens that can be had until then, what is there now included. */
export function changesUntil(budget: Budget, now: number, until: number): number {
  const { tokens, perSecond, share } = refilled(budget, now).changes;
  return Math.max(0, tokens + (Math.max(0, until - now) / 1_000) * perSecond * share);
}

/** A clock that was set back refills nothing. */
function refilled(budget: Budget, now: number): Budget {
  const seconds = Math.max(0, now - budget.at) / 1_000;
  const refill = (bucket: Bucket): Bucket => ({
    ...bucket,
    tokens: Math.min(bucket.burst, bucket.tokens + seconds * bucket.perSecond * bucket.share),
  });
  return { requests: refill(budget.requests), changes: refill(budget.changes), at: Math.max(now, budget.at) };
}

/**
 * Sums of fractions end a hair below the whole, here and in the bucket that we picture. A wait must end when it said it
 * would, and what is sent then must find its tokens there.
 */
const ROUNDING_MILLISECONDS = 1;

function waitFor({ tokens, burst, perSecond, share }: Bucket, cost: number): number {
  const missing = Math.min(cost, burst) - tokens;
  return missing <= 0 ? 0 : Math.ceil((missing / (perSecond * share)) * 1_000) + ROUNDING_MILLISECONDS;
}

function emptied(bucket: Bucket): Bucket {
  return { ...bucket, tokens: 0, share: Math.max(SHARE_MIN, bucket.share * SHARE_AFTER_THROTTLE) };
}

function grown(bucket: Bucket): Bucket {
  return { ...bucket, share: Math.min(1, bucket.share + SHARE_GROWTH) };
}
