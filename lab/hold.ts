/** Keeps the lab's clock where it is until the result is called. */
export type Hold = () => () => void;

/** For a clock that runs by itself: nothing to keep. */
export const freeTime: Hold = () => () => {};

/**
 * The hold of one request or question: taken when it comes in, let go while the lab itself makes it wait, and for good
 * when it has been answered. A clock that is stepped so stands still exactly while something is under way.
 */
export class InFlight {
  readonly #hold: Hold;
  #release: (() => void) | undefined;
  #over = false;

  constructor(hold: Hold) {
    this.#hold = hold;
    this.#release = hold();
  }

  /** Awaits something that takes the lab's own time. It holds again before anything else can be due. */
  async waiting<Result>(work: Promise<Result>): Promise<Result> {
    this.#let();
    try {
      return await work;
    } finally {
      if (!this.#over) this.#release = this.#hold();
    }
  }

  end(): void {
    this.#over = true;
    this.#let();
  }

  #let(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
