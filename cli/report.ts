/** `throwover report`: the record of a run, for people and for auditors: how it ended, why, and what happened when. */
import type { LedgerEvent } from '../core/ledger/store.ts';
import { decisionOfRun, decisionsOf } from '../functions/decisions.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';
import { atConsole, reached } from './reach.ts';
import { topologyAndPair, withPair } from './run/options.ts';
import { printRecord, recordsIn } from './run/record.ts';
import { Refused, type Verb } from './verb.ts';

export const report: Verb = {
  declare: (command) =>
    withPair(command.argument('[run]', 'the run; left out, the last one in which something was decided')),
  examples: [
    ['npx throwover report', 'the last run: its record, and its steps with their times'],
    ['npx throwover report shop-42-29441104-failover', 'another one; `throwover decisions` lists them'],
    ["npx throwover report --json | jq '.seconds'", 'how long its parts took'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const [wanted] = asked.args;
    return atConsole(topology, surroundings, async (console) => {
      const { notes, ledger } = await reached('AWS', () => console.deployed(), surroundings);
      const find = async () =>
        wanted === undefined
          ? (await decisionsOf(pair.name, 1, { notes }))[0]
          : await decisionOfRun(pair.name, wanted, { notes });
      const decision = await reached('DynamoDB', find, surroundings);
      if (decision === undefined)
        throw new Refused(
          wanted === undefined
            ? `no run of ${pair.name} has left a record yet.`
            : `no run ${wanted} has left a record.`,
        );
      const run = wanted ?? decision.lastRun;
      const stands = await reached('DynamoDB', () => ledger.read(pair.name), surroundings);
      const epochs = decision.epoch === 0 ? epochsBack(stands?.epoch ?? 0) : [decision.epoch];
      const { events, record } = await recordIn(epochs, run, (epoch) => ledger.events(pair.name, epoch));
      if (record === undefined) throw new Refused(`the record of ${run} is not in the ledger.`);
      const timeline = timelineOf(events);
      const seconds = secondsOf(events);
      if (asked.options.json === true) surroundings.output.printJson({ run, record, seconds, timeline });
      else print(run, record, timeline, seconds, surroundings.output);
      return exitCodes.done;
    });
  },
};

/** What was held has no epoch of its own: its record stands at the one that stood then. */
const EPOCHS_BACK = 5;

function epochsBack(newest: number): number[] {
  return Array.from({ length: EPOCHS_BACK + 1 }, (_, back) => newest - back).filter((epoch) => epoch >= 0);
}

async function recordIn(epochs: readonly number[], run: string, eventsOf: (epoch: number) => Promise<LedgerEvent[]>) {
  for (const epoch of epochs) {
    const events = await eventsOf(epoch);
    const record = events.find(({ key }) => key === `report#${run}`)?.facts.record;
    if (record !== undefined) return { events: events.filter((one) => isOf(one, run)), record };
  }
  return { events: [], record: undefined };
}

/** Other runs may have been held at the same epoch. */
function isOf({ key }: LedgerEvent, run: string): boolean {
  return !key.startsWith('report#') || key === `report#${run}`;
}

interface Step {
  at: string;
  what: string;
}

function timelineOf(events: readonly LedgerEvent[]): Step[] {
  return [...events]
    .sort((a, b) => a.at - b.at)
    .filter(({ key }) => !key.startsWith('closed#'))
    .map(({ at, what, key }) => ({
      at: new Date(at).toISOString(),
      what: key.startsWith('report#') ? `ended ${what}` : what,
    }));
}

/** From the claim on; null: that did not happen. */
function secondsOf(events: readonly LedgerEvent[]): { toCommit: number | null; toEnd: number | null } {
  const at = (beginning: string) => events.find(({ key }) => key.startsWith(beginning))?.at;
  const claim = at('claim');
  const since = (end: number | undefined) =>
    claim === undefined || end === undefined ? null : Math.round((end - claim) / 100) / 10;
  return { toCommit: since(at('commit')), toEnd: since(at('report#')) };
}

function print(
  run: string,
  record: unknown,
  timeline: readonly Step[],
  { toCommit, toEnd }: ReturnType<typeof secondsOf>,
  output: Output,
): void {
  output.print(output.styled('bold', run));
  for (const one of recordsIn(record) ?? []) printRecord(one, output);
  if (toCommit !== null) output.print(`  committed ${toCommit} s after the claim, ended after ${toEnd} s`);
  for (const { at, what } of timeline) output.print(`  ${at}  ${what}`);
}
