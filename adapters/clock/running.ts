/**
 * A clock that runs by itself, faster or slower than the machine's: lab time for people and foreign clients, who are outside
 * of what a stepped clock can see.
 */
export interface RunningClock {
  now(): number;
  after(milliseconds: number, happens: () => void): () => void;
  /** Nothing that is still due will happen any more. */
  stop(): void;
}

/** The longest time a timer of Node takes. */
const LONGEST_MILLISECONDS = 2 ** 31 - 1;

/** @param speed lab seconds per second */
export function runningClock(startsAt: number, speed: number): RunningClock {
  const began = performance.now();
  const timers = new Set<NodeJS.Timeout>();
  return {
    now: () => Math.floor(startsAt + (performance.now() - began) * speed),
    after(milliseconds, happens) {
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          happens();
        },
        Math.min(Math.max(0, milliseconds) / speed, LONGEST_MILLISECONDS),
      );
      timers.add(timer);
      return () => {
        clearTimeout(timer);
        timers.delete(timer);
      };
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
