import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/once.ts'],
    // The closing line that CI reads, `812 passed, 0 failed, 3 skipped`, comes from our own reporter.
    reporters: ['default', './test/reporter.ts'],
    // One more than there are cores: tests of daemons at the speed of real time mostly wait.
    maxWorkers: availableParallelism() + 1,
    // Nothing sleeps in a test: the clock is stepped. What takes longer than this hangs.
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
