/** Time as the models see it: milliseconds since the epoch, and things that happen later. */
export interface Clock {
  now(): number;
  /** Calls `happens` once, `milliseconds` from now (0: after what is happening now). The result takes it back. */
  after(milliseconds: number, happens: () => void): () => void;
}

/** A promise that is kept after `milliseconds` of the clock's time. */
export function pause(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => clock.after(milliseconds, resolve));
}
