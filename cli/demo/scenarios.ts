/** Every scenario by the name that `--scenario` takes. */
import { activeDies } from './active-dies.ts';
import type { Scenario } from './scenario.ts';

export const scenarios: ReadonlyMap<string, Scenario> = new Map([['active-dies', activeDies]]);

export const FIRST_SCENARIO = 'active-dies';
