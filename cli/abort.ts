/** `throwover abort`: ends the planned run that holds the pair, where users are now or where they came from. */
import { carryOut } from './run/carry-out.ts';
import { reasonOption, topologyAndPair, withPair, withWaiting } from './run/options.ts';
import { personAt } from './run/who.ts';
import { Refused, type Verb } from './verb.ts';

export const abort: Verb = {
  declare: (command) =>
    withWaiting(
      withPair(command)
        .option('--stay', 'leave users where they are now')
        .option('--back', 'bring users back to where they were')
        .option('--reason <text>', 'why, for the record', 'a person asked for it'),
    ),
  examples: [
    ['npx throwover abort --back', 'a planned switchover goes back before its next step'],
    ['npx throwover abort --stay', 'it ends with users on both sides, until somebody decides'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const { stay, back, reason } = asked.options;
    if ((stay === true) === (back === true))
      throw new Refused('say what becomes of the users: --stay (where they are now) or --back (where they were).');
    const then = stay === true ? ('stay' as const) : ('back' as const);
    const request = {
      pair: pair.name,
      mode: 'abort' as const,
      then,
      reason: reasonOption(reason),
      by: personAt(surroundings),
    };
    return carryOut(topology, { request, live: false }, asked, surroundings);
  },
};
