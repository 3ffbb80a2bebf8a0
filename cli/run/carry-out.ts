/** What every verb does that asks the state machine for something: start it, tell what it does, show its record. */
import { runNameLengthMax } from '../../core/topology/fence-room.ts';
import type { Topology } from '../../core/topology/schema.ts';
import type { DrillInput } from '../../functions/admit-drill.ts';
import type { Said } from '../../functions/answer.ts';
import type { Request } from '../../functions/request.ts';
import type { Console, Deployed, Runs } from '../console.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { atConsole, reached, unreachable } from '../reach.ts';
import type { Asked, Surroundings } from '../verb.ts';
import { followed } from './follow.ts';
import { exitCodeOfRecords, printRecord, recordsIn } from './record.ts';
import type { Line } from './story.ts';

/** What a shell expects of a command that Ctrl-C ended. */
export const INTERRUPTED = 130;

type Asking = Request | DrillInput | Said;

export interface Task {
  /** What is asked. Where it takes a look at the world or a question to the person first, a function of the console. */
  readonly request: Asking | ((console: Console) => Promise<Asking>);
  /** Which machine is asked; the switch, if left out. */
  readonly machine?: 'drill' | 'answer';
  /** Prints what it gave at its end, where that is no record of a run; gives the exit code. Undefined: it is not that either. */
  readonly ended?: (value: unknown, json: boolean, output: Output) => number | undefined;
  /** Tell each state: for what takes minutes. */
  readonly live: boolean;
  /** For Ctrl-C: how the run is ended, where it can be. */
  readonly howToEnd?: string;
}

export async function carryOut(
  topology: Topology,
  task: Task,
  { options }: Asked,
  surroundings: Surroundings,
): Promise<number> {
  return atConsole(topology, surroundings, async (console) => {
    const runs = runsOf(task, await reached('AWS', () => console.deployed(), surroundings));
    const request = typeof task.request === 'function' ? await task.request(console) : task.request;
    const name = `${'mode' in request ? request.mode : 'drill'}-${console.ids.fresh()}`.slice(0, runNameLengthMax);
    const arn = await reached('Step Functions', () => runs.start(name, request), surroundings);
    const json = options.json === true;
    if (options.wait === false) return startedOnly(arn, json, surroundings.output);
    return ended(arn, console, task, json, surroundings);
  });
}

function runsOf({ machine }: Task, { runs, drills, answers }: Deployed): Runs {
  if (machine === undefined) return runs;
  return machine === 'drill' ? drills : answers;
}

function startedOnly(arn: string, json: boolean, output: Output): number {
  if (json) output.printJson({ execution: arn });
  else output.print(`started ${arn}\nnext  throwover status`);
  return exitCodes.done;
}

async function ended(
  arn: string,
  console: Console,
  task: Task,
  json: boolean,
  { output, interrupted, env }: Surroundings,
): Promise<number> {
  const runs = runsOf(task, await console.deployed());
  const stopped = { yes: false, said: Promise.resolve() };
  let listening = () => {};
  stopped.said = new Promise((resolve) => {
    listening = interrupted(() => {
      stopped.yes = true;
      resolve();
    });
  });
  try {
    const tell = task.live ? teller(console.clock.now(), json, output) : () => {};
    const seen = await followed(arn, { runs, clock: console.clock }, tell, stopped);
    if (seen === undefined) {
      output.complain(`the run goes on without you: ${arn}. ${task.howToEnd ?? '`throwover status` shows it.'}`);
      return INTERRUPTED;
    }
    const said = seen.output ?? seen.cause;
    const value = parsed(said);
    const shown = task.ended?.(value, json, output);
    if (shown !== undefined) return shown;
    const records = recordsIn(value);
    if (records === undefined) return endedWithoutRecord(arn, seen.status, said, output);
    if (json) output.printJson(value);
    else for (const record of records) printRecord(record, output);
    return exitCodeOfRecords(records);
  } catch (cause) {
    throw cause instanceof Error && cause.name === 'Unreachable' ? cause : unreachable('Step Functions', cause, env);
  } finally {
    listening();
  }
}

/** `  00:12  Fence  epoch 43 stands in …`; with --json to stderr, so that stdout has the record alone. */
export function teller(began: number, json: boolean, output: Output): (line: Line) => void {
  let last = '';
  return ({ at, state, text, tone }) => {
    const said = `${state.padEnd(STATE_WIDTH)} ${tone === 'bad' ? output.styled('red', text) : text}`;
    if (said === last) return;
    last = said;
    const line = `  ${elapsed(at - began)}  ${said}`;
    if (json) output.complain(line);
    else output.print(line);
  };
}

const STATE_WIDTH = 18;

function elapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Stopped by a person, timed out, or broken before it could say anything: nobody has said where traffic is. */
function endedWithoutRecord(arn: string, status: string, said: string | undefined, output: Output): number {
  output.complain(
    `${arn} is ${status}${said === undefined ? '' : `: ${said}`}. It left no record: \`throwover status\` reads the zones.`,
  );
  return exitCodes.uncertain;
}
