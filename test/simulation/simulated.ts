/**
 * One world that runs in this thread under one clock: the real core, functions and state machine over the models, with what
 * the case says happening to it.
 */

import { topologyDigest } from '../../core/topology/digest.ts';
import type { NamedPair } from '../../core/topology/pair.ts';
import type { Topology } from '../../core/topology/schema.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import type { World } from '../../functions/world.ts';
import { type InMemory, runInMemory } from '../../lab/in-memory/run.ts';
import { alarmName } from '../../lab/world/signals.ts';
import { type PairWorld, TABLE } from '../../lab/world.ts';
import type { Customers } from '../../models/customers/customers.ts';
import type { Passage } from '../../models/delivery.ts';
import type { ChangeResourceRecordSetsInput, ResourceRecordSet } from '../../models/route53/shapes.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { timed } from '../cli/timed.ts';
import { breaches } from '../invariants/invariant.ts';
import { signalsChooseNothing, stormsStartOneRun } from '../invariants/suggested-run.ts';
import { ByHand } from './by-hand.ts';
import type { Case } from './case.ts';
import { BATCH_MILLISECONDS, customersOf } from './customers.ts';
import { FaultPlan } from './faults.ts';
import { ALL_SERVICES, type Doing, type Service } from './happenings.ts';
import { breakGlass } from './laptops.ts';
import { Promises } from './promises.ts';
import { nameOf, recordOf } from './record.ts';
import { SecondPair } from './second-pair.ts';
import { lifeOf, rulesOf, topologyOf } from './setting.ts';
import { signalIn } from './signals.ts';
import { Trace } from './trace.ts';
import { Unreliable } from './unreliable.ts';

const BEGINS = Date.parse('2026-01-01T03:00:00Z');
const ADDRESSES = { blue: { v4: '127.0.0.11', v6: '2001:db8::11' }, green: { v4: '127.0.0.12', v6: '2001:db8::12' } };
const NAME_SERVERS = ['192.0.2.1', '192.0.2.2'];
const STORM_BEAT_MILLISECONDS = 150;
const PAGE_ITEMS = 7;
const LOCKED_MILLISECONDS = 400_000;
/** No run waits for so long. */
const STRANDED_MILLISECONDS = { min: 300_000, max: 420_000 };
/** Share of the users of a name. */
const POISONOUS = 0.4;

/** What is taken away from a world to see whether its promises notice. */
export interface Meddling {
  /** Functions that do something else than ours. */
  steps?: Partial<Record<FunctionKey, Step>>;
  /** The world as a function gets it; nothing of what lies between them is left out. */
  seenBy?: (key: FunctionKey, world: World, input: unknown) => World;
  /** Services of AWS that do something else: what they would refuse, for one. */
  services?: (world: PairWorld) => void;
}

export class Simulated {
  readonly clock = new SteppedClock(BEGINS);
  readonly trace = new Trace(() => this.clock.now());
  readonly plan: FaultPlan;
  readonly unreliable: Unreliable;
  readonly inMemory: InMemory;
  readonly promises: Promises;
  readonly customers: Customers;
  /** In worlds in which another pair in the same zones moves its users. */
  readonly second: SecondPair | undefined;
  /** Calls of ours over the network. */
  calls = 0;
  readonly #case: Case;
  readonly #byHand: ByHand;
  readonly #executions: string[] = [];
  #asked = 0;
  /** What functions know of the pair. */
  #deployed: { topology: Topology; pair: NamedPair; digest: string };
  /** People at their own terminals who have not ended yet. */
  #terminals = 0;
  #isCalm = false;

  constructor(of: Case, { steps: replaced = {}, seenBy = (_, world) => world, services }: Meddling = {}) {
    this.#case = of;
    const { setting, seed } = of;
    this.plan = new FaultPlan(of.faults);
    this.unreliable = new Unreliable({
      clock: this.clock,
      plan: this.plan,
      skewSeconds: setting.skewSeconds,
      executionTimes: (arn) => this.#times(arn),
      tell: (line) => this.trace.add(line),
    });
    const { topology, pair } = topologyOf(setting);
    this.#deployed = { topology, pair, digest: topologyDigest(topology) };
    this.inMemory = runInMemory({
      clock: this.clock,
      topology,
      pair,
      seed,
      active: setting.active,
      addresses: ADDRESSES,
      nameServers: NAME_SERVERS,
      rules: rulesOf(setting),
      life: lifeOf(setting),
      planDelayMs: setting.planDelayMs,
      network: (inner) => {
        const { out, back } = this.unreliable.network(inner);
        return {
          out: (call) => {
            this.calls++;
            return out(call);
          },
          back,
        };
      },
      steps: Object.fromEntries(
        (Object.keys(steps) as FunctionKey[]).map((key) => {
          const inner = replaced[key] ?? steps[key];
          return [
            key,
            this.unreliable.step(key, (input, world) => {
              const { topology: known, digest } = this.#deployed;
              return inner(input, seenBy(key, { ...world, topology: known, digest }, input));
            }),
          ];
        }),
      ),
    });
    if (setting.smallPages === true) this.#tearPages();
    services?.(this.world);
    this.#listen();
    this.promises = new Promises(this.world, TABLE, this.trace, {
      readAt: () => this.unreliable.readAt,
      quietSince: () => this.unreliable.quietSince,
      deployed: () => this.#deployed.pair,
    });
    this.#byHand = new ByHand(this.world, (line) => this.trace.add(line));
    this.customers = customersOf(this.world, this.clock, seed);
    this.customers.start();
    const hasSecond = of.happenings.some(([, { what }]) => what === 'neighbour switches');
    const beside = { clock: this.clock, seed, first: this.world, tell: (line: string) => this.trace.add(line) };
    this.second = hasSecond ? new SecondPair(beside) : undefined;
  }

  get world(): PairWorld {
    return this.inMemory.world;
  }

  /** ARNs, oldest first. */
  get executions(): readonly string[] {
    return this.#executions;
  }

  /** Some functions have a clock that is wrong. */
  get hasSkew(): boolean {
    return Object.keys(this.skewSeconds).length > 0;
  }

  /** In every third world the first thing that a person does, once nothing goes wrong any more, is to repair. */
  get repairsFirst(): boolean {
    return this.#case.seed % 3 === 0;
  }

  /** Who may lose, double or delay what they hand over. */
  get waysOfSignals(): readonly { passage: Passage }[] {
    const { eventBridge, sns, cloudWatch } = this.world;
    return [eventBridge, sns, cloudWatch.actions];
  }

  /** By how much whose clock is wrong. */
  get skewSeconds(): Case['setting']['skewSeconds'] {
    return this.#case.setting.skewSeconds;
  }

  /** How long a pod may take until it is ready. */
  get podSeconds(): number {
    return this.#case.setting.podSeconds;
  }

  get isRunning(): boolean {
    return (
      this.#terminals > 0 ||
      this.#executions.some((arn) => this.world.stepFunctions.executionOf(arn).status === 'RUNNING')
    );
  }

  /** As a person starts a run in the console, or answers one there. */
  ask(input: Readonly<Record<string, unknown>>): string {
    const answers = input.mode === 'approve' || input.mode === 'reject';
    return this.world.stepFunctions.startExecution({
      stateMachineArn: answers ? this.world.machines.answer : this.inMemory.switchArn,
      name: `person-${++this.#asked}`,
      input: JSON.stringify(input),
    }).executionArn;
  }

  /** Lets the world go on until the execution has ended, or so long. */
  async ended(arn: string, secondsMax: number): Promise<void> {
    const latest = this.clock.now() + secondsMax * 1000;
    const execution = this.world.stepFunctions.executionOf(arn);
    await this.clock.runUntil(() => execution.status !== 'RUNNING' || this.clock.now() > latest);
  }

  /** Everything of the case happens in its time. */
  schedule(): void {
    for (const [seconds, doing] of this.#case.happenings)
      this.clock.after(BEGINS + seconds * 1000 - this.clock.now(), () => this.do(doing));
  }

  do(doing: Doing): void {
    this.trace.add(`happens: ${JSON.stringify(doing)}`);
    const { clusters, externalDns, route53, pair } = this.world;
    switch (doing.what) {
      case 'inflict':
        clusters[doing.cluster]?.inflict(doing.fault, doing.how === undefined ? {} : { how: doing.how });
        break;
      case 'heal':
        clusters[doing.cluster]?.heal(doing.fault);
        break;
      case 'blind':
        this.#blind(doing);
        break;
      case 'sighted':
        this.unreliable.sighted(doing.observer);
        break;
      case 'outage':
        this.unreliable.outage(doing.service, doing.how);
        break;
      case 'outage over':
        this.unreliable.over(doing.service as Service);
        break;
      case 'lock':
      case 'unlock':
        route53.setLocked(pair.zones[doing.zone]?.id ?? '', doing.what === 'lock');
        break;
      case 'lock when fenced':
        this.#lockWhenFenced(pair.zones[doing.zone]?.id ?? '', doing.seconds * 1000);
        break;
      case 'suspend':
      case 'resume':
        externalDns[doing.cluster]?.[doing.what]();
        break;
      case 'ask':
        this.ask(doing.input);
        break;
      case 'drill':
        this.world.stepFunctions.startExecution({
          stateMachineArn: this.world.machines.drill,
          input: JSON.stringify(doing.input),
        });
        break;
      case 'neighbour switches':
        this.second?.begin();
        break;
      case 'signal':
      case 'alarm actions':
      case 'scheduled drill':
        signalIn(this.world, doing);
        break;
      case 'alarm':
        this.#alarm(doing.cluster, 'ALARM');
        break;
      case 'stop':
      case 'redrive':
        this.#meddle(doing.what, this.#executions.at(-1 - doing.older));
        break;
      case 'redrive stopped':
        this.#meddle(
          'redrive',
          this.#executions.findLast((arn) => this.#statusOf(arn) === 'ABORTED'),
        );
        break;
      case 'spoil':
        this.#byHand.spoil(doing, this.promises.ledgers);
        break;
      case 'deploy':
        this.#deploy(doing.services);
        break;
      case 'break-glass':
        void this.#breakGlass(doing);
        break;
      case 'strand':
      case 'strand over':
        this.#strand(doing.what === 'strand');
        break;
      case 'neighbour':
        // where it is there in person, its records are its own
        if (this.second === undefined) this.#byHand.neighbour(pair.zones[doing.zone]);
        break;
      case 'poison':
        this.#poison(this.clock.now() + doing.seconds * 1000);
        break;
      case 'storm':
        for (let nth = 0; nth < doing.many; nth++)
          this.clock.after(nth * STORM_BEAT_MILLISECONDS, () =>
            this.#alarm(doing.cluster, nth % 2 === 0 ? 'ALARM' : 'OK'),
          );
        break;
      case 'edit':
        this.#byHand.edit(doing);
    }
  }

  /** From here on nothing goes wrong any more; what went wrong stays as it is. */
  calm(): void {
    const { clusters, externalDns, route53, pair } = this.world;
    this.trace.add('faults stop');
    this.#isCalm = true;
    this.plan.end();
    this.unreliable.heal();
    for (const cluster of Object.values(clusters)) cluster.heal();
    for (const instance of Object.values(externalDns)) instance.resume();
    for (const { id } of pair.zones) route53.setLocked(id, false);
    for (const { passage } of this.waysOfSignals) passage.faults = undefined;
    this.#deploy(ALL_SERVICES);
    this.#strand(false);
  }

  #lockWhenFenced(zoneId: string, milliseconds: number): void {
    const { route53 } = this.world;
    const { onChange } = route53;
    let isArmed = true;
    route53.onChange = (batch) => {
      onChange?.(batch);
      const isIts = batch.zone.id === zoneId && this.promises.watching.ledger()?.holder?.kind === 'automatic failover';
      if (!isArmed || !isIts) return;
      isArmed = false;
      this.clock.after(milliseconds, () => this.do({ what: 'lock', zone: this.#indexOf(zoneId) }));
      this.clock.after(milliseconds + LOCKED_MILLISECONDS, () =>
        this.do({ what: 'unlock', zone: this.#indexOf(zoneId) }),
      );
    };
  }

  #indexOf(zoneId: string): number {
    return this.world.pair.zones.findIndex(({ id }) => id === zoneId);
  }

  #strand(stranded: boolean): void {
    const { propagationMs: usual = { min: 1_000, max: 30_000 } } = rulesOf(this.#case.setting);
    this.world.route53.rules.propagationMs = stranded ? STRANDED_MILLISECONDS : usual;
  }

  /** A listing takes several calls, and what it lists changes in between. */
  #tearPages(): void {
    const { route53 } = this.world;
    const list = route53.listResourceRecordSets.bind(route53);
    route53.listResourceRecordSets = (input, caller) => list({ ...input, MaxItems: PAGE_ITEMS }, caller);
  }

  #alarm(cluster: string, StateValue: 'ALARM' | 'OK'): void {
    const AlarmName = alarmName(this.world.pair.name, cluster);
    this.world.cloudWatch.setAlarmState({ AlarmName, StateValue, StateReason: 'somebody tries it' });
  }

  /** A cluster that gets a good part of the users falls ill, and recovers when they have gone. */
  #poison(until: number): void {
    const { clusters, pair, route53 } = this.world;
    const over = this.clock.now() >= until || this.#isCalm;
    const hosts = Object.values(pair.services).flatMap((service) => service.hosts);
    for (const [name, cluster] of Object.entries(clusters)) {
      const sent = hosts.some((host) => (route53.shares({ name: `${host}.`, type: 'A' }).get(name) ?? 0) >= POISONOUS);
      const ill = cluster.has('slow');
      if (sent && !over && !ill) cluster.inflict('slow');
      if ((over || !sent) && ill) cluster.heal('slow');
    }
    if (!over) this.clock.after(BATCH_MILLISECONDS, () => this.#poison(until));
  }

  #deploy(services: number): void {
    const { setting } = this.#case;
    const { topology, pair } = topologyOf({ ...setting, services: Math.min(services, setting.services) });
    this.#deployed = { topology, pair, digest: topologyDigest(topology) };
  }

  async #breakGlass({ who, to }: { who: string; to: string }): Promise<void> {
    const { topology } = this.#deployed;
    const skew = (this.#case.setting.skewSeconds.laptop ?? 0) * 1000;
    const clock = timed(this.clock);
    const skewed = { ...clock, now: () => clock.now() + skew };
    this.#terminals++;
    const ports = { ...this.inMemory.ports, topology, clock: skewed };
    const said = await breakGlass({ who, to }, { topology, ports, world: this.world, clock: skewed });
    this.#terminals--;
    this.trace.add(`ended: break-glass of ${who} ${said}`);
  }

  /** Two classes that see a dead cluster where none is would be two faults at once: who comes second sees nothing. */
  #blind({ observer, to }: Extract<Doing, { what: 'blind' }>): void {
    const { blind } = this.unreliable;
    const isSecond = [...blind.keys()].some((other) => other !== observer);
    this.unreliable.blinded(observer, isSecond ? Object.keys(this.world.clusters) : to);
  }

  #statusOf(arn: string): string {
    return this.world.stepFunctions.executionOf(arn).status;
  }

  #meddle(what: 'stop' | 'redrive', executionArn: string | undefined): void {
    const { stepFunctions } = this.world;
    if (executionArn === undefined) return;
    try {
      if (what === 'stop') stepFunctions.stopExecution({ executionArn });
      else {
        stepFunctions.redriveExecution({ executionArn });
        this.#tellEnd(executionArn, ' (redriven)');
      }
    } catch (cause) {
      this.trace.add(`not done: ${(cause as Error).message}`);
    }
  }

  #listen(): void {
    const { stepFunctions, eventBridge, route53 } = this.world;
    const start = stepFunctions.startExecution.bind(stepFunctions);
    stepFunctions.startExecution = (request) => {
      const before = this.#suggested();
      const started = start(request);
      const { executionArn } = started;
      if (!this.#executions.includes(executionArn)) {
        if (isSuggested(request.input)) {
          const fact = { run: nameOf(executionArn), beside: before && nameOf(before) };
          this.promises.breach(breaches([stormsStartOneRun], fact));
          this.promises.breach(breaches([signalsChooseNothing], JSON.parse(request.input ?? '{}')));
        }
        this.#executions.push(executionArn);
        this.trace.add(`started: ${nameOf(executionArn)} ${request.input}`);
        this.#tellEnd(executionArn);
      }
      return started;
    };
    const apply = route53.changeResourceRecordSetsInTime.bind(route53);
    route53.changeResourceRecordSetsInTime = async (input, caller) => {
      try {
        return await apply(input, caller);
      } catch (cause) {
        this.#refused(input, caller);
        throw cause;
      }
    };
    const putEvents = eventBridge.putEvents.bind(eventBridge);
    eventBridge.putEvents = (input) => {
      for (const { DetailType = '', Detail } of input.Entries ?? []) {
        this.trace.add(`announced: ${DetailType} ${Detail}`);
        this.promises.patrol.announced(DetailType);
      }
      return putEvents(input);
    };
  }

  /** Who comes with an older epoch than the zone has was overtaken while the batch was on its way. */
  #refused({ HostedZoneId, ChangeBatch }: ChangeResourceRecordSetsInput, caller?: string): void {
    const created = ChangeBatch.Changes.filter(({ Action }) => Action === 'CREATE');
    const epoch = epochIn(created.map(({ ResourceRecordSet: set }) => set));
    const there = this.promises.watching.fence(HostedZoneId)?.epoch;
    const overtaken = caller === 'throwover' && epoch !== undefined && there !== undefined && epoch < there;
    if (overtaken) this.trace.add(`refused: ${HostedZoneId} has epoch ${there}, a batch of epoch ${epoch} came late`);
  }

  /** The run that signals started and that has not ended. */
  #suggested(): string | undefined {
    const { stepFunctions } = this.world;
    return this.#executions.find((arn) => {
      const { status, input } = stepFunctions.executionOf(arn);
      return status === 'RUNNING' && isSuggested(JSON.stringify(input));
    });
  }

  #tellEnd(arn: string, how = ''): void {
    const execution = this.world.stepFunctions.executionOf(arn);
    void execution.done.then(() => {
      const { outcome = '', because = [] } = recordOf(this.world, arn);
      this.trace.add(`ended: ${nameOf(arn)}${how} ${execution.status} ${outcome} ${because.join('; ')}`);
    });
  }

  #times(arn: string): { startedAt: number; stoppedAt: number | undefined } | undefined {
    return this.#executions.includes(arn) ? this.world.stepFunctions.executionOf(arn) : undefined;
  }
}

/** By a signal that came in. The watch looks for itself, and may do so beside a run that hangs: the claim tells them apart. */
function isSuggested(input: string | undefined): boolean {
  const { mode, signal } = JSON.parse(input ?? '{}') as { mode?: string; signal?: { source?: string } };
  return mode === 'failover' && signal !== undefined && signal.source !== 'watch';
}

/** Of the fence among them. */
function epochIn(sets: readonly ResourceRecordSet[]): number | undefined {
  const fence = sets.find(({ Name, Type }) => Type === 'TXT' && Name.includes('._throwover.'));
  const found = / epoch=(\d+) /.exec(fence?.ResourceRecords?.[0]?.Value ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}
