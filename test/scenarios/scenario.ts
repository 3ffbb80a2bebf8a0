/**
 * One pair in memory, played: its alarms, its watch each minute and its customers live as they would, and every invariant
 * is looked at after every change. A scenario says what happens to it and then reads what anybody could read.
 */
import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import type { Network } from '../../adapters/memory/network.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import type { LedgerEvent } from '../../core/ledger/store.ts';
import type { Note } from '../../core/ports.ts';
import type { RunRecord } from '../../core/record.ts';
import { parseTopology } from '../../core/topology/index.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import type { World } from '../../functions/world.ts';
import { type InMemoryStage, inMemoryStage } from '../../lab/in-memory/stage.ts';
import { type PairWorld, TABLE } from '../../lab/world.ts';
import type { Allows } from '../../models/iam/guarded.ts';
import type { Cluster } from '../../models/kubernetes/cluster.ts';
import type { LifeSettings } from '../../models/kubernetes/life-settings.ts';
import type { ResourceRecordSet, RulesGiven } from '../../models/route53/route53.ts';
import type { SteppedClock } from '../../models/stepped-clock.ts';
import type { HistoryEvent } from '../../workflow/history.ts';
import { BY_HAND, Watching } from '../invariants/watching.ts';
import type { FenceSeen, Weights, ZoneChange } from '../invariants/zone-change.ts';

export const EXAMPLE = 'Z0EXAMPLE';
export const PIVOT = 'Z0PIVOT';
export const ZONES = [EXAMPLE, PIVOT];
/** As `by=` in the fences of the lab's ledger. */
export const BY = '1ab01ab0';

/** throwover.yaml as plain data, to be changed before it is parsed. */
// biome-ignore lint/suspicious/noExplicitAny: a scenario writes whatever a user could write
type TopologyFile = any;

export interface Given {
  seed?: number;
  active?: string;
  /** False: as it is before the first `accept`. */
  activated?: boolean;
  /** Customers ask all the time; without them a scenario is cheaper. */
  customers?: boolean;
  topology?: (file: TopologyFile) => void;
  rules?: RulesGiven;
  life?: Partial<LifeSettings>;
  /** What each function's role is allowed; without it nobody asks IAM. */
  allows?: (role: string) => Allows;
}

/** One call of a function: which, and the how many-th of all. */
export interface Invocation {
  key: FunctionKey;
  number: number;
  input: Readonly<Record<string, unknown>>;
}

/** What a scenario does to functions and their calls. A throw before is a call that never came, a throw after a lost answer. */
export interface Meddling {
  before?(invocation: Invocation): void | Promise<void>;
  after?(invocation: Invocation): void | Promise<void>;
  /** The world as this one invocation has it. */
  world?(invocation: Invocation, world: World): World;
  out?(call: string): void | Promise<void>;
  back?(call: string): void | Promise<void>;
}

export interface Ended {
  arn: string;
  status: string;
  outcome: string;
  record: RunRecord;
  /** Names of the states, in the order in which they were entered. */
  states: readonly string[];
  /** As AWS counts and bills them. */
  transitions: number;
  seconds: number;
}

export type Input = Readonly<Record<string, unknown>> | string | readonly unknown[];

/** What a person gives the machine to end a planned run. */
export function abort(how: 'stay' | 'back', reason: string): Input {
  // biome-ignore lint/suspicious/noThenProperty: the name is the interface's, and it holds a word, not a function
  return { mode: 'abort', then: how, reason };
}

/** Ends the execution as if the service itself had failed: no Catch holds it. */
export class Crash extends Error {
  override readonly name = 'States.Runtime';
}

export class Scenario {
  readonly stage: InMemoryStage;
  readonly invocations: Invocation[] = [];
  meddling: Meddling = {};
  readonly #watching: Watching;
  readonly #told = new Set<string>();
  readonly #hasty: string[] = [];
  #runs = 0;

  constructor(setup: Given) {
    const topology = topologyFrom(setup.topology);
    this.stage = inMemoryStage({
      topology,
      seed: setup.seed ?? 1,
      active: setup.active ?? 'blue',
      network: (inner) => this.#network(inner),
      steps: Object.fromEntries((Object.keys(steps) as FunctionKey[]).map((key) => [key, this.#watched(key)])),
      ...(setup.allows === undefined ? {} : { allows: setup.allows }),
      ...(setup.rules === undefined ? {} : { rules: setup.rules }),
      ...(setup.life === undefined ? {} : { life: setup.life }),
    });
    this.#watching = new Watching(this.world, TABLE);
    if (setup.customers !== true) void this.stage.close();
  }

  get world(): PairWorld {
    return this.stage.inMemory.world;
  }

  get clock(): SteppedClock {
    return this.stage.clock;
  }

  /** Breaches of invariants so far; a scenario ends with none. */
  get breaches(): readonly string[] {
    return [...this.#watching.breaches, ...this.#hasty];
  }

  get changes(): readonly ZoneChange[] {
    return this.#watching.changes;
  }

  /** What is wrong with the pair, if nothing is under way now. */
  atRest(): string[] {
    return this.#watching.atRest();
  }

  cluster(name: string): Cluster {
    const cluster = this.world.clusters[name];
    if (cluster === undefined) throw new RangeError(`no cluster ${name}`);
    return cluster;
  }

  /** Starts an execution; it runs while time passes. */
  start(input: Input, name = `run-${++this.#runs}`): string {
    return this.world.stepFunctions.startExecution({
      stateMachineArn: this.stage.inMemory.switchArn,
      name,
      input: JSON.stringify(input),
    }).executionArn;
  }

  /** Starts a drill, as the schedule or a person does. */
  rehearse(input: Input = {}): string {
    const asked = { stateMachineArn: this.world.machines.drill, input: JSON.stringify(input) };
    return this.world.stepFunctions.startExecution(asked).executionArn;
  }

  /** A person's word for a run that asked; lets time pass until it is taken. */
  answer(input: Input): Promise<Ended> {
    const said = { stateMachineArn: this.world.machines.answer, input: JSON.stringify(input) };
    return this.end(this.world.stepFunctions.startExecution(said).executionArn);
  }

  /** Lets time pass until the execution has ended. */
  async end(arn: string): Promise<Ended> {
    await this.until(() => this.status(arn) !== 'RUNNING');
    return this.seen(arn);
  }

  run(input: Input, name?: string): Promise<Ended> {
    return this.end(this.start(input, name));
  }

  status(arn: string): string {
    return this.world.stepFunctions.executionOf(arn).status;
  }

  seen(arn: string): Ended {
    const execution = this.world.stepFunctions.executionOf(arn);
    const record = (execution.output ?? parsed(execution.cause)) as RunRecord;
    return {
      arn,
      status: execution.status,
      outcome: record?.outcome ?? '',
      record,
      states: statesOf(execution.history),
      transitions: execution.transitions,
      seconds: ((execution.stoppedAt ?? this.clock.now()) - execution.startedAt) / 1000,
    };
  }

  /** Every execution so far, oldest first. */
  executions(): { arn: string; name: string; status: string }[] {
    const { stepFunctions } = this.world;
    const { executions } = stepFunctions.listExecutions({ stateMachineArn: this.stage.inMemory.switchArn });
    return executions.map(({ executionArn, name, status }) => ({ arn: executionArn, name, status })).reverse();
  }

  /** The next execution of that kind which the alarm or the watch starts, or has started since the last time. */
  async started(kind: 'failover' | 'repair'): Promise<string> {
    const found = () => this.executions().find(({ name, arn }) => name.endsWith(`-${kind}`) && !this.#told.has(arn));
    await this.until(() => found() !== undefined);
    const { arn = '' } = found() ?? {};
    this.#told.add(arn);
    return arn;
  }

  async until(enough: () => boolean, secondsMax = 7_200): Promise<void> {
    const latest = this.clock.now() + secondsMax * 1000;
    await this.clock.runUntil(() => enough() || this.clock.now() > latest);
    if (!enough()) throw new Error(`it did not happen in ${secondsMax} s: ${enough}`);
  }

  untilState(arn: string, state: string): Promise<void> {
    return this.until(() => this.world.stepFunctions.executionOf(arn).currentStates.includes(state));
  }

  async pass(seconds: number): Promise<void> {
    await this.clock.run(seconds * 1000);
  }

  /** A call of one of our functions, outside any execution. */
  async call(key: FunctionKey, input: unknown = {}): Promise<unknown> {
    let done: { value: unknown } | { error: unknown } | undefined;
    this.stage.inMemory.call(key, input).then(
      (value) => {
        done = { value };
      },
      (error: unknown) => {
        done = { error };
      },
    );
    await this.until(() => done !== undefined);
    if (done !== undefined && 'error' in done) throw done.error;
    return done?.value;
  }

  async ledger(): Promise<Ledger> {
    const ledger = await this.stage.inMemory.readLedger('shop');
    if (ledger === undefined) throw new Error('there is no ledger yet');
    return ledger;
  }

  /** What is kept beside the ledger under keys that begin so. */
  async notes(prefix: string): Promise<Note[]> {
    let found: Note[] | undefined;
    void this.stage.inMemory.ports.notes.list('shop', prefix).then((notes) => {
      found = notes;
    });
    await this.until(() => found !== undefined);
    return found ?? [];
  }

  /** An alarm that some team of the company has, in this state. */
  alarm(AlarmName: string, StateValue: 'OK' | 'ALARM'): void {
    const { cloudWatch } = this.world;
    if (cloudWatch.describeAlarms({ AlarmNames: [AlarmName] }).MetricAlarms.length === 0)
      cloudWatch.putMetricAlarm({
        ...{ AlarmName, Namespace: 'Shop', MetricName: AlarmName, Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 },
        ...{ Threshold: 1, ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'ignore' },
      });
    cloudWatch.setAlarmState({ AlarmName, StateValue, StateReason: 'said by the scenario' });
  }

  /** What is told to the company from now on; the list grows. */
  overheard(): { type: string; detail: Record<string, unknown> }[] {
    const told: { type: string; detail: Record<string, unknown> }[] = [];
    const { eventBridge } = this.world;
    const { putEvents } = eventBridge;
    eventBridge.putEvents = (input) => {
      for (const { DetailType = '', Detail = '{}' } of input.Entries ?? [])
        told.push({ type: DetailType, detail: JSON.parse(Detail) });
      return putEvents.call(eventBridge, input);
    };
    return told;
  }

  events(epoch: number): Promise<LedgerEvent[]> {
    return this.stage.inMemory.ledgerEvents('shop', epoch);
  }

  fence(zone = EXAMPLE): FenceSeen | undefined {
    return this.#watching.fence(zone);
  }

  /** `shop.example.test. A` and its weights. */
  weights(zone: string): Map<string, Weights> {
    return this.#watching.steered(zone);
  }

  /** The one cluster that has everything in every zone, else `mixed`. */
  standing(...zones: string[]): string {
    const all = (zones.length > 0 ? zones : this.world.pair.zones.map(({ id }) => id)).flatMap((zone) => [
      ...this.weights(zone).values(),
    ]);
    const [only, ...others] = new Set(all.flatMap((weights) => Object.keys(weights).filter((side) => weights[side])));
    return others.length === 0 ? (only ?? 'none') : 'mixed';
  }

  records(zone: string): readonly ResourceRecordSet[] {
    return this.world.route53.recordSets(zone);
  }

  /** The fence's record as it stands, for those who tamper with it. */
  fenceRecord(zone: string): ResourceRecordSet {
    const found = this.records(zone).find(({ Name }) => Name.startsWith('shop._throwover.'));
    if (found === undefined) throw new Error(`no fence in ${zone}`);
    return found;
  }

  /** Somebody changes a zone by hand. */
  edit(zone: string, changes: readonly { Action: 'DELETE' | 'CREATE' | 'UPSERT'; set: ResourceRecordSet }[]): void {
    const Changes = changes.map(({ Action, set }) => ({ Action, ResourceRecordSet: set }));
    this.world.route53.changeResourceRecordSets({ HostedZoneId: zone, ChangeBatch: { Changes } }, BY_HAND);
  }

  /** Somebody gives a name other weights by hand, in both types. */
  editWeights(zone: string, name: string, weights: Weights): void {
    const sets = this.records(zone).filter(
      ({ Name, Type, SetIdentifier }) => Name === name && Type !== 'TXT' && SetIdentifier !== undefined,
    );
    this.edit(
      zone,
      sets.map((set) => ({
        Action: 'UPSERT',
        set: { ...set, Weight: weights[set.SetIdentifier ?? ''] ?? set.Weight },
      })),
    );
  }

  parameter(name: 'active-cluster' | 'state'): string | undefined {
    try {
      return this.world.ssm.getParameter({ Name: `/throwover/shop/${name}` }).Parameter?.Value;
    } catch {
      return undefined;
    }
  }

  #network(inner: Network): Network {
    return {
      out: async (call) => {
        await inner.out(call);
        await this.meddling.out?.(call);
      },
      back: async (call) => {
        await inner.back(call);
        await this.meddling.back?.(call);
      },
    };
  }

  #watched(key: FunctionKey): Step {
    return async (input, world) => {
      const invocation = { key, number: this.invocations.length + 1, input: input as Invocation['input'] };
      this.invocations.push(invocation);
      const { meddling } = this;
      await meddling.before?.(invocation);
      const began = this.clock.now();
      const answer = await steps[key](input, meddling.world?.(invocation, world) ?? world);
      this.#mustHaveWorked(key, began, answer);
      await meddling.after?.(invocation);
      return answer;
    };
  }

  /** Who asks to be called again has used its time: nothing else keeps the machine from calling it a thousand times (test/statemachines/cycles.ts). */
  #mustHaveWorked(key: FunctionKey, began: number, answer: unknown): void {
    const { more, kind } = (answer ?? {}) as { more?: unknown; kind?: unknown };
    const seconds = (this.clock.now() - began) / 1000;
    if ((more === true || kind === 'More') && seconds < this.world.pair.timing.taskSecondsMax / 2)
      this.#hasty.push(`${key} asked to be called again after ${seconds} s`);
  }
}

/** A pair that was accepted and is well, with `active` active. */
export async function given(setup: Given = {}): Promise<Scenario> {
  const scenario = new Scenario(setup);
  // an invariant that did not hold for one instant fails the scenario, however well it ended
  onTestFinished(() => {
    if (scenario.breaches.length > 0) throw new Error(scenario.breaches.join('\n'));
  });
  if (setup.activated === false) return scenario;
  const accepted = await scenario.run({ mode: 'accept', active: setup.active ?? 'blue', reason: 'first' }, 'first');
  if (accepted.outcome !== 'Recorded') throw new Error(accepted.record.because.join('; '));
  await scenario.pass(90);
  return scenario;
}

/** who looks out sees nothing, and so starts no failover; runs look through their own eyes. */
export function blindWatch({ key }: { key: string }, world: World): World {
  const look = async () => {
    throw new Error('the watch is blind');
  };
  return key === 'look-out' ? { ...world, observers: { look } } : world;
}

/** `given`, with its active cluster dead and the alarm's failover under way. */
export async function givenFailover(setup: Given = {}): Promise<{ scenario: Scenario; arn: string }> {
  const scenario = await given(setup);
  scenario.cluster(setup.active ?? 'blue').inflict('kill');
  return { scenario, arn: await scenario.started('failover') };
}

const file = readFileSync(new URL('../../throwover.yaml', import.meta.url), 'utf8');

function topologyFrom(change: Given['topology']) {
  const raw: TopologyFile = parse(file);
  change?.(raw);
  const { topology, problems } = parseTopology(raw);
  if (topology === undefined) throw new Error(JSON.stringify(problems));
  return topology;
}

function statesOf(history: readonly HistoryEvent[]): string[] {
  return history.flatMap(({ stateEnteredEventDetails: entered }) =>
    entered === undefined ? [] : [String(entered.name)],
  );
}

function parsed(cause: string | undefined): unknown {
  try {
    return JSON.parse(cause ?? 'null');
  } catch {
    return { outcome: '', because: [cause] };
  }
}
