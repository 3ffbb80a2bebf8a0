import { type TimedClock, TimedOut } from '../../adapters/clock/timed.ts';

/** A clock that a test moves by hand; calls that are not late are never hurried. */
export class HandClock implements TimedClock {
  #now: number;
  readonly #due: { at: number; ring: () => void }[] = [];

  constructor(startsAt = Date.parse('2026-11-20T07:00:00Z')) {
    this.#now = startsAt;
  }

  now(): number {
    return this.#now;
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#due.push({ at: this.#now + milliseconds, ring: resolve }));
  }

  async within<T>(milliseconds: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const timeout = this.wait(milliseconds).then(() => {
      const cause = new TimedOut(milliseconds);
      late.abort(cause);
      throw cause;
    });
    return Promise.race([call(late.signal), timeout]);
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#due.filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at);
    for (const one of due) this.#due.splice(this.#due.indexOf(one), 1);
    for (const one of due) one.ring();
  }
}
