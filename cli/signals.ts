/** `throwover signals`: what came from outside, what was done with it and why. Asks nobody but the table. */
import { type KeptSignal, keptIn, NO_PAIR, SIGNALS } from '../core/signals/kept.ts';
import type { Topology } from '../core/topology/schema.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';
import { atConsole, reached } from './reach.ts';
import { textOf } from './run/options.ts';
import { printTable } from './run/record.ts';
import { readTopology } from './topology-file.ts';
import { Refused, type Verb } from './verb.ts';

const USUAL_LIMIT = 20;
const LIMIT_MAX = 1_000;

interface Listed extends KeptSignal {
  pair: string;
  key: string;
}

export const signals: Verb = {
  declare: (command) =>
    command
      .option('--pair <name>', 'only those of this pair; otherwise of all, and those that belong to none')
      .option('--file <file>', 'the topology (default: THROWOVER_FILE, else throwover.yaml in the working folder)')
      .option('--limit <number>', 'how many, the newest first', String(USUAL_LIMIT))
      .option('--json', 'print one line of JSON'),
  examples: [
    ['npx throwover signals', 'why did nothing move? what came, what was done with it, and why'],
    ['npx throwover signals --pair shop --limit 100 --json', 'for another program'],
  ],
  async run({ options }, surroundings) {
    const topology = readTopology(textOf(options.file), surroundings);
    const pairs = pairsAsked(topology, textOf(options.pair));
    const limit = Number(options.limit);
    if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)
      throw new Refused(`--limit takes a whole number from 1 to ${LIMIT_MAX}, found ${options.limit}.`);
    return atConsole(topology, surroundings, async (console) => {
      const read = async (): Promise<Listed[]> => {
        const { notes } = await console.deployed();
        const found = await Promise.all(
          pairs.map(async (pair) => {
            const listed = await notes.list(pair, SIGNALS, { newestFirst: true, limit });
            return listed.flatMap((note) => {
              const signal = keptIn(note);
              return signal === undefined ? [] : [{ pair, key: note.key, ...signal }];
            });
          }),
        );
        return found.flat().sort((a, b) => b.at - a.at || b.cameAt - a.cameAt);
      };
      const found = (await reached('DynamoDB', read, surroundings)).slice(0, limit);
      if (options.json === true) surroundings.output.printJson({ signals: found });
      else print(found, surroundings.output);
      return exitCodes.done;
    });
  },
};

function pairsAsked({ pairs }: Topology, wanted: string | undefined): string[] {
  const known = Object.keys(pairs).sort();
  if (wanted === undefined) return [...known, NO_PAIR];
  if (!known.includes(wanted) && wanted !== NO_PAIR)
    throw new Refused(`there is no pair ${wanted}; known: ${known.join(', ')}; "${NO_PAIR}" for those of no pair.`);
  return [wanted];
}

function print(found: readonly Listed[], output: Output): void {
  if (found.length === 0) {
    output.print('Nothing came in the last 30 days, or nothing is connected: docs/reference/signals.md says how.');
    return;
  }
  const rows = found.map(({ at, pair, source, name, did, times, because }) => [
    `${new Date(at).toISOString().slice(0, 19)}Z`,
    pair,
    source,
    name === '' ? '-' : name,
    times === 1 ? did : `${did}, came ${times} times`,
    because,
  ]);
  printTable([['at', 'pair', 'from', 'name', 'done', 'because'], ...rows], output);
}
