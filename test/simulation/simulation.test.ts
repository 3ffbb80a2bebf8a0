import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { caseOf } from './case.ts';
import { END_SECONDS } from './happenings.ts';
import { everyPromiseIsKept } from './many-worlds.ts';
import { play } from './play.ts';
import { SEEDS } from './seeds.ts';
import { STORIES } from './stories.ts';

const HASHES = [3, 17, 58];
/** Far more than it takes: a busy machine is no broken promise. */
const PATIENCE = { timeout: 900_000 };

describe('simulated worlds', () => {
  it(`keep every promise, for ${SEEDS} fixed seeds`, PATIENCE, () => everyPromiseIsKept(1, SEEDS));

  it('are the same for the same seed, in this process and in another', PATIENCE, async () => {
    const here = await Promise.all(HASHES.map((seed) => hashOf(seed)));
    expect(await Promise.all(HASHES.map((seed) => hashOf(seed)))).toEqual(here);
    const script = `
      const { caseOf } = await import('./test/simulation/case.ts');
      const { play } = await import('./test/simulation/play.ts');
      for (const seed of ${JSON.stringify(HASHES)}) console.log((await play(caseOf(seed))).hash);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout.trim().split('\n')).toEqual(here);
    expect(new Set(here).size).toBe(HASHES.length);
  });

  it('are drawn from their seed alone, and every story is told', () => {
    expect(caseOf(7)).toEqual(caseOf(7));
    const drawn = Array.from({ length: SEEDS }, (_, seed) => caseOf(seed));
    expect(new Set(drawn.map(({ story }) => story))).toEqual(new Set(STORIES));
    expect(drawn.every(({ happenings }) => happenings.every(([at]) => at < END_SECONDS))).toBe(true);
  });
});

async function hashOf(seed: number): Promise<string> {
  return (await play(caseOf(seed))).hash;
}
