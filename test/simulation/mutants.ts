/**
 * Our protections, each with a switch that takes it away from outside: by what a function gets to see of the world, or by
 * another function in its place. A simulation that does not notice would not notice a bug either.
 */
import { evidence } from './mutants/evidence.ts';
import type { Mutant } from './mutants/mutant.ts';
import { people } from './mutants/people.ts';
import { traffic } from './mutants/traffic.ts';
import { upkeep } from './mutants/upkeep.ts';
import { writers } from './mutants/writers.ts';

/** Each is missed within so many worlds, if it does not say otherwise; `npm run safety-case` says after how many. */
export const WORLDS_MAX = 20;

export const mutants: readonly Mutant[] = [...writers, ...traffic, ...evidence, ...people, ...upkeep];
