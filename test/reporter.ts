import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints `812 passed, 0 failed, 3 skipped` as a line of its own after everything else, and why tests were skipped.
 * A test file that did not even load counts as one failed test: it would count as none otherwise.
 */
export default class Closing implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[] = []): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    const reasons = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result();
        counts[result.state === 'pending' ? 'skipped' : result.state]++;
        if (result.state === 'skipped' && result.note !== undefined) {
          reasons.set(result.note, (reasons.get(result.note) ?? 0) + 1);
        }
      }
      counts.failed += module.errors().length;
    }
    for (const [reason, tests] of reasons) console.log(`skipped ${tests}: ${reason}`);
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}
