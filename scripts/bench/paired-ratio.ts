/** How the time of two pieces of work compares. */
export interface Ratio {
  /** Median of the ratios of the pairs. */
  readonly ratio: number;
  readonly workMilliseconds: number;
  readonly yardstickMilliseconds: number;
}

/**
 * Times `work` and `yardstick` in turns, so that a machine that is slow for a while is slow for both, and takes the
 * median of the pairs. A few pairs go first, unmeasured, until the code is compiled.
 */
export function pairedRatio(work: () => unknown, yardstick: () => unknown, pairs = 31): Ratio {
  for (let warm = 0; warm < 5; warm++) {
    work();
    yardstick();
  }
  const measured = Array.from({ length: pairs }, () => ({ work: timed(work), yardstick: timed(yardstick) }));
  return {
    ratio: median(measured.map((pair) => pair.work / pair.yardstick)),
    workMilliseconds: median(measured.map((pair) => pair.work)),
    yardstickMilliseconds: median(measured.map((pair) => pair.yardstick)),
  };
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
