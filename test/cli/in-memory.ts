import { lockStoreOver } from '../../adapters/aws/lock-store.ts';
import { dynamoDbUpdateCalls } from '../../adapters/memory/calls.ts';
import { calm, over } from '../../adapters/memory/network.ts';
import type { Console, Runs } from '../../cli/console.ts';
import { type InMemoryStage, inMemoryStage, type StageSetup } from '../../lab/in-memory/stage.ts';
import { TABLE } from '../../lab/world/names.ts';
import type { SteppedClock } from '../../models/stepped-clock.ts';
import { labTopology } from '../lab-topology.ts';
import { type Around, type Called, call } from './call.ts';
import { timed } from './timed.ts';

/** A whole pair in this process, and a terminal in front of it. */
export interface Terminal {
  readonly stage: InMemoryStage;
  readonly console: Console;
  readonly clock: SteppedClock;
  /** `throwover …` while lab time passes; what it printed and its exit code. */
  type(argv: readonly string[], around?: Around): Promise<Called>;
  /** Lets lab time pass until this has been done: a port takes time. */
  done<T>(work: Promise<T>): Promise<T>;
}

/** The pair at rest on blue, accepted two and a half minutes ago: what was owed is paid. */
export async function activated(setup: Partial<StageSetup> = {}): Promise<Terminal> {
  const started = terminal(setup);
  await started.type(['accept', '--active', 'blue']);
  await started.clock.run(150_000);
  return started;
}

/** A pair that nobody has accepted yet, with everything on blue. */
export function terminal(setup: Partial<StageSetup> = {}): Terminal {
  const stage = inMemoryStage({ topology: labTopology(), seed: 1, active: 'blue', ...setup });
  const { clock, inMemory } = stage;
  const console = consoleOf(stage);
  return {
    stage,
    console,
    clock,
    async type(argv, around = {}) {
      // loading a verb's file is no work that lab time could see
      const loaded = clock.hold();
      const called = call(argv, {
        clock: timed(clock),
        ...around,
        connect: async (topology, env) => {
          loaded();
          return around.connect?.(topology, env) ?? { ...console, topology };
        },
      }).finally(loaded);
      return done(called);
    },
    done,
  };

  async function done<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    await clock.runUntil(() => ended);
    return work;
  }

  function consoleOf({ inMemory: { ports, world, switchArn } }: InMemoryStage): Console {
    const { stepFunctions } = world;
    const network = calm(clock, () => 20);
    return {
      topology: inMemory.ports.topology,
      clock: ports.clock,
      ids: ports.ids,
      zones: ports.zones,
      dns: ports.dns,
      clusters: ports.clusters,
      published: ports.published,
      metrics: ports.metrics,
      controlPlanes: ports.controlPlanes,
      own: async (machine = switchArn) => ({ machine, ports, clock: timed(stage.clock), functions: ports.inside }),
      deployed: async () => ({
        machine: switchArn,
        ledger: ports.ledger,
        locks: lockStoreOver(ports.ledger, dynamoDbUpdateCalls(world.dynamoDb, network), TABLE),
        notes: ports.notes,
        runs: runsOf(switchArn),
        drills: runsOf(world.machines.drill),
        answers: runsOf(world.machines.answer),
      }),
      close: () => {},
    };

    function runsOf(stateMachineArn: string): Runs {
      return {
        start: (name, input) =>
          over(network, 'start', () => {
            const asked = { stateMachineArn, name, input: JSON.stringify(input) };
            return stepFunctions.startExecution(asked).executionArn;
          }),
        describe: (arn) => over(network, 'describe', () => described(arn)),
        history: (arn) => over(network, 'history', () => stepFunctions.executionOf(arn).history as Awaited<History>),
      };
    }

    function described(executionArn: string) {
      try {
        return stepFunctions.describeExecution({ executionArn });
      } catch (cause) {
        if (cause instanceof Error && cause.name === 'ExecutionDoesNotExist') return undefined;
        throw cause;
      }
    }
  }
}

type History = ReturnType<Awaited<ReturnType<Console['deployed']>>['runs']['history']>;
