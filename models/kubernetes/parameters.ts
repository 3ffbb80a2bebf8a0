import type { Random } from '../random.ts';
import { drawn, type Range } from './life-settings.ts';
import type { Labels } from './objects.ts';

interface Written {
  readonly data: Labels | undefined;
  /** When each API server sees it. */
  readonly seenAt: readonly number[];
}

/**
 * The ConfigMap as the API servers' admission sees it: each has a cache of its own that is milliseconds late, so the
 * first writes after a flip may still follow the old role (facts/kubernetes.md, section 1).
 */
export class Parameters {
  readonly #lagMs: Range;
  readonly #servers: number;
  readonly #random: Random;
  #history: Written[] = [];

  constructor(lagMs: Range, servers: number, random: Random) {
    this.#lagMs = lagMs;
    this.#servers = servers;
    this.#random = random;
  }

  write(data: Labels | undefined, now: number): void {
    const seenAt = Array.from({ length: this.#servers }, () => now + drawn(this.#lagMs, this.#random));
    // What every server has seen by now replaces all that was written before it.
    const known = this.#history.findLastIndex((one) => one.seenAt.every((at) => at <= now));
    this.#history = [...this.#history.slice(Math.max(0, known)), { data, seenAt }];
  }

  /** Any of the servers takes the next request. */
  server(): number {
    return this.#servers === 1 ? 0 : Math.floor(this.#random() * this.#servers);
  }

  seen(server: number, now: number): Labels | undefined {
    return this.#history.findLast(({ seenAt }) => (seenAt[server] ?? 0) <= now)?.data;
  }
}
