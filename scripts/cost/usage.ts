/**
 * What a pair uses, played: the real functions and machines on the stepped world, so that a call more a minute shows on the
 * bill by itself. Time a function waits for the network is the model's; its own work is `CPU_MILLISECONDS` on top.
 */
import type { Topology } from '../../core/topology/index.ts';
import { functions } from '../../functions/list.ts';
import { measuresOf } from '../../functions/measures.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import { type InMemoryStage, inMemoryStage } from '../../lab/in-memory/stage.ts';

export interface Usage {
  /** Length of what was played, in milliseconds. */
  milliseconds: number;
  /** Billed milliseconds of each function. */
  billed: Record<string, number>;
  invocations: number;
  /** Calls by name, as in `dynamodb:PutItem`. */
  calls: Record<string, number>;
  transitions: number;
  /** Custom metrics that were written, as in `DeadVotes shop blue`. */
  metrics: Set<string>;
}

/** A warm invocation's own work with 512 MB; an assumption, not measured on AWS. */
const CPU_MILLISECONDS = 50;
const MINUTE = 60_000;

export class Meter {
  readonly stage: InMemoryStage;
  #usage = empty();
  #since = 0;

  constructor(topology: Topology) {
    this.stage = inMemoryStage({
      topology,
      seed: 1,
      active: 'blue',
      network: (inner) => ({
        out: (call) => {
          this.#usage.calls[call] = (this.#usage.calls[call] ?? 0) + 1;
          return inner.out(call);
        },
        back: (call) => inner.back(call),
      }),
      steps: Object.fromEntries(functions.map(({ key }) => [key, this.#metered(key)])),
    });
    void this.stage.close();
  }

  /** What is used from here on. */
  begin(): void {
    this.#usage = empty();
    this.#since = this.stage.clock.now();
    this.#usage.transitions = -this.#transitions();
  }

  end(): Usage {
    const milliseconds = this.stage.clock.now() - this.#since;
    return { ...this.#usage, milliseconds, transitions: this.#usage.transitions + this.#transitions() };
  }

  async pass(minutes: number): Promise<void> {
    await this.stage.clock.run(minutes * MINUTE);
  }

  #transitions(): number {
    const { stepFunctions, machines } = this.stage.inMemory.world;
    return Object.values(machines)
      .flatMap((stateMachineArn) => stepFunctions.listExecutions({ stateMachineArn }).executions)
      .reduce((sum, { executionArn }) => sum + stepFunctions.executionOf(executionArn).transitions, 0);
  }

  #metered(key: FunctionKey): Step {
    return async (input, world) => {
      const began = this.stage.clock.now();
      this.#usage.invocations++;
      try {
        const answer = await steps[key](input, world);
        for (const { name, pair, cluster } of measuresOf(key, answer))
          this.#usage.metrics.add([name, pair, cluster].filter((part) => part !== undefined).join(' '));
        return answer;
      } finally {
        const milliseconds = this.stage.clock.now() - began + CPU_MILLISECONDS;
        this.#usage.billed[key] = (this.#usage.billed[key] ?? 0) + milliseconds;
      }
    };
  }
}

function empty(): Usage {
  return { milliseconds: 0, billed: {}, invocations: 0, calls: {}, transitions: 0, metrics: new Set() };
}

/** An hour in which nothing happens, after the pair was activated. */
export async function hourAtRest(topology: Topology): Promise<Usage> {
  const meter = await activated(topology);
  meter.begin();
  await meter.pass(60);
  return meter.end();
}

/** From the death of the active cluster until nothing is owed any more. */
export async function failover(topology: Topology): Promise<Usage> {
  const meter = await activated(topology);
  meter.begin();
  await meter.stage.inflict('kill', 'blue');
  await meter.pass(30);
  return meter.end();
}

/** Ring 0 goes and comes back. */
export async function drill(topology: Topology): Promise<Usage> {
  const meter = await activated(topology);
  meter.begin();
  await meter.stage.rehearse({ kind: 'ring', reason: 'the bill' });
  await meter.pass(60);
  return meter.end();
}

async function activated(topology: Topology): Promise<Meter> {
  const meter = new Meter(topology);
  await meter.stage.start({ mode: 'accept', active: 'blue', reason: 'the bill' });
  await meter.pass(20);
  return meter;
}
