/** `throwover status`: where users are, who decided it, what is owed, and the one next command. */
import { WRITTEN } from '../core/observe/last-look.ts';
import type { NamedPair } from '../core/topology/pair.ts';
import type { Console } from './console.ts';
import { exitCodes } from './exit-codes.ts';
import { atConsole, reached } from './reach.ts';
import { followed } from './run/follow.ts';
import { topologyAndPair, withPair } from './run/options.ts';
import { recordsIn } from './run/record.ts';
import { lookedAt } from './state/look.ts';
import { statusOf } from './state/reading.ts';
import { printStatus } from './state/showing.ts';
import type { Status } from './state/status.ts';
import type { Surroundings, Verb } from './verb.ts';

export const status: Verb = {
  declare: (command) =>
    withPair(command).option('--gates', 'judge a planned move too, as `throwover preview` does, and show what is shut'),
  examples: [
    ['npx throwover status', 'everything that says which cluster is active, with its age'],
    ['npx throwover status --gates', 'and what would hold a move now'],
    ["npx throwover status --json | jq -r '.faces'", 'what DNS, weights, SSM and ConfigMaps say'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const { output } = surroundings;
    return atConsole(topology, surroundings, async (console) => {
      const written = statusOf(await lookedAt(pair, console, surroundings));
      const seen = asked.options.gates === true ? await withGates(written, pair, console, surroundings) : written;
      if (asked.options.json === true) output.printJson(seen);
      else printStatus(seen, output);
      return seen.situation === 'Disputed' ? exitCodes.uncertain : exitCodes.done;
    });
  },
};

/** The gates as the functions see them: from inside the VPC, with every observer. */
async function withGates(
  written: Status,
  pair: NamedPair,
  console: Console,
  surroundings: Surroundings,
): Promise<Status> {
  const { runs } = await reached('AWS', () => console.deployed(), surroundings);
  const name = `preview-${console.ids.fresh()}`;
  const arn = await reached(
    'Step Functions',
    () => runs.start(name, { pair: pair.name, mode: 'preview' }),
    surroundings,
  );
  const never = { yes: false, said: new Promise<void>(() => {}) };
  const ended = await followed(arn, { runs, clock: console.clock }, () => {}, never);
  const [record] = recordsIn(JSON.parse(ended?.output ?? 'null')) ?? [];
  if (record === undefined) {
    const because = ended?.cause ?? ended?.status ?? 'no answer';
    return { ...written, unread: [...written.unread, { what: 'the gates', because }] };
  }
  const { situation, because } = record;
  // the preview has looked just now; what is written alone it was told by the same zones
  const isWritten = WRITTEN.some((name) => name === written.situation);
  const told = !isWritten ? { situation, because: because[0]?.replace(`${situation}: `, '') ?? '' } : {};
  return { ...written, ...told, gates: record.gates };
}
