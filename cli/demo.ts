import { exitCodes } from './exit-codes.ts';
import type { Verb } from './verb.ts';

/** `throwover demo`, until there is something to show. */
export const demo: Verb = {
  declare: (command) =>
    command.option('--json', 'print one line of JSON at the end').option('--fast', 'do not pace the lines'),
  examples: [['npm run demo', 'the whole failover']],
  run(_, { output }) {
    output.complain(
      'The demo cannot show a failover yet: only the topology and its check are built ("npx throwover check").',
    );
    return exitCodes.failed;
  },
};
