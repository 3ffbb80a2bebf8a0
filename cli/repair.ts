/** `throwover repair`: brings a move that was cut off to an end, from what the zones say. */
import { carryOut } from './run/carry-out.ts';
import { clusterOption, reasonOption, topologyAndPair, withPair, withWaiting } from './run/options.ts';
import type { Verb } from './verb.ts';

export const repair: Verb = {
  declare: (command) =>
    withWaiting(
      withPair(command)
        .option('--to <cluster>', 'a person says where to; left out: the goal follows from the zones')
        .option('--reason <text>', 'why, for the ledger and the record', 'a person asked for it'),
    ),
  examples: [
    ['npx throwover repair', 'fence every zone, read them, and finish what was begun'],
    ['npx throwover repair --to blue', 'the same when the zones are disputed and blue is right'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const { to, reason } = asked.options;
    const request = {
      pair: pair.name,
      mode: 'repair' as const,
      reason: reasonOption(reason),
      ...(to === undefined ? {} : { to: clusterOption(to, '--to', pair) }),
    };
    return carryOut(topology, { request, live: true }, asked, surroundings);
  },
};
