/** A folder for what a whole run of the tests makes once: test/packaged.ts. It is gone when the run is over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    once: string;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'throwover-once-'));
  project.provide('once', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
