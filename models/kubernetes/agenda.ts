interface Entry {
  readonly at: number;
  readonly order: number;
  readonly happens: () => void;
}

/**
 * What will happen inside a cluster, in order of time. It is looked at when somebody looks at the cluster, so a
 * cluster that nobody asks costs the world's clock nothing.
 */
export class Agenda {
  #order = 0;
  #entries: Entry[] = [];

  add(at: number, happens: () => void): void {
    const entry = { at, order: this.#order++, happens };
    let low = 0;
    let high = this.#entries.length;
    // Kept latest first: the next thing is the last element, and taking it moves nothing.
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#entries[middle];
      if (other !== undefined && other.at > at) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, entry);
  }

  /** Takes the next thing that is due at `now`, or nothing. */
  due(now: number): Entry | undefined {
    const next = this.#entries.at(-1);
    return next !== undefined && next.at <= now ? this.#entries.pop() : undefined;
  }

  clear(): void {
    this.#entries = [];
  }
}
