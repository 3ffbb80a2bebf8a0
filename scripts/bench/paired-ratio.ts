/** How the CPU time of two pieces of work compares. */
export interface Ratio {
  /** Median of the ratios of the pairs. */
  readonly ratio: number;
  readonly workMilliseconds: number;
  readonly yardstickMilliseconds: number;
}

/**
 * Measures `work` and `yardstick` in turns, so that a machine that is slow for a while is slow for both, each first in every
 * other pair, and takes the median of the pairs. Up to five pairs go first, unmeasured, until the code is compiled.
 */
export function pairedRatio(work: () => unknown, yardstick: () => unknown, pairs = 31): Ratio {
  for (let warm = 0; warm < Math.min(5, pairs); warm++) {
    work();
    yardstick();
  }
  const measured = Array.from({ length: pairs }, (_, pair) => inTurns(pair, work, yardstick));
  return {
    ratio: median(measured.map((pair) => pair.work / pair.yardstick)),
    workMilliseconds: median(measured.map((pair) => pair.work)),
    yardstickMilliseconds: median(measured.map((pair) => pair.yardstick)),
  };
}

function inTurns(pair: number, work: () => unknown, yardstick: () => unknown): { work: number; yardstick: number } {
  if (pair % 2 === 0) return { work: cpuOf(work), yardstick: cpuOf(yardstick) };
  const first = cpuOf(yardstick);
  return { work: cpuOf(work), yardstick: first };
}

function cpuOf(work: () => unknown): number {
  const start = cpuMilliseconds();
  work();
  return cpuMilliseconds() - start;
}

/** What this process has computed so far, all of its threads: the clock on the wall also counts what others compute. */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
