/** `throwover accept`: a person says which cluster is active, and the fences are written from what the zones say. */
import { carryOut } from './run/carry-out.ts';
import { clusterOption, topologyAndPair, withPair, withWaiting } from './run/options.ts';
import type { Verb } from './verb.ts';

export const accept: Verb = {
  declare: (command) =>
    withWaiting(withPair(command).option('--active <cluster>', 'the cluster that the weights of the zones are on')),
  examples: [
    ['npx throwover accept --active blue', 'the first activation of a pair: writes the fences, touches no weight'],
    ['npx throwover accept --active green', 'somebody moved the weights by hand, and the zone is right'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const active = clusterOption(asked.options.active, '--active', pair);
    const request = { pair: pair.name, mode: 'accept' as const, active };
    return carryOut(topology, { request, live: false }, asked, surroundings);
  },
};
