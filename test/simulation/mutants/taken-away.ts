/** How a protection is taken away from outside: functions see another world, read another ledger, or are other functions. */
import type { Ledger } from '../../../core/ledger/ledger.ts';
import type { Observation } from '../../../core/observe/observation.ts';
import type { Change } from '../../../core/plan/batch.ts';
import type { Zones } from '../../../core/ports.ts';
import { type FunctionKey, type Step, steps } from '../../../functions/steps.ts';
import type { World } from '../../../functions/world.ts';
import type { Meddling } from '../simulated.ts';

export const FENCE = '._throwover.';
export const isFence = ({ record }: Change) => record.name.includes(FENCE);

/** Some functions get the world changed. */
export function world(
  keys: readonly FunctionKey[] | 'all',
  change: (world: World, input: unknown) => Partial<World>,
): Meddling {
  return {
    seenBy: (key, inner, input) =>
      keys === 'all' || keys.includes(key) ? { ...inner, ...change(inner, input) } : inner,
  };
}

export function zones(keys: readonly FunctionKey[] | 'all', change: (zones: Zones) => Partial<Zones>): Meddling {
  return world(keys, (inner) => ({ zones: { ...inner.zones, ...change(inner.zones) } }));
}

/** Functions that read something else in the ledger than what is there; what they write is changed by that, too. */
export function ledger(
  keys: readonly FunctionKey[] | 'all',
  change: (ledger: Ledger, input: unknown) => Ledger,
): Meddling {
  return world(keys, ({ ledger: store }, input) => ({
    ledger: {
      ...store,
      by: store.by,
      read: async (pair) => {
        const read = await store.read(pair);
        return read && change(read, input);
      },
    },
  }));
}

export function step(key: FunctionKey, instead: (inner: Step) => Step): Meddling {
  return { steps: { [key]: instead(steps[key]) } };
}

export function observations(change: (seen: readonly Observation[]) => readonly Observation[]): Meddling {
  return step('judge', (inner) => (input, world) => {
    const { seen, ...rest } = input as { seen: { observations: readonly Observation[] } };
    return inner({ ...rest, seen: { ...seen, observations: change(seen.observations) } }, world);
  });
}
