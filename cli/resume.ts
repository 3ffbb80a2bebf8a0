/** `throwover resume`: automation goes on after a pause. */
import { carryOut } from './run/carry-out.ts';
import { topologyAndPair, withPair, withWaiting } from './run/options.ts';
import type { Verb } from './verb.ts';

export const resume: Verb = {
  declare: (command) => withWaiting(withPair(command)),
  examples: [['npx throwover resume', 'the end of `throwover pause`']],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    return carryOut(topology, { request: { pair: pair.name, mode: 'resume' }, live: false }, asked, surroundings);
  },
};
