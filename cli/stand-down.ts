/** `throwover stand-down`: a person says that users have gone from the old side, so that its pods may stop. */
import { carryOut } from './run/carry-out.ts';
import { reasonOption, ringOption, topologyAndPair, withPair, withWaiting } from './run/options.ts';
import { personAt } from './run/who.ts';
import type { Verb } from './verb.ts';

export const standDown: Verb = {
  declare: (command) =>
    withWaiting(
      withPair(command)
        .option('--ring <number>', 'after a move of this ring only')
        .option('--reason <text>', 'why, for the record'),
    ),
  examples: [
    [
      'npx throwover stand-down --ring 0 --reason "no requests in the ingress logs since noon"',
      'where no target group counts the requests of ring 0 by themselves',
    ],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const ring = ringOption(asked.options.ring, pair);
    const reason = reasonOption(asked.options.reason);
    const request = {
      pair: pair.name,
      mode: 'stand-down' as const,
      reason,
      by: personAt(surroundings),
      ...(ring === undefined ? {} : { ring }),
    };
    return carryOut(topology, { request, live: false }, asked, surroundings);
  },
};
