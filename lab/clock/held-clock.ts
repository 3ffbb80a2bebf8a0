/**
 * The lab's clock for those outside this process: who works holds time, who waits lets it go. The protocol is written down
 * in adapters/clock/lab.ts, by whose rules a function or the CLI asks; this is its other end.
 */
import type { Clock } from '../../models/clock.ts';
import type { Hold } from '../hold.ts';

export interface Told {
  now: number;
  /** Answers that have left the lab so far. */
  answers: number;
  /** Lab seconds per second; 0 when time is stepped. */
  speed: number;
}

export interface WaitAsked {
  holder: string;
  milliseconds: number;
  /** Calls that the holder has under way. */
  calls: number;
  /** The number of answers that it knew last. */
  answers: number;
}

interface Holder {
  release: (() => void) | undefined;
  /** Ends the wait that is held, so that the holder works again. */
  endWait: (() => void) | undefined;
}

export class HeldClock {
  readonly #clock: Clock;
  readonly #hold: Hold;
  readonly #speed: number;
  readonly #holders = new Map<string, Holder>();
  /** Holders that wait with calls under way: any answer that leaves may be theirs. */
  readonly #listening = new Set<Holder>();
  #answers = 0;

  constructor(clock: Clock, hold: Hold, speed: number) {
    this.#clock = clock;
    this.#hold = hold;
    this.#speed = speed;
  }

  /** An answer leaves the lab. Called before the hold of what is answered is let go. */
  answered(): void {
    this.#answers++;
    for (const holder of [...this.#listening]) holder.endWait?.();
  }

  told(): Told {
    return { now: this.#clock.now(), answers: this.#answers, speed: this.#speed };
  }

  hold(id: string): Told {
    const holder = this.#holderOf(id);
    holder.release ??= this.#hold();
    return this.told();
  }

  /** The holder is gone: its work has ended, whatever it still waited for. */
  release(id: string): Told {
    const holder = this.#holders.get(id);
    this.#holders.delete(id);
    if (holder !== undefined) {
      holder.endWait?.();
      holder.release?.();
      holder.release = undefined;
    }
    return this.told();
  }

  /** Answers when the time has passed, or earlier when there may be news for the holder. */
  wait({ holder: id, milliseconds, calls, answers }: WaitAsked): Promise<Told> {
    const holder = this.#holderOf(id);
    holder.endWait?.();
    holder.release ??= this.#hold();
    if (milliseconds <= 0 || (calls > 0 && this.#answers > answers)) return Promise.resolve(this.told());
    return new Promise((resolve) => {
      const end = () => {
        takeBack();
        holder.endWait = undefined;
        this.#listening.delete(holder);
        // held again before whoever is answered lets go: time cannot slip through in between
        if (this.#holders.get(id) === holder) holder.release ??= this.#hold();
        resolve(this.told());
      };
      const takeBack = this.#clock.after(milliseconds, end);
      holder.endWait = end;
      if (calls > 0) this.#listening.add(holder);
      holder.release?.();
      holder.release = undefined;
    });
  }

  #holderOf(id: string): Holder {
    let holder = this.#holders.get(id);
    if (holder === undefined) {
      holder = { release: undefined, endWait: undefined };
      this.#holders.set(id, holder);
    }
    return holder;
  }
}
