/**
 * One failover of a generated pair, in memory on the stepped clock, with everything a bench counts: which function asked
 * what and when, what Route 53 took and refused, and how long the world itself needed (pods, INSYNC), apart from us.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RunRecord } from '../../core/record.ts';
import { pairOf } from '../../core/topology/pair.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import { type InMemory, runInMemory } from '../../lab/in-memory/run.ts';
import type { LifeSettings } from '../../models/kubernetes/life-settings.ts';
import type { AppliedBatch, RulesGiven } from '../../models/route53/route53.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import type { HistoryEvent } from '../../workflow/history.ts';
import { type Generated, generatedTopology } from './generated-topology.ts';

/** Of our calls in the model's counters. */
export const OUR_NAME = 'throwover';
const BEGINS = Date.parse('2026-01-01T03:00:00Z');
const ADDRESSES = { blue: { v4: '127.0.0.11', v6: '2001:db8::11' }, green: { v4: '127.0.0.12', v6: '2001:db8::12' } };
const NAME_SERVERS = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
const LOOK_MILLISECONDS = 250;
const LONGEST_MILLISECONDS = 7_200_000;
/** As the lab's clusters have them. */
const PODS_OF_A_SERVICE = 3;

/** Two nodes that take every pod there is: how many fit is not what these benches ask. */
const ROOMY: Partial<LifeSettings> = { nodeMillicores: 10_000_000, podsPerNode: 100_000 };

export interface Given extends Generated {
  seed?: number;
  mode?: 'failover' | 'switchover';
  rules?: RulesGiven;
  life?: Partial<LifeSettings>;
  /** Something else that happens in this world, from its beginning. */
  meanwhile?: (inMemory: InMemory, clock: SteppedClock) => void;
}

/** One call of ours over the network. */
export interface Call {
  /** The function that made it; undefined outside any. */
  by: FunctionKey | undefined;
  call: string;
  at: number;
}

/** One call of a function. */
export interface Invocation {
  key: FunctionKey;
  began: number;
  ended: number;
  inputBytes: number;
  outputBytes: number;
}

export interface Played {
  inMemory: InMemory;
  record: RunRecord;
  /** Names of the states, in the order in which they were entered. */
  states: readonly string[];
  transitions: number;
  history: readonly HistoryEvent[];
  /** From the fault to the end of the run. */
  calls: readonly Call[];
  invocations: readonly Invocation[];
  /** What Route 53 applied of ours. */
  batches: readonly AppliedBatch[];
  /** Change calls of ours that Route 53 refused, by the error's name; `Throttling` among them. */
  refused: Readonly<Record<string, number>>;
  seconds: Seconds;
}

/** Virtual seconds. */
export interface Seconds {
  /** From the open verdict to Commit, less what only the world can hasten. */
  ours: number;
  /** From the target's first pod to the ready fraction that is wanted. */
  pods: number;
  /** From the last batch to the last name server that shows it. */
  insync: number;
  /** What Steer took. */
  steer: number;
  /** What Fence and Own took together. */
  fence: number;
}

const within = new AsyncLocalStorage<FunctionKey>();

/** Plays a run from a pair that is well and accepted to the run's end. Throws when the run does not end `Switched`. */
export async function play(given: Given): Promise<Played> {
  const topology = generatedTopology(given);
  const clock = new SteppedClock(BEGINS);
  const calls: Call[] = [];
  const invocations: Invocation[] = [];
  const batches: AppliedBatch[] = [];
  const inMemory = runInMemory({
    clock,
    topology,
    pair: pairOf(topology),
    seed: given.seed ?? 1,
    active: 'blue',
    addresses: ADDRESSES,
    nameServers: NAME_SERVERS,
    rules: { recordSetsPerZoneMax: 100_000, ...given.rules },
    life: { ...ROOMY, ...given.life },
    steps: Object.fromEntries(
      (Object.keys(steps) as FunctionKey[]).map((key) => [key, noted(key, clock, invocations)]),
    ),
    network: (inner) => ({
      out: (call) => {
        calls.push({ by: within.getStore(), call, at: clock.now() });
        return inner.out(call);
      },
      back: inner.back,
    }),
  });
  const { world } = inMemory;
  world.route53.onChange = (batch) => {
    if (batch.caller === OUR_NAME) batches.push(batch);
  };
  given.meanwhile?.(inMemory, clock);
  await begin(inMemory, clock);

  for (const all of [calls, invocations, batches]) all.length = 0;
  const refusedBefore = { ...world.route53.counters.of(OUR_NAME).refusedBatches };
  const needed = new Needed(inMemory, clock);
  const execution = await (given.mode === 'switchover' ? switchover : failover)(inMemory, clock);
  needed.over();
  const record = (execution.output ?? execution.cause) as RunRecord;
  if (record?.outcome !== 'Switched')
    throw new Error(
      `the run ended ${record?.outcome ?? execution.status}: ${JSON.stringify(record?.because ?? record)}`,
    );

  const { refusedBatches } = world.route53.counters.of(OUR_NAME);
  const refused = Object.entries(refusedBatches).map(
    ([name, count]) => [name, count - (refusedBefore[name] ?? 0)] as const,
  );
  const sent = calls.filter(({ call }) => call === 'route53:ChangeResourceRecordSets').length;
  const throttled = sent - batches.length - refused.reduce((sum, [, count]) => sum + count, 0);
  return {
    inMemory,
    record,
    states: execution.history.flatMap((event) => enteredBy(event) ?? []),
    transitions: execution.transitions,
    history: execution.history,
    calls,
    invocations,
    batches,
    refused: Object.fromEntries([...refused, ['Throttling', throttled] as const].filter(([, count]) => count > 0)),
    seconds: secondsOf(execution.history, invocations, needed),
  };
}

type Running = ReturnType<InMemory['world']['stepFunctions']['executionOf']>;

async function begin(inMemory: InMemory, clock: SteppedClock): Promise<void> {
  await ended(inMemory, clock, started(inMemory, { mode: 'accept', active: 'blue', reason: 'first' }));
  await clock.run(90_000);
}

/** The active cluster dies; the alarm starts the run. */
async function failover(inMemory: InMemory, clock: SteppedClock): Promise<Running> {
  const { world, switchArn } = inMemory;
  world.clusters.blue?.inflict('kill');
  const found = () =>
    world.stepFunctions
      .listExecutions({ stateMachineArn: switchArn })
      .executions.find(({ name }) => name.endsWith('-failover'))?.executionArn;
  await clock.runUntil(() => found() !== undefined);
  return ended(inMemory, clock, found() ?? '');
}

async function switchover(inMemory: InMemory, clock: SteppedClock): Promise<Running> {
  return ended(inMemory, clock, started(inMemory, { mode: 'switchover', reason: 'bench' }));
}

function started({ world, switchArn }: InMemory, input: object): string {
  return world.stepFunctions.startExecution({ stateMachineArn: switchArn, input: JSON.stringify(input) }).executionArn;
}

async function ended({ world }: InMemory, clock: SteppedClock, arn: string): Promise<Running> {
  const execution = world.stepFunctions.executionOf(arn);
  const latest = clock.now() + LONGEST_MILLISECONDS;
  await clock.runUntil(() => execution.status !== 'RUNNING' || clock.now() > latest);
  return execution;
}

function secondsOf(history: readonly HistoryEvent[], invocations: readonly Invocation[], needed: Needed): Seconds {
  const [claim, commit] = [enteredAt(history, 'Claim'), enteredAt(history, 'Commit')];
  const of = (...keys: FunctionKey[]) => invocations.filter(({ key }) => keys.includes(key));
  const first = (those: readonly Invocation[]) => Math.min(...those.map(({ began }) => began));
  const last = (those: readonly Invocation[]) => Math.max(...those.map((one) => one.ended));
  const [steer, prepare, fence] = [of('steer'), of('prepare'), of('fence', 'own')];
  const pods = needed.pods(claim, last(prepare));
  const insync = needed.insync(last(steer), commit);
  return {
    ours: (commit - claim) / 1000 - pods - insync,
    pods,
    insync,
    steer: (last(steer) - first(steer)) / 1000,
    fence: (last(fence) - first(fence)) / 1000,
  };
}

function enteredBy({ stateEnteredEventDetails }: HistoryEvent): string | undefined {
  return (stateEnteredEventDetails as { name?: string } | undefined)?.name;
}

function enteredAt(history: readonly HistoryEvent[], state: string): number {
  const found = history.find((event) => enteredBy(event) === state);
  if (found === undefined) throw new Error(`the run never came to ${state}`);
  return found.timestamp;
}

function noted(key: FunctionKey, clock: SteppedClock, invocations: Invocation[]): Step {
  return (input, world) =>
    within.run(key, async () => {
      const began = clock.now();
      const answer = await steps[key](input, world);
      invocations.push({ key, began, ended: clock.now(), inputBytes: bytesOf(input), outputBytes: bytesOf(answer) });
      return answer;
    });
}

export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

/** When the world itself was what a run waited for: pods on their way, and changes on their way to the name servers. */
class Needed {
  readonly #looks: { at: number; pods: boolean; insync: boolean }[] = [];
  #over = false;

  constructor({ world }: InMemory, clock: SteppedClock) {
    const services = Object.keys(world.pair.services);
    const enough = world.pair.timing.readyFractionWanted * PODS_OF_A_SERVICE * services.length;
    const look = () => {
      if (this.#over) return;
      let [ready, wanted] = [0, 0];
      for (const service of services) {
        const workload = world.clusters.green?.deployment(service, service);
        ready += workload?.ready ?? 0;
        wanted += workload?.wanted ?? 0;
      }
      const insync = world.pair.zones.some(({ id }) => !world.route53.isInsync(id));
      this.#looks.push({ at: clock.now(), pods: wanted > 0 && ready < enough, insync });
      clock.after(LOOK_MILLISECONDS, look);
    };
    look();
  }

  over(): void {
    this.#over = true;
  }

  pods(from: number, to: number): number {
    return this.#seconds(from, to, ({ pods }) => pods);
  }

  insync(from: number, to: number): number {
    return this.#seconds(from, to, ({ insync }) => insync);
  }

  #seconds(from: number, to: number, waiting: (look: { pods: boolean; insync: boolean }) => boolean): number {
    const looks = this.#looks.filter((look) => look.at >= from && look.at <= to && waiting(look));
    return (looks.length * LOOK_MILLISECONDS) / 1000;
  }
}
