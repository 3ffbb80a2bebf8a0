/**
 * Carries the state machine out in this process: the same file, the same steps of our functions, the credentials of whoever
 * sits here. Nothing is decided here.
 */
import type { TimedClock } from '../../adapters/clock/timed.ts';
import { TimedOut } from '../../adapters/clock/timed.ts';
import { Superseded } from '../../core/errors.ts';
import type { Request } from '../../functions/request.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import type { World } from '../../functions/world.ts';
import { machineFrom } from '../../lab/machine.ts';
import { startExecution } from '../../workflow/execution.ts';
import type { HistoryEvent } from '../../workflow/history.ts';
import type { Machine } from '../../workflow/machine.ts';
import type { Clock } from '../../workflow/ports.ts';
import type { HistoryEvent as EventRead, Own } from '../console.ts';
import { type Line, linesIn } from '../run/story.ts';

export interface Here {
  /** `person:<who>@<host>` */
  readonly person: string;
  /** Name of the run, as it stands in fences. */
  readonly run: string;
  readonly tell: (line: Line) => void;
}

/** What the machine gave at its end: a record, or the error that it failed with. */
export interface Ended {
  readonly status: string;
  readonly value: unknown;
}

let machine: Machine | undefined;

/** Read when a run first needs it, and once for all runs of this process. */
function machineHere(): Machine {
  machine ??= machineFrom('switch', (key) => key);
  return machine;
}

/** @param stopped resolves when the person ends it: no further batch leaves, and nobody waits for its end */
export async function carriedOutHere(
  request: Request,
  ports: Own['ports'],
  clock: TimedClock,
  { person, run, tell }: Here,
  stopped?: Promise<void>,
): Promise<Ended> {
  let over = false;
  const world = worldHere(ports, () => over);
  const history: EventRead[] = [];
  const execution = startExecution(machineHere(), {
    input: request,
    clock: timersOf(clock),
    invoke: async (_resource, args) => {
      const { FunctionName, Payload } = args as { FunctionName: string; Payload: unknown };
      return { Payload: (await stepCalled(FunctionName)(Payload, world)) ?? null };
    },
    // one person, and nobody to run into when something is tried again
    random: () => 0.5,
    ids: ports.ids.fresh,
    executionArn: person,
    name: run,
    onEvent: (event: HistoryEvent) => {
      history.push(event as EventRead);
      for (const line of linesIn(history, event.id - 1)) tell(line);
    },
  });
  void stopped?.then(() => {
    over = true;
    execution.stop('Stopped', `stopped by ${person}`);
  });
  const { status, output, cause } = await execution.done;
  return { status, value: output ?? parsed(cause) };
}

/** All ports, our own functions called as they are. Once the run is over, what still works of it holds nothing any more. */
function worldHere(ports: Own['ports'], isOver: () => boolean): World {
  const { ledger } = ports;
  const world: World = {
    ...ports,
    ledger: {
      ...ledger,
      read: async (pair) => {
        if (isOver()) throw new Superseded('the person at this terminal stopped the run');
        return ledger.read(pair);
      },
    },
    inside: { call: (name, input) => steps[name](input, world) },
    observers: { look: (observer, input) => steps[`observe-${observer}`](input, world) },
  };
  return world;
}

function stepCalled(name: string): Step {
  if (!Object.hasOwn(steps, name))
    throw new RangeError(`the state machine calls ${name}, which is no function of ours`);
  return steps[name as FunctionKey];
}

/** A timer that is taken back must not keep this process. */
function timersOf(clock: TimedClock): Clock {
  return {
    now: () => clock.now(),
    after(milliseconds, happens) {
      const { promise, resolve } = Promise.withResolvers<void>();
      clock
        .within(milliseconds, () => promise)
        .catch((cause: unknown) => {
          if (cause instanceof TimedOut) happens();
        });
      return resolve;
    },
  };
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
