/**
 * `throwover break-glass move`: the move of users when Step Functions, Lambda or DynamoDB cannot. It carries out the same
 * state machine with the same steps in this process: no gate is asked less, no fence is raised later. A person answers for
 * the gates that are not open, after having seen them.
 */
import { unknownGates } from '../core/gates/index.ts';
import { ledgerFromFences } from '../core/ledger/from-fences.ts';
import { runNameLengthMax } from '../core/topology/fence-room.ts';
import { type NamedPair, otherCluster, type Topology } from '../core/topology/index.ts';
import type { Request } from '../functions/request.ts';
import { ledgerAtHand, notesAtHand } from './break-glass/at-hand.ts';
import { carriedOutHere, type Ended } from './break-glass/carry-out-here.ts';
import { type Found, lookedAt, notChecked, printDependencies } from './break-glass/dependencies.ts';
import { machineOf } from './break-glass/kit.ts';
import type { Console, Own } from './console.ts';
import { exitCodes } from './exit-codes.ts';
import { atConsole, reached } from './reach.ts';
import { INTERRUPTED, teller } from './run/carry-out.ts';
import { clusterOption, reasonOption, textOf, topologyAndPair, withPair } from './run/options.ts';
import { exitCodeOfRecords, printRecord, type RecordRead, recordsIn } from './run/record.ts';
import { personAt } from './run/who.ts';
import { type Asked, Refused, type Surroundings, type Verb } from './verb.ts';

export const breakGlass: Verb = {
  declare: (command) =>
    withPair(command)
      .argument('<action>', 'move')
      .option('--to <cluster>', 'the cluster that shall have the traffic')
      .option('--reason <text>', 'why, for the ledger and the record')
      .option('--kit <file>', 'the kit that says what is deployed (default: throwover-kit.md, where it is there)')
      .option(
        '--override <gate...>',
        'go on although these gates are not open, also those that only show after the fence',
      )
      .option('--yes', 'do not ask back: you answer for every gate that a person may answer for'),
  examples: [
    [
      'npx throwover break-glass move --to green --reason "us-east-1 is down"',
      'looks, says what it cannot check, asks',
    ],
    ['npx throwover break-glass move --to green --reason "no DynamoDB" --kit throwover-kit.md', 'nothing is looked up'],
    [
      'npx throwover break-glass move --to green --reason drill --yes --json | tail -n 1 | jq .outcome',
      'without asking',
    ],
  ],
  async run(asked, surroundings) {
    const [action] = asked.args;
    if (action !== 'move') throw new Refused(`break-glass knows move, not ${action}.`);
    const { topology, pair } = topologyAndPair(asked, surroundings);
    const task = taskOf(asked, topology, pair, surroundings);
    return atConsole(topology, surroundings, (console) => move(task, console));
  },
};

export interface Task {
  readonly topology: Topology;
  readonly pair: NamedPair;
  readonly to: string;
  readonly reason: string;
  readonly person: string;
  /** Gates that the person answers for unseen. */
  readonly override: readonly string[];
  readonly machine: string | undefined;
  readonly json: boolean;
  readonly ask: Surroundings['ask'];
  readonly surroundings: Surroundings;
  /** To stdout; with --json to stderr, so that stdout has the record alone. */
  readonly print: (line: string) => void;
}

function taskOf({ options }: Asked, topology: Topology, pair: NamedPair, surroundings: Surroundings): Task {
  const json = options.json === true;
  const yes = options.yes === true;
  const { ask, output } = surroundings;
  if (!yes && (ask === undefined || json))
    throw new Refused(
      'there is nobody to ask: --yes says that you answer for every gate that a person may answer for.',
    );
  const override = Array.isArray(options.override) ? options.override.map(String) : [];
  const noGate = unknownGates(override);
  if (noGate !== undefined) throw new Refused(`${noGate}.`);
  return {
    topology,
    pair,
    to: clusterOption(options.to, '--to', pair),
    reason: reasonOption(options.reason),
    person: personAt(surroundings),
    override,
    machine: machineOf(textOf(options.kit), pair, surroundings),
    json,
    ask: yes ? undefined : ask,
    surroundings,
    print: json ? output.complain : output.print,
  };
}

/** What `throwover break-glass move` does once its command line was read: also what a simulated person does. Gives the exit code. */
export async function move(task: Task, console: Pick<Console, 'own' | 'deployed'>): Promise<number> {
  const { pair, to, reason, person, print, surroundings } = task;
  const own = await reached('AWS', () => console.own(task.machine), surroundings);
  print(`break-glass: ${pair.name} to ${to}, by ${person}, at this terminal`);
  const found = await lookedAt(pair, own, () => console.deployed(), surroundings);
  printDependencies(found.dependencies, surroundings.output, print);
  const { ports, how } = await portsOf(task, own, found);
  print(`  ${how}`);
  const carryOut = carrierOf(task, own, ports);

  const preview = recordOf(await carryOut({ pair: pair.name, mode: 'preview-failover', to, reason, by: person }));
  if (preview?.outcome !== 'Previewed') return ended(task, found, preview);
  if (!task.json) printRecord({ ...preview, next: '' }, surroundings.output);
  const shut = preview.gates.filter(({ state }) => state !== 'open');
  const never = shut.filter(({ overridable }) => overridable === 'never');
  if (never.length > 0) return ended(task, found, { ...preview, outcome: 'Held' });
  if (!(await confirmed(task, preview, shut.length))) throw new Refused('nothing was moved.');

  if (found.ledger !== 'down') await paused(task, carryOut);
  const override = [...new Set([...task.override, ...shut.map(({ name }) => name)])];
  const request: Request = { pair: pair.name, mode: 'failover', to, reason, by: person, override };
  return whileListening(task, found, (stopped) => carryOut(request, stopped));
}

/** The ledger as it is; made again from the fences where it is lost; or one in this process, where DynamoDB does not answer. */
async function portsOf(
  { pair, to }: Task,
  { ports }: Own,
  { ledger, fences }: Found,
): Promise<{ ports: Own['ports']; how: string }> {
  if (ledger !== 'down' && ledger !== undefined) return { ports, how: 'the ledger locks others out' };
  const begins = ledgerFromFences(pair.name, fences, { now: ports.clock.now(), to });
  if (begins === undefined)
    throw new Refused(
      `no zone of ${pair.name} has a fence of ours: nobody knows who is active, and nothing locks others out.`,
    );
  const said = `from the fences: ${begins.active} is active, epoch ${begins.epoch}`;
  if (ledger === 'down') {
    const atHand = { ledger: ledgerAtHand(ports.ledger.by, begins), notes: notesAtHand() };
    const how = `${said}. No pause can be written; the watch rebuilds the ledger, paused, when DynamoDB is back`;
    return { ports: { ...ports, ...atHand }, how };
  }
  if ((await ports.ledger.write(begins, 0)) === 'written')
    return { ports, how: `the ledger was lost and is made again ${said}, paused and unacknowledged` };
  throw new Refused('somebody else has just written the ledger: look again.');
}

type Carrier = (request: Request, stopped?: Promise<void>) => Promise<Ended>;

const SILENTLY = () => {};

function carrierOf({ person, json, surroundings }: Task, { clock }: Own, ports: Own['ports']): Carrier {
  const tell = teller(clock.now(), json, surroundings.output);
  return (request, stopped) => {
    const run = `break-glass-${ports.ids.fresh()}`.slice(0, runNameLengthMax);
    return carriedOutHere(
      request,
      ports,
      clock,
      { person, run, tell: request.mode === 'pause' ? SILENTLY : tell },
      stopped,
    );
  };
}

async function confirmed({ ask, pair, to }: Task, { epoch, active }: RecordRead, shut: number): Promise<boolean> {
  if (ask === undefined) return true;
  const gates =
    shut === 0
      ? 'every gate is open'
      : `you answer for ${shut} gate${shut === 1 ? '' : 's'} that ${shut === 1 ? 'is' : 'are'} not open`;
  const at = epoch === undefined ? '' : ` at epoch ${epoch}`;
  const question = `${pair.name}: ${active ?? 'nobody'} is active${at}; ${gates}. Move users from ${otherCluster(pair, to)} to ${to} (one swap, forward only)? [y/N] `;
  return /^y(es)?$/i.test((await ask(question)).trim());
}

/** Automation keeps its hands off what a person does by hand, and afterwards, until somebody resumes. */
async function paused({ pair, reason, person, print }: Task, carryOut: Carrier): Promise<void> {
  const request: Request = {
    pair: pair.name,
    mode: 'pause',
    reason: `break-glass: ${reason}`.slice(0, 500),
    by: person,
  };
  const record = recordOf(await carryOut(request));
  print(
    `  ${record?.outcome === 'Recorded' ? 'automation is paused' : `automation could not be paused: ${record?.because.join('; ') ?? 'no answer'}`}`,
  );
}

async function whileListening(
  task: Task,
  found: Found,
  work: (stopped: Promise<void>) => Promise<Ended>,
): Promise<number> {
  const { surroundings, pair } = task;
  let listening = () => {};
  let stoppedByPerson = false;
  const stopped = new Promise<void>((resolve) => {
    listening = surroundings.interrupted(() => {
      stoppedByPerson = true;
      resolve();
    });
  });
  try {
    const end = await work(stopped);
    if (!stoppedByPerson) return ended(task, found, recordOf(end));
    const next = `\`throwover status --pair ${pair.name}\` says where users are, \`throwover release --pair ${pair.name}\` frees the pair`;
    surroundings.output.complain(`stopped: no further batch leaves, and nothing is rolled back. ${next}.`);
    return INTERRUPTED;
  } finally {
    listening();
  }
}

function recordOf({ value }: Ended): RecordRead | undefined {
  return recordsIn(value)?.[0];
}

function ended(
  { json, surroundings, print, pair }: Task,
  { dependencies }: Found,
  record: RecordRead | undefined,
): number {
  const { output } = surroundings;
  const unchecked = notChecked(dependencies);
  if (record === undefined) {
    output.complain(`the run left no record: \`throwover status --pair ${pair.name}\` reads the zones.`);
    return exitCodes.uncertain;
  }
  if (json) output.printJson({ ...record, notChecked: unchecked });
  else printRecord(record, output);
  for (const line of unchecked) print(`not checked  ${line}`);
  return exitCodeOfRecords([record]);
}
