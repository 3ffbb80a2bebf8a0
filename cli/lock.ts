/**
 * `throwover lock`: for pipelines. Takes a cluster for a change, so that the other one of its pair is not changed at the same
 * time and no planned move begins in the middle. It writes the locks in the ledger and nothing else, by itself: an execution
 * of the state machine would be slower than the pipeline's own step, and needs rights that no pipeline should have.
 */
import type { Command } from 'commander';
import { DRILL_NOTES, drillsIn } from '../core/drill/drill.ts';
import { emptyLedger, type Ledger } from '../core/ledger/ledger.ts';
import { type ChangeLock, heldByRun, locksAt, lockTold } from '../core/ledger/locks.ts';
import type { NamedPair } from '../core/topology/pair.ts';
import type { Topology } from '../core/topology/schema.ts';
import type { Console, Deployed } from './console.ts';
import { exitCodes } from './exit-codes.ts';
import { acquired, givenBack } from './lock/writing.ts';
import type { Output } from './output.ts';
import { atConsole, reached } from './reach.ts';
import { clusterOption, durationIn, reasonOption, textOf, topologyAndPair, withPair } from './run/options.ts';
import { printTable } from './run/record.ts';
import { personAt } from './run/who.ts';
import { type Asked, Refused, type Surroundings, type Verb } from './verb.ts';

interface Setting {
  readonly asked: Asked;
  readonly surroundings: Surroundings;
  readonly topology: Topology;
  readonly pair: NamedPair;
}

const actions: Readonly<Record<string, (setting: Setting) => Promise<number>>> = { acquire, release, list };

export const lock: Verb = {
  declare: (command: Command) =>
    withPair(command)
      .argument('<action>', 'acquire, release or list')
      .option('--cluster <name>', 'which cluster is changed')
      .option('--for <time>', 'acquire: when it ends by itself at the latest: 30m, 2h; 24h is the most', '1h')
      .option('--reason <text>', 'acquire: what is changed, for whoever is held by it')
      .option('--owner <name>', 'whose lock it is: the name of a pipeline (default: who is at this terminal)'),
  examples: [
    [
      'npx throwover lock acquire --cluster green --for 2h --owner cni-upgrade/17 --reason "vpc-cni 1.21"',
      'exit code 0: it is yours; 3: somebody else has it, or a run moves users; 2: not understood',
    ],
    ['npx throwover lock release --cluster green --owner cni-upgrade/17', 'the change is over'],
    ["npx throwover lock list --json | jq -r '.locks[].by'", 'who changes what now'],
  ],
  run(asked, surroundings) {
    const [action = ''] = asked.args;
    const work = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (work === undefined) throw new Refused(`lock knows ${Object.keys(actions).join(', ')}, not ${action}.`);
    return work({ asked, surroundings, ...topologyAndPair(asked, surroundings) });
  },
};

/** What `--json` prints for acquire and release. */
interface Answer {
  outcome: 'Recorded' | 'Unchanged' | 'Held';
  pair: string;
  mode: 'lock';
  because: string[];
  next: string;
  locks: readonly ChangeLock[];
}

const SHORTEST_MILLISECONDS = 60_000;
/** Whoever needs longer says so again: a lock that nobody remembers would keep planned moves back for days. */
const LONGEST_MILLISECONDS = 24 * 3_600_000;

function acquire(setting: Setting): Promise<number> {
  const { asked, surroundings, pair } = setting;
  const cluster = clusterOption(asked.options.cluster, '--cluster', pair);
  const lasting = lastingOf(asked.options.for);
  const reason = reasonOption(asked.options.reason);
  const by = ownerOf(asked, surroundings);
  return answered(setting, async (deployed, now) => {
    const wanted: ChangeLock = { cluster, by, reason, since: now, until: now + lasting };
    const drills = await drillsUnderWay(deployed, pair, surroundings);
    const written = await acquired(deployed.locks, pair, wanted, drills);
    const taken = written.kind === 'written';
    return {
      outcome: taken ? 'Recorded' : 'Held',
      because: taken ? locksAt(written.ledger, now).map(lockTold) : [written.because],
      next: taken
        ? `throwover lock release --pair ${pair.name} --cluster ${cluster} --owner ${by}`
        : `throwover lock list --pair ${pair.name}`,
      ledger: written.ledger,
    };
  });
}

function release(setting: Setting): Promise<number> {
  const { asked, surroundings, pair } = setting;
  const cluster = clusterOption(asked.options.cluster, '--cluster', pair);
  const by = ownerOf(asked, surroundings);
  return answered(setting, async (deployed, now) => {
    const written = await givenBack(deployed.locks, pair, { cluster, by }, now);
    const next = `throwover status --pair ${pair.name}`;
    if (written.kind === 'written')
      return { outcome: 'Recorded', because: [`${cluster} is free again`], next, ledger: written.ledger };
    const held = locksAt(written.ledger, now).some((one) => one.cluster === cluster);
    return { outcome: held ? 'Held' : 'Unchanged', because: [written.because], next, ledger: written.ledger };
  });
}

function list({ asked, surroundings, topology, pair }: Setting): Promise<number> {
  return atConsole(topology, surroundings, async (console) => {
    const { locks: store } = await reached('AWS', () => console.deployed(), surroundings);
    const ledger = (await reached('DynamoDB', () => store.read(pair.name), surroundings)) ?? emptyLedger(pair.name);
    const now = console.clock.now();
    const { holder } = ledger;
    const locks = locksAt(ledger, now);
    const { output } = surroundings;
    const held = holder === undefined ? undefined : heldByRun(holder, pair.timing.runSecondsMax);
    if (asked.options.json === true)
      output.printJson({ pair: pair.name, at: now, locks, ...(held === undefined ? {} : { run: held }) });
    else show(pair, locks, held, output);
    return exitCodes.done;
  });
}

function show(pair: NamedPair, locks: readonly ChangeLock[], held: string | undefined, output: Output): void {
  if (held !== undefined) output.print(held);
  if (locks.length === 0) {
    if (held === undefined) output.print(`nobody has locked a cluster of ${pair.name}`);
    return;
  }
  const rows = locks.map(({ cluster, by, since, until, reason }) => [cluster, by, told(since), told(until), reason]);
  printTable([['cluster', 'by', 'since', 'until', ''], ...rows], output);
}

type Ending = Pick<Answer, 'outcome' | 'because' | 'next'> & { ledger: Ledger };

function answered(
  { asked, surroundings, topology, pair }: Setting,
  work: (deployed: Deployed, now: number) => Promise<Ending>,
): Promise<number> {
  return atConsole(topology, surroundings, async (console: Console) => {
    const deployed = await reached('AWS', () => console.deployed(), surroundings);
    const now = console.clock.now();
    const { ledger, ...end } = await reached('DynamoDB', () => work(deployed, now), surroundings);
    const answer: Answer = { ...end, pair: pair.name, mode: 'lock', locks: locksAt(ledger, now) };
    const { output } = surroundings;
    if (asked.options.json === true) output.printJson(answer);
    else {
      const tone = answer.outcome === 'Held' ? 'red' : 'green';
      output.print(`${output.styled(tone, answer.outcome)}  ${pair.name}, lock`);
      for (const line of answer.because) output.print(`  ${line}`);
      output.print(`next  ${output.styled('bold', answer.next)}`);
    }
    return answer.outcome === 'Held' ? exitCodes.held : exitCodes.done;
  });
}

/** Previews by hand may be newer than the one that is under way. */
const DRILLS_LOOKED_AT = 20;

async function drillsUnderWay(
  { notes }: Deployed,
  pair: NamedPair,
  surroundings: Surroundings,
): Promise<{ name: string; told: string }[]> {
  const newest = () => notes.list(pair.name, DRILL_NOTES, { newestFirst: true, limit: DRILLS_LOOKED_AT });
  const drills = drillsIn(await reached('DynamoDB', newest, surroundings));
  return drills
    .filter(({ outcome }) => outcome === 'Running')
    .map(({ name, kind, from, to, at }) => {
      const doing = `${name} (a ${kind} drill, ${from} -> ${to}) is under way since ${told(at)} and uses both clusters`;
      return { name, told: `${doing}: \`throwover drills --pair ${pair.name}\`` };
    });
}

function lastingOf(option: unknown): number {
  const said = textOf(option) ?? '';
  const lasting = durationIn(said) ?? 0;
  if (lasting < SHORTEST_MILLISECONDS || lasting > LONGEST_MILLISECONDS)
    throw new Refused(`--for takes a time from 1m to 24h such as 30m or 2h, found ${said || 'nothing'}.`);
  return lasting;
}

/** It is printed in commands that people paste into a shell. */
function ownerOf({ options }: Asked, surroundings: Surroundings): string {
  const owner = textOf(options.owner) ?? personAt(surroundings);
  if (!/^[\w@:./+-]{1,120}$/.test(owner))
    throw new Refused(`--owner takes letters, digits and @ : . / + - _, 120 at the most, found ${owner}.`);
  return owner;
}

function told(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
