/** What stands around every function (functions/entry.ts), in a bundle of this test that lacks a protection. */
import { entry as ours } from '../../functions/entry.ts';
import type { Step } from '../../functions/steps.ts';
import type { World } from '../../functions/world.ts';
import { without } from '../without.ts';

/** Written into the bundle when it is built. */
declare const WITHOUT: string;

export const entry: typeof ours = (key, schema, connect, step) => {
  const removed = without[WITHOUT]?.functions[key];
  if (removed === undefined) throw new RangeError(`${key} is as it is, also without ${WITHOUT}`);
  const left = removed(step as Step);
  return ours(key, schema, connect, (input, needs) => left(input, needs as World));
};
