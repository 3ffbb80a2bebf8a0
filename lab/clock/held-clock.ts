/**
 * The lab's clock for those outside this process: who works holds time, who waits lets it go. The protocol is written down
 * in adapters/clock/lab.ts, by whose rules a function or the CLI asks; this is its other end.
 */
import type { Clock } from '../../models/clock.ts';
import { type Asker, freeTime, type Hold } from '../hold.ts';

export interface Told {
  now: number;
  /** Lab seconds per second; 0 for whoever holds them, and when time is stepped. */
  speed: number;
}

export interface WaitAsked {
  holder: string;
  milliseconds: number;
  /** Connections over which the holder has asked and has no whole answer yet. */
  connections: readonly string[];
  /** Of this wait among those of its holder; left out, it is the latest. */
  number?: number;
}

interface Wait {
  readonly connections: readonly string[];
  end(): void;
}

/** Whoever keeps lab time where it is, except while he waits and the lab has all of his questions. */
class Holder {
  readonly #hold: Hold;
  #release: (() => void) | undefined;
  wait: Wait | undefined;
  /** The number of its latest wait. */
  latest = 0;

  constructor(hold: Hold) {
    this.#hold = hold;
  }

  /** Some only wait. */
  get keepsTime(): boolean {
    return this.#hold !== freeTime;
  }

  hold(): void {
    this.#release ??= this.#hold();
  }

  letGo(): void {
    this.#release?.();
    this.#release = undefined;
  }
}

export class HeldClock {
  readonly #clock: Clock;
  readonly #hold: Hold;
  readonly #speed: number;
  readonly #holders = new Map<string, Holder>();
  /** Connections over which the lab holds an answer back. */
  readonly #heldBack = new Set<string>();

  constructor(clock: Clock, hold: Hold, speed: number) {
    this.#clock = clock;
    this.#hold = hold;
    this.#speed = speed;
  }

  told(): Told {
    return { now: this.#clock.now(), speed: this.#speed };
  }

  hold(id: string): Told {
    const holder = this.#holders.get(id) ?? new Holder(this.#hold);
    this.#holders.set(id, holder);
    holder.hold();
    return this.#toldTo(holder);
  }

  /** The holder is gone: its work has ended, whatever it still waited for. */
  release(id: string): Told {
    const holder = this.#holders.get(id);
    this.#holders.delete(id);
    holder?.wait?.end();
    holder?.letGo();
    return this.told();
  }

  /** Answers when the time has passed, or earlier when there is news for the holder. Whoever holds nothing only waits. */
  wait({ holder: id, milliseconds, connections, number }: WaitAsked): Promise<Told> {
    const holder = this.#holders.get(id) ?? new Holder(freeTime);
    if (number !== undefined && number < holder.latest) return Promise.resolve(this.#toldTo(holder));
    holder.latest = number ?? holder.latest;
    holder.wait?.end();
    holder.hold();
    if (milliseconds <= 0) return Promise.resolve(this.#toldTo(holder));
    return new Promise((resolve) => {
      const end = () => {
        takeBack();
        holder.wait = undefined;
        // held again before whoever is answered lets go: time cannot slip through in between
        holder.hold();
        resolve(this.#toldTo(holder));
      };
      const takeBack = this.#clock.after(milliseconds, end);
      holder.wait = { connections, end };
      this.#letGoIfKept(holder);
    });
  }

  /** Who has asked over this connection: whichever holder names it when it waits. */
  asker(connection: string): Asker {
    const waiting = () => [...this.#holders.values()].filter(({ wait }) => wait?.connections.includes(connection));
    return {
      madeToWait: () => {
        this.#heldBack.add(connection);
        for (const holder of waiting()) this.#letGoIfKept(holder);
      },
      heldAgain: () => {
        this.#heldBack.delete(connection);
        for (const holder of waiting()) holder.hold();
      },
      answered: () => {
        this.#heldBack.delete(connection);
        for (const holder of waiting()) holder.wait?.end();
      },
    };
  }

  #toldTo(holder: Holder): Told {
    return { ...this.told(), ...(holder.keepsTime ? { speed: 0 } : {}) };
  }

  /** What the lab does not have is in the wires. */
  #letGoIfKept(holder: Holder): void {
    if (holder.wait?.connections.every((connection) => this.#heldBack.has(connection))) holder.letGo();
  }
}
