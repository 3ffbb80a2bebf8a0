import type { Clock } from './clock.ts';

/** So often at least, what is outside this process (a signal, an end of time) gets its turn. */
const STEPS_OF_A_TURN = 256;

interface Entry {
  at: number;
  order: number;
  happens: (() => void) | undefined;
}

/**
 * A clock that stands still while anything is in flight and then jumps to the next thing that is due. In one process
 * "in flight" is what promises still have to do, plus whatever took a hold; so time never depends on the machine.
 * Things due at the same millisecond happen in the order in which they were asked for.
 */
export class SteppedClock implements Clock {
  #now: number;
  #order = 0;
  #holds = 0;
  #steps = 0;
  #released: (() => void) | undefined;
  readonly #queue: Entry[] = [];

  readonly #quietTurns: number;

  /**
   * @param quietTurns turns of the event loop without a hold until nothing counts as under way. One is enough when all work
   *   is promises; what crosses a socket of this machine needs a few to be read, parsed and acted upon.
   */
  constructor(startsAt: number, quietTurns = 1) {
    this.#now = startsAt;
    this.#quietTurns = quietTurns;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, happens: () => void): () => void {
    const entry: Entry = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, happens };
    this.#push(entry);
    return () => {
      entry.happens = undefined;
    };
  }

  /** Time stands still until the result is called: for work that leaves this process (a request, a worker). */
  hold(): () => void {
    this.#holds++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      if (this.#holds === 0) this.#released?.();
    };
  }

  /** Lets time pass until `enough` says so, looking after every event; ends early when nothing is left to happen. */
  runUntil(enough: () => boolean): Promise<'enough' | 'nothing left'> {
    return new Promise((resolve, reject) => {
      const step = () => {
        if (this.#holds > 0) return void this.#turns().then(step, reject);
        try {
          if (enough()) return resolve('enough');
          const next = this.#pop();
          if (next === undefined) return resolve('nothing left');
          this.#now = next.at;
          next.happens?.();
        } catch (cause) {
          return reject(cause);
        }
        goOn();
      };
      // A tick runs only when no promise has anything left to do. It is asked for from a promise: one that a tick asks for
      // comes before those. No promise waits here for each event: this comes once for everything that happens.
      const tick = () => process.nextTick(step);
      const goOn = () => {
        if (this.#quietTurns === 1 && ++this.#steps % STEPS_OF_A_TURN !== 0) void kept.then(tick);
        else void this.#turns().then(step, reject);
      };
      goOn();
    });
  }

  /** Lets `milliseconds` pass, with everything that is due in them. */
  async run(milliseconds: number): Promise<void> {
    let over = false;
    this.after(milliseconds, () => {
      over = true;
    });
    await this.runUntil(() => over);
  }

  async #turns(): Promise<void> {
    for (let turns = 0; turns < this.#quietTurns; turns++) {
      await turn();
      while (this.#holds > 0) {
        await new Promise<void>((resolve) => {
          this.#released = resolve;
        });
        this.#released = undefined;
        turns = -1;
        await turn();
      }
    }
  }

  #push(entry: Entry): void {
    const heap = this.#queue;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!before(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  /** The next entry that was not taken back. */
  #pop(): Entry | undefined {
    for (;;) {
      const heap = this.#queue;
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) this.#sink(last);
      if (first.happens !== undefined) return first;
    }
  }

  #sink(entry: Entry): void {
    const heap = this.#queue;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const right = heap[child + 1];
      if (right !== undefined && before(right, heap[child] as Entry)) child++;
      const below = heap[child];
      if (below === undefined || !before(below, entry)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = entry;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

const kept = Promise.resolve();

/** A turn of the event loop: no promise has anything left to do, and whatever came from outside was heard. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
