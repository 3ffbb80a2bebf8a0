import { caseOf } from './case.ts';
import type { Mutant } from './mutants/mutant.ts';
import { promiseOf } from './shrink.ts';
import { playOrTell } from './worlds.ts';

export interface Killed {
  mutant: Mutant;
  /** Worlds of its stories that were played. */
  worlds: number;
  /** The world that broke a promise, and which; missing: none did. */
  by?: { seed: number; promise: string };
}

/** Plays worlds without one protection until a promise is broken. */
export async function kill(mutant: Mutant, worldsMax: number): Promise<Killed> {
  let worlds = 0;
  for (let seed = 1; worlds < worldsMax; seed++) {
    const drawn = caseOf(seed);
    if (mutant.stories !== undefined && !mutant.stories.includes(drawn.story)) continue;
    worlds++;
    const world = { ...drawn, ...mutant.happens?.(drawn) };
    const promise = promiseOf(await playOrTell(world, mutant.meddling));
    if (promise === undefined) continue;
    // with the protection the same world keeps every promise: it is the protection that was missed
    if ((await playOrTell(world)).broken.length === 0) return { mutant, worlds, by: { seed, promise } };
  }
  return { mutant, worlds };
}
