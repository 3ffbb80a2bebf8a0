/** `throwover ack`: a person knows of the last automatic move, so the next one is no longer held back for their sake. */
import { carryOut } from './run/carry-out.ts';
import { topologyAndPair, withPair, withWaiting } from './run/options.ts';
import type { Verb } from './verb.ts';

export const ack: Verb = {
  declare: (command) => withWaiting(withPair(command)),
  examples: [['npx throwover ack', 'after you have looked at what the automatic move left; the cooldown still holds']],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    return carryOut(topology, { request: { pair: pair.name, mode: 'ack' }, live: false }, asked, surroundings);
  },
};
