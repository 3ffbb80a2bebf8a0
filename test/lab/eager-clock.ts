import type { Clock } from '../../models/clock.ts';

const SOON_MS = 2_000;

/** A clock that waits for nobody: what is due within two seconds is due next, in its order; the rest when time passes. */
export class EagerClock implements Clock {
  #now: number;
  #queue: { at: number; happens: () => void }[] = [];

  constructor(startsAt: number) {
    this.#now = startsAt;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, happens: () => void): () => void {
    const entry = { at: this.#now + Math.max(0, milliseconds), happens };
    this.#queue = [...this.#queue, entry].sort((a, b) => a.at - b.at);
    if (milliseconds <= SOON_MS) setImmediate(() => this.#next(this.#now + SOON_MS));
    return () => {
      this.#queue = this.#queue.filter((other) => other !== entry);
    };
  }

  /** Time passes, with everything that is due in it. */
  pass(milliseconds: number): void {
    const until = this.#now + milliseconds;
    while (this.#next(until)) {}
    this.#now = until;
  }

  #next(until: number): boolean {
    const next = this.#queue[0];
    if (next === undefined || next.at > until) return false;
    this.#queue.shift();
    this.#now = Math.max(this.#now, next.at);
    next.happens();
    return true;
  }
}
