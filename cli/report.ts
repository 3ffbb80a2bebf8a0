/** `throwover report`: the record of a run or a drill, for people and for auditors: how it ended, why, and what happened when. */
import * as z from 'zod/mini';
import { DRILL_NOTES, type DrillRecord, drillsIn } from '../core/drill/drill.ts';
import type { LedgerEvent } from '../core/ledger/store.ts';
import { decisionOfRun, decisionsOf } from '../functions/decisions.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';
import { atConsole, reached } from './reach.ts';
import { Measured, usersLines } from './report/users.ts';
import { topologyAndPair, withPair } from './run/options.ts';
import { printRecord, recordsIn } from './run/record.ts';
import { Refused, type Verb } from './verb.ts';

export const report: Verb = {
  declare: (command) =>
    withPair(command.argument('[run]', 'a run or a drill; left out, the last run in which something was decided')),
  examples: [
    ['npx throwover report', 'the last run: its record, and its steps with their times'],
    ['npx throwover report shop-42-29441104-failover', 'another one; `decisions` and `drills` list them'],
    ["npx throwover report --json | jq '.secondsTo'", 'how long it took to detect, decide, withdraw and restore'],
  ],
  async run(asked, surroundings) {
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const [wanted] = asked.args;
    return atConsole(topology, surroundings, async (console) => {
      const { notes, ledger } = await reached('AWS', () => console.deployed(), surroundings);
      const drillCalled = async (name: string) =>
        drillsIn(await notes.list(pair.name, DRILL_NOTES, { newestFirst: true })).find((one) => one.name === name);
      const drill =
        wanted === undefined ? undefined : await reached('DynamoDB', () => drillCalled(wanted), surroundings);
      if (drill !== undefined) {
        if (asked.options.json === true) surroundings.output.printJson(drill);
        else printDrill(drill, surroundings.output);
        return exitCodes.done;
      }
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
      if (asked.options.json === true) surroundings.output.printJson(record);
      else printRun(run, record, events, surroundings.output);
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
  return !/^(report|unkept)#/.test(key) || key === `report#${run}` || key === `unkept#${run}`;
}

function stepsIn(events: readonly LedgerEvent[]): { at: number; what: string }[] {
  return events
    .filter(({ key }) => !key.startsWith('closed#'))
    .map(({ at, what, key }) => ({ at, what: key.startsWith('report#') ? `ended ${what}` : what }));
}

/** How far a run came, in the words of the record's `timeline`, in the order in which it happens. */
const MARKED: Readonly<Record<string, string>> = {
  signal: 'something signalled',
  began: 'the run began',
  verdict: 'every gate was open',
  claim: 'the pair was claimed',
  fence: 'every zone was fenced',
  steer: 'the last batch was sent',
  withdraw: 'every name server had it',
  restore: 'users were served again, wherever resolvers keep to the rules',
};
const SECONDS: readonly (readonly [string, string])[] = [
  ['detect', 'from the signal, or the start, until every gate was open'],
  ['decide', 'from there to the claim'],
  ['withdraw', 'from the signal, or the start, until no name server named the old side'],
];

function printRun(run: string, record: unknown, events: readonly LedgerEvent[], output: Output): void {
  output.print(output.styled('bold', run));
  for (const one of recordsIn(record) ?? []) printRecord(one, output);
  const measured = z.parse(Measured, record);
  const { secondsTo, timeline } = measured;
  for (const [name, meaning] of SECONDS)
    output.print(
      `  ${name.padEnd(8)}  ${secondsTo[name] === undefined ? 'not measured' : `${secondsTo[name]} s`}, ${meaning}`,
    );
  for (const line of usersLines(measured)) output.print(line);
  const marks = Object.entries(MARKED).flatMap(([mark, what]) => {
    const at = timeline[mark];
    return at === undefined ? [] : [{ at, what }];
  });
  for (const { at, what } of [...marks, ...stepsIn(events)].sort((a, b) => a.at - b.at))
    output.print(`  ${new Date(at).toISOString()}  ${what}`);
}

function printDrill(record: DrillRecord, output: Output): void {
  const { name, outcome, kind, pair, from, to, because, runs, reason, seconds, at, next } = record;
  output.print(output.styled('bold', name));
  const tone = outcome === 'Succeeded' ? 'green' : 'red';
  output.print(`${output.styled(tone, outcome)}  ${pair}, drill ${kind}, ${from} -> ${to}: ${reason}`);
  for (const line of because) output.print(`  ${line}`);
  for (const { leg, run, outcome: end, epoch, secondsToMove } of runs) {
    const moved = secondsToMove === undefined ? 'not measured' : `moved in ${secondsToMove} s`;
    output.print(
      `  ${leg.padEnd(4)}  ${end}, ${epoch === undefined ? 'no epoch' : `epoch ${epoch}`}, ${moved}  ${run}`,
    );
  }
  const lasted = seconds === undefined ? '' : `, took ${seconds} s`;
  output.print(`  ${new Date(at).toISOString()}  began${lasted}`);
  output.print(`next  ${output.styled('bold', next)}`);
}
