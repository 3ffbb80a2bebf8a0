/** Somebody who is not us changed what decides where users go, and it still stands as they left it. */
import type { Invariant } from './invariant.ts';

export interface ForeignChange {
  /** `shop.example.test. A of example.test`, or whose fence. */
  where: string;
  kind: 'fence' | 'pivot' | 'ring 0' | 'rest';
  /** Since it was made, while nobody held the pair, our services answered, and nothing of ours was late or cut off. */
  quietSeconds: number;
  /** Automation has said so: a page, a pause for a dispute, or it waits for a person. */
  told: boolean;
}

/** Two ticks of the watch, or ten turns, and a tick that is under way when it begins. */
const SECONDS_MAX = { fence: 120, pivot: 120, 'ring 0': 120, rest: 600 } as const;
const TICK_SECONDS = 60;

export const foreignChangesAreSeen: Invariant<ForeignChange> = {
  id: 'S7',
  says: 'a foreign change is seen within two minutes for fences, pivots and ring 0, within ten for the rest',
  breach({ where, kind, quietSeconds, told }) {
    return !told && quietSeconds > SECONDS_MAX[kind] + TICK_SECONDS
      ? `${where} (${kind}) has stood for ${Math.round(quietSeconds)} s, and nobody was told`
      : undefined;
  },
};
