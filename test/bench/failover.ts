/**
 * One failover of a generated pair, in memory on the stepped clock, with everything a bench counts: which function asked
 * what and when, what Route 53 took and refused, and how long the world itself needed (pods, INSYNC), apart from us.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RunRecord } from '../../core/record.ts';
import { type NamedPair, pairOf } from '../../core/topology/pair.ts';
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
/** Until everything that is owed after the first `accept` is paid. */
const AT_REST_MILLISECONDS = 420_000;
/** As the lab's clusters have them. */
const PODS_OF_A_SERVICE = 3;

/** Two nodes that take every pod there is: how many fit is not what these benches ask. */
const ROOMY: Partial<LifeSettings> = { nodeMillicores: 10_000_000, podsPerNode: 100_000, nodeMebibytes: 10_000_000 };

export interface Given extends Generated {
  seed?: number;
  mode?: 'failover' | 'switchover';
  rules?: RulesGiven;
  life?: Partial<LifeSettings>;
  /** False: nobody else writes the zone. Else each cluster's ExternalDNS lives beside us. */
  externalDns?: boolean;
  /** Something else that happens in this world, from its beginning; `name` tells it from other worlds. */
  meanwhile?: { name: string; begin: (inMemory: InMemory, clock: SteppedClock) => void };
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
}

export interface Played {
  record: RunRecord;
  pair: NamedPair;
  /** Every state entered and every retry, as AWS counts them. */
  transitions: number;
  recordSets: number;
  largestPayloadBytes: number;
  /** From the fault to the end of the run. */
  calls: readonly Call[];
  invocations: readonly Invocation[];
  /** What Route 53 applied of ours. */
  batches: readonly SentBatch[];
  /** Change tokens that others took meanwhile. */
  othersTokens: number;
  /** Change calls of ours that Route 53 refused, by the error's name; `Throttling` among them. */
  refused: Readonly<Record<string, number>>;
  seconds: Seconds;
}

export interface SentBatch {
  at: number;
  /** Elements, and tokens: DELETE and CREATE cost one each. */
  tokens: number;
  /** Of values. */
  characters: number;
}

/** Virtual seconds. */
export interface Seconds {
  /** From the claim to the last batch. */
  moved: number;
  /** From the open verdict to Commit, less what only the world can hasten. */
  ours: number;
  /** From the target's first pod to the ready fraction that is wanted. */
  pods: number;
  /** From the last batch to the last name server that shows it. */
  insync: number;
  /** From the claim to the first call of Steer, less what Own took beyond the pods. */
  untilSteer: number;
}

const within = new AsyncLocalStorage<FunctionKey>();

const known = new Map<string, Promise<Played>>();

/** The same play again is what was found the first time: a seed says everything. */
export function played(given: Given): Promise<Played> {
  const key = JSON.stringify({ ...given, meanwhile: given.meanwhile?.name });
  const found = known.get(key) ?? play(given);
  known.set(key, found);
  return found;
}

/** Plays a run from a pair that is well and accepted to the run's end. Throws when the run does not end `Switched`. */
async function play(given: Given): Promise<Played> {
  const topology = generatedTopology(given);
  const clock = new SteppedClock(BEGINS);
  const calls: Call[] = [];
  const invocations: Invocation[] = [];
  const batches: SentBatch[] = [];
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
    if (batch.caller === OUR_NAME) batches.push(sizeOf(batch));
  };
  if (given.externalDns === false) for (const instance of Object.values(world.externalDns)) instance.stop();
  given.meanwhile?.begin(inMemory, clock);
  await begin(inMemory, clock);

  for (const all of [calls, invocations, batches]) all.length = 0;
  const tokens = () => world.route53.counters.total.changeTokens - world.route53.counters.of(OUR_NAME).changeTokens;
  const othersBefore = tokens();
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
    record,
    pair: world.pair,
    transitions: execution.transitions,
    recordSets: world.pair.zones.reduce((sum, { id }) => sum + world.route53.recordSets(id).length, 0),
    largestPayloadBytes: largestPayloadOf(execution.history),
    othersTokens: tokens() - othersBefore,
    calls,
    invocations,
    batches,
    refused: Object.fromEntries([...refused, ['Throttling', throttled] as const].filter(([, count]) => count > 0)),
    seconds: secondsOf(execution.history, invocations, batches, needed),
  };
}

type Running = ReturnType<InMemory['world']['stepFunctions']['executionOf']>;

async function begin(inMemory: InMemory, clock: SteppedClock): Promise<void> {
  await ended(inMemory, clock, started(inMemory, { mode: 'accept', active: 'blue', reason: 'first' }));
  await clock.run(AT_REST_MILLISECONDS);
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

function sizeOf({ at, changes }: AppliedBatch): SentBatch {
  const values = changes.flatMap(({ ResourceRecordSet: set }) => (set.ResourceRecords ?? []).map(({ Value }) => Value));
  return { at, tokens: changes.length, characters: values.reduce((sum, value) => sum + value.length, 0) };
}

function secondsOf(
  history: readonly HistoryEvent[],
  invocations: readonly Invocation[],
  batches: readonly SentBatch[],
  needed: Needed,
): Seconds {
  const [claim, commit] = [enteredAt(history, 'Claim'), enteredAt(history, 'Commit')];
  const of = (...keys: FunctionKey[]) => invocations.filter(({ key }) => keys.includes(key));
  const first = (those: readonly Invocation[]) => Math.min(...those.map(({ began }) => began));
  const last = (those: readonly Invocation[]) => Math.max(...those.map((one) => one.ended));
  const [steer, prepare, own] = [of('steer'), of('prepare'), of('own')];
  const pods = needed.pods(claim, last(prepare));
  const insync = needed.insync(last(steer), commit);
  return {
    moved: ((batches.at(-1)?.at ?? claim) - claim) / 1000,
    ours: (commit - claim) / 1000 - pods - insync,
    pods,
    insync,
    untilSteer: (first(steer) - claim - Math.max(0, last(own) - last(prepare))) / 1000,
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
      invocations.push({ key, began, ended: clock.now() });
      return answer;
    });
}

/** Bytes of the largest input or output of a state, or of a task's parameters, as the history has them. */
function largestPayloadOf(history: readonly HistoryEvent[]): number {
  const details = history.flatMap((event) => Object.values(event).filter((value) => typeof value === 'object'));
  const payloads = details.flatMap(({ input, output, parameters }) => [input, output, parameters]);
  return Math.max(...payloads.filter((one) => typeof one === 'string').map((one) => Buffer.byteLength(one)));
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
