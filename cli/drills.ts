/** `throwover drills`: what was rehearsed, how it ended and how long it took; and when the next one is due. */
import { DRILL_NOTES, type DrillRecord, drillsIn } from '../core/drill/drill.ts';
import { LOOKED_SINCE, missedSlot } from '../core/drill/missed.ts';
import { movedByDrill, standsAway } from '../core/drill/orphan.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import { nextSlot } from '../core/topology/drill-slots.ts';
import type { Deployed } from './console.ts';
import { historyLines, type Rehearsals } from './drills/showing.ts';
import { exitCodes } from './exit-codes.ts';
import { atConsole, reached } from './reach.ts';
import { topologyAndPair, withPair } from './run/options.ts';
import { printTable } from './run/record.ts';
import { Refused, type Verb } from './verb.ts';

const LIMIT_DEFAULT = 12;
const LIMIT_MOST = 200;

export const drills: Verb = {
  declare: (command) =>
    withPair(command).option('--limit <number>', 'how many, the newest first', String(LIMIT_DEFAULT)),
  examples: [
    ['npx throwover drills', 'the last ones, and the next'],
    ["npx throwover drills --json | tail -n 1 | jq '.drills[0].secondsToWithdraw'", 'how long the last one took'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const limit = Number(asked.options.limit);
    if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MOST)
      throw new Refused(`--limit takes a whole number from 1 to ${LIMIT_MOST}, found ${asked.options.limit}.`);
    return atConsole(topology, surroundings, async (console) => {
      const deployed = await reached('AWS', () => console.deployed(), surroundings);
      const notes = await reached(
        'DynamoDB',
        () => deployed.notes.list(pair.name, DRILL_NOTES, { newestFirst: true, limit }),
        surroundings,
      );
      const records = await Promise.all(drillsIn(notes).map((record) => withStatus(record, deployed)));
      const now = console.clock.now();
      const due = nextSlot(pair.drills, now);
      const since = await reached('DynamoDB', () => deployed.notes.read(pair.name, LOOKED_SINCE), surroundings);
      const missed = missedSlot(pair.drills, records, Number(since?.item.since ?? now), now);
      const found: Rehearsals = {
        pair: pair.name,
        ...(due === undefined ? {} : { next: { at: due, kind: pair.mode === 'auto' ? pair.drills.kind : 'preview' } }),
        ...(missed === undefined ? {} : { missed }),
        ...leftIn(await reached('DynamoDB', () => deployed.ledger.read(pair.name), surroundings), records),
        drills: records,
      };
      if (asked.options.json === true) surroundings.output.printJson(found);
      else show(found, surroundings.output);
      return exitCodes.done;
    });
  },
};

/** The drill that moved the pair last, where it has ended and its users have not come back. */
function leftIn(ledger: Ledger | undefined, records: readonly DrillRecord[]): Pick<Rehearsals, 'left'> {
  if (ledger === undefined || !movedByDrill(ledger)) return {};
  const drill = records.find(({ name }) => ledger.run?.startsWith(`${name}-`));
  if (drill === undefined || ['Running', 'Succeeded'].includes(drill.outcome) || !standsAway(drill, ledger)) return {};
  return { left: { on: drill.to, by: drill.name, next: drill.next } };
}

/** One that is said to be running and whose execution is gone has no end yet: the hourly check writes it. */
async function withStatus(record: DrillRecord, { drills: runs }: Deployed): Promise<DrillRecord> {
  if (record.outcome !== 'Running') return record;
  const seen = await runs.describe(record.execution).catch(() => undefined);
  return seen === undefined || seen.status === 'RUNNING'
    ? record
    : { ...record, because: [`its execution is ${seen.status} and left no report`] };
}

function show(found: Rehearsals, output: Parameters<typeof printTable>[1]): void {
  const { rows, lines } = historyLines(found);
  if (rows.length > 1) printTable(rows, output);
  for (const line of lines) output.print(line);
}
