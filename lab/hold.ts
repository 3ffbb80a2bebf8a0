/** Keeps the lab's clock where it is until the result is called. */
export type Hold = () => () => void;

/** For a clock that runs by itself: nothing to keep. */
export const freeTime: Hold = () => () => {};

/** Whoever has asked and waits for the answer: he holds the lab's clock as well, while it is not the lab that keeps him. */
export interface Asker {
  /** The lab holds his answer back. */
  madeToWait(): void;
  /** It does so no longer: he holds again, from now on. */
  heldAgain(): void;
  /** The whole answer has left, or the connection is gone. */
  answered(): void;
}

/**
 * The hold of one request or question: taken when it comes in, let go while the lab itself makes it wait, and for good
 * when it has been answered. A clock that is stepped so stands still exactly while something is under way.
 */
export class InFlight {
  readonly #hold: Hold;
  readonly #asker: Asker | undefined;
  #release: (() => void) | undefined;
  #over = false;

  constructor(hold: Hold, asker?: Asker) {
    this.#hold = hold;
    this.#asker = asker;
    this.#release = hold();
  }

  /** Awaits something that takes the lab's own time. It holds again before anything else can be due. */
  async waiting<Result>(work: Promise<Result>): Promise<Result> {
    this.unanswered();
    try {
      return await work;
    } finally {
      if (!this.#over) {
        this.#release = this.#hold();
        this.#asker?.heldAgain();
      }
    }
  }

  /** Nobody will answer: only the asker's own time-out ends it. */
  unanswered(): void {
    this.#asker?.madeToWait();
    this.#let();
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#asker?.answered();
    this.#let();
  }

  #let(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
