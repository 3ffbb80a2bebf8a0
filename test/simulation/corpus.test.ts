import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Case } from './case.ts';
import { play } from './play.ts';

interface Found {
  /** What was broken. */
  promise: string;
  /** It was the world that was wrong, or who judges it. */
  ours?: false;
  /** Why. */
  found: string;
  case: Case;
}

/** Far more than it takes: a busy machine is no broken promise. */
const PATIENCE = { timeout: 60_000 };

const corpus = JSON.parse(readFileSync(new URL('corpus.json', import.meta.url), 'utf8')) as Found[];

describe('what the simulation found once stays fixed', () => {
  it.each(corpus)('$promise: $found', PATIENCE, async ({ case: found }) => {
    const { broken, trace } = await play(found);
    expect(broken, trace.join('\n')).toEqual([]);
  });
});
