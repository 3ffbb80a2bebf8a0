import { ServiceError } from '../service-error.ts';
import type { BucketSize, Rules } from './rules.ts';

/** Tokens that come back with time; what would come back beyond the burst is lost. */
class Bucket {
  #used = 0;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  left(size: BucketSize, share: number, now: number): number {
    this.#used = Math.max(0, this.#used - ((now - this.#at) / 1000) * size.perSecond * share);
    this.#at = now;
    return size.burst * share - this.#used;
  }

  take(tokens: number): void {
    this.#used += tokens;
  }
}

/** The token buckets of one account (facts: Limits). */
export class Account {
  readonly #rules: Rules;
  readonly #all: Bucket;
  readonly #changes: Bucket;
  readonly #actions = new Map<string, Bucket>();
  readonly #startedAt: number;

  constructor(rules: Rules, now: number) {
    this.#rules = rules;
    this.#startedAt = now;
    this.#all = new Bucket(now);
    this.#changes = new Bucket(now);
  }

  /** Lets a request in, or refuses it whole with `Throttling`, taking nothing. */
  admit(action: string, changeTokens: number, now: number): void {
    const { allRequests, eachAction, changes, share } = this.#rules.budget;
    const ofAction = this.#bucketOf(action);
    const short =
      this.#all.left(allRequests, share, now) < 1 ||
      ofAction.left(eachAction, share, now) < 1 ||
      this.#changes.left(changes, share, now) < changeTokens;
    if (short) throw new ServiceError('Throttling', 'Rate exceeded');
    this.#all.take(1);
    ofAction.take(1);
    this.#changes.take(changeTokens);
  }

  giveBack(changeTokens: number): void {
    this.#changes.take(-changeTokens);
  }

  /** What is left now, in tokens. */
  left(action: string, now: number): { allRequests: number; action: number; changes: number } {
    const { allRequests, eachAction, changes, share } = this.#rules.budget;
    return {
      allRequests: this.#all.left(allRequests, share, now),
      action: this.#bucketOf(action).left(eachAction, share, now),
      changes: this.#changes.left(changes, share, now),
    };
  }

  #bucketOf(action: string): Bucket {
    let bucket = this.#actions.get(action);
    if (bucket === undefined) {
      bucket = new Bucket(this.#startedAt);
      this.#actions.set(action, bucket);
    }
    return bucket;
  }
}
