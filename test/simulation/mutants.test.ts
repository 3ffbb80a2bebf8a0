import { describe, expect, it } from 'vitest';
import { kill } from './kill.ts';
import { mutants, WORLDS_MAX } from './mutants.ts';

/** Far more than it takes: a busy machine is no broken promise. */
const PATIENCE = { timeout: 300_000 };

describe('a world without one of its protections breaks a promise', () => {
  it.each(mutants.filter(({ expectedAlive }) => expectedAlive === undefined))(
    '$protection',
    PATIENCE,
    async (mutant) => {
      expect((await kill(mutant, mutant.worldsMax ?? WORLDS_MAX)).by).toBeDefined();
    },
  );

  it('and what is said to protect nothing says why', () => {
    for (const { expectedAlive } of mutants) expect(expectedAlive ?? 'it protects').not.toBe('');
    expect(new Set(mutants.map(({ protection }) => protection)).size).toBe(mutants.length);
  });
});
