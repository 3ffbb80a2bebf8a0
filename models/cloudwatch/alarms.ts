import type { Clock } from '../clock.ts';
import type { Ids } from '../ids.ts';
import type { Account } from '../sts.ts';
import {
  type Alarm,
  breaches,
  type CompositeAlarm,
  isMissingData,
  isStatistic,
  type MetricAlarm,
  type MetricDataQuery,
  missingDataOf,
  type PutCompositeAlarmInput,
  type PutMetricAlarmInput,
  periodOf,
} from './alarm.ts';
import type { AlarmActions } from './alarm-actions.ts';
import {
  type AlarmState,
  type Change,
  childReason,
  childrenReasonData,
  configurationEvent,
  stateChangeEvent,
} from './alarm-notices.ts';
import { reasonDataOf, reasonOf } from './alarm-reason.ts';
import { type AlarmRule, alarmRule } from './alarm-rule.ts';
import { type Datapoint, evaluate, periodsRetrieved } from './alarm-state.ts';
import { periodReader } from './metric-queries.ts';
import type { MetricStore, PeriodReader } from './metrics.ts';
import { notFound, notImplemented, validation } from './refusals.ts';

export type Emit = (event: ReturnType<typeof stateChangeEvent>) => unknown;

interface Known<Kind extends Alarm = Alarm> {
  alarm: Kind;
  /** The id that CloudWatch gives the only metric of an alarm. */
  metricId: string;
  takeBack: () => void;
}

interface KnownMetric extends Known<MetricAlarm> {
  read: PeriodReader;
}

interface KnownComposite extends Known<CompositeAlarm> {
  rule: AlarmRule;
}

/** High-resolution alarms (periods below a minute) are judged every 10 s, others every minute. */
const FAST_EVERY_MS = 10_000;
const SLOW_EVERY_MS = 60_000;
/** After SetAlarmState a metric alarm returns to its own state "often within seconds". Source: API, SetAlarmState. */
const AFTER_SET_MS = 5_000;

interface Surroundings {
  clock: Clock;
  account: Account;
  ids: Ids;
  metrics: MetricStore;
  emit: Emit;
  actions: AlarmActions;
}

/** Every alarm with its state: judged on the clock, each change told once to everybody who should hear of it. */
export class Alarms {
  readonly #around: Surroundings;
  readonly #metricAlarms = new Map<string, KnownMetric>();
  readonly #composites = new Map<string, KnownComposite>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  metricAlarms(): MetricAlarm[] {
    return [...this.#metricAlarms.values()].map(({ alarm }) => alarm);
  }

  compositeAlarms(): CompositeAlarm[] {
    return [...this.#composites.values()].map(({ alarm }) => alarm);
  }

  alarm(name: string): Alarm {
    return this.#known(name).alarm;
  }

  putMetric(input: PutMetricAlarmInput): void {
    const { metrics, ids } = this.#around;
    const before = this.#metricAlarms.get(input.AlarmName);
    const queries = queriesOf(input);
    const returned = queries.find(({ ReturnData }) => ReturnData !== false) as MetricDataQuery;
    const read = periodReader(metrics, queries, returned);
    const alarm = { ...this.#begun(input, before?.alarm), ...watched(input) };
    const known: KnownMetric = { alarm, metricId: before?.metricId ?? ids(), read, takeBack: () => {} };
    before?.takeBack();
    this.#metricAlarms.set(input.AlarmName, known);
    this.#tellConfiguration(known, before === undefined ? 'create' : 'update');
    this.#evaluateEvery(known, 0, periodOf(input) < 60 ? FAST_EVERY_MS : SLOW_EVERY_MS);
  }

  putComposite(input: PutCompositeAlarmInput): void {
    const rule = alarmRule(input.AlarmRule);
    for (const child of rule.children) this.#checkChild(input.AlarmName, child);
    const before = this.#composites.get(input.AlarmName);
    const alarm = { ...this.#begun(input, before?.alarm), AlarmRule: input.AlarmRule };
    const known: KnownComposite = { alarm, metricId: '', rule, takeBack: () => {} };
    before?.takeBack();
    this.#composites.set(input.AlarmName, known);
    this.#tellConfiguration(known, before === undefined ? 'create' : 'update');
    known.takeBack = this.#around.clock.after(0, () => this.#evaluateComposite(known, undefined));
  }

  /** Holds until a metric alarm is judged again, or a child of a composite one changes. */
  setState(name: string, state: Omit<AlarmState, 'at'>): void {
    this.#change(this.#known(name), state);
    const metric = this.#metricAlarms.get(name);
    if (metric === undefined) return;
    this.#around.clock.after(AFTER_SET_MS, () => {
      if (this.#metricAlarms.get(name) === metric) this.#evaluateMetric(metric);
    });
  }

  remove(name: string): void {
    const known = this.#known(name);
    const parent = [...this.#composites.values()].find(({ rule }) => rule.children.includes(name));
    if (parent !== undefined) throw notImplemented(`the deletion of an alarm that ${parent.alarm.AlarmName} names`);
    known.takeBack();
    this.#metricAlarms.delete(name);
    this.#composites.delete(name);
    this.#tellConfiguration(known, 'delete');
  }

  #begun(input: PutMetricAlarmInput | PutCompositeAlarmInput, before: Alarm | undefined) {
    const { clock, account } = this.#around;
    return {
      AlarmName: input.AlarmName,
      AlarmArn: `arn:aws:cloudwatch:${account.region}:${account.accountId}:alarm:${input.AlarmName}`,
      ...(input.AlarmDescription === undefined ? {} : { AlarmDescription: input.AlarmDescription }),
      AlarmConfigurationUpdatedTimestamp: clock.now(),
      ActionsEnabled: input.ActionsEnabled ?? true,
      OKActions: input.OKActions ?? [],
      AlarmActions: input.AlarmActions ?? [],
      InsufficientDataActions: input.InsufficientDataActions ?? [],
      StateValue: before?.StateValue ?? ('INSUFFICIENT_DATA' as const),
      StateReason: before?.StateReason ?? 'Unchecked: Initial alarm creation',
      ...(before?.StateReasonData === undefined ? {} : { StateReasonData: before.StateReasonData }),
      StateUpdatedTimestamp: before?.StateUpdatedTimestamp ?? clock.now(),
      StateTransitionedTimestamp: before?.StateTransitionedTimestamp ?? clock.now(),
    };
  }

  #evaluateEvery(known: KnownMetric, inMs: number, everyMs: number): void {
    known.takeBack = this.#around.clock.after(inMs, () => {
      this.#evaluateEvery(known, everyMs, everyMs);
      this.#evaluateMetric(known);
    });
  }

  #evaluateMetric(known: KnownMetric): void {
    const { alarm } = known;
    const now = this.#around.clock.now();
    const datapoints = datapointsOf(known, now);
    const criteria = {
      evaluationPeriods: alarm.EvaluationPeriods,
      datapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
      missingData: missingDataOf(alarm),
      breaches: (value: number) => breaches(alarm, value),
    };
    const evaluation = evaluate(datapoints, criteria, alarm.StateValue);
    if (evaluation.state === alarm.StateValue) return;
    const reason = reasonOf(alarm, evaluation, datapoints.length);
    const reasonData = reasonDataOf(alarm, evaluation, datapoints, now);
    this.#change(known, { value: evaluation.state, reason, reasonData });
  }

  #evaluateComposite(known: KnownComposite, cause: Alarm | undefined): void {
    const { alarm, rule } = known;
    const holds = rule.holds((name) => this.alarm(name).StateValue);
    const value = holds ? 'ALARM' : 'OK';
    if (value === alarm.StateValue) return;
    const reason =
      cause === undefined
        ? `${alarm.AlarmArn} was created and its alarm rule evaluates to ${value}`
        : childReason(cause, this.#around.clock.now());
    const told = cause === undefined ? rule.children.map((name) => this.alarm(name)) : [cause];
    this.#change(known, { value, reason, reasonData: childrenReasonData(told) });
  }

  #change(known: Known, next: Omit<AlarmState, 'at'>): void {
    const { alarm } = known;
    if (next.value === alarm.StateValue) return;
    const { clock, emit, actions } = this.#around;
    const before = stateOf(alarm);
    enter(alarm, next, clock.now());
    const change: Change = { alarm: { ...alarm }, metricId: known.metricId, now: stateOf(alarm), before };
    emit(stateChangeEvent(change));
    if (alarm.ActionsEnabled) for (const action of actionsFor(alarm)) actions.tell(action, change);
    for (const parent of this.#composites.values()) {
      if (parent.rule.children.includes(alarm.AlarmName)) this.#evaluateComposite(parent, change.alarm);
    }
  }

  #tellConfiguration({ alarm, metricId }: Known, operation: 'create' | 'update' | 'delete'): void {
    const state = stateOf(alarm);
    this.#around.emit(configurationEvent({ alarm, metricId, now: state, before: state }, operation));
  }

  /** AWS lets composite alarms form a circle and then stops judging them; here it is refused at once. */
  #checkChild(parent: string, child: string): void {
    if (child === parent) throw notImplemented('composite alarms that depend on themselves');
    const composite = this.#composites.get(child);
    if (composite === undefined && !this.#metricAlarms.has(child)) {
      throw validation(`Could not save the composite alarm as alarms [${child}] in the alarm rule do not exist`);
    }
    for (const grandchild of composite?.rule.children ?? []) this.#checkChild(parent, grandchild);
  }

  #known(name: string): Known {
    const known = this.#metricAlarms.get(name) ?? this.#composites.get(name);
    if (known === undefined) throw notFound(`Alarm ${name} does not exist`);
    return known;
  }
}

/** One for each whole period that is over, newest first. */
function datapointsOf({ alarm, read }: KnownMetric, now: number): Datapoint[] {
  const periodMs = periodOf(alarm) * 1_000;
  const end = Math.floor(now / periodMs) * periodMs;
  return Array.from({ length: periodsRetrieved(alarm.EvaluationPeriods) }, (_, back) => {
    const at = end - (back + 1) * periodMs;
    const reading = read(at, at + periodMs);
    return reading === undefined ? { at, value: undefined } : { at, ...reading };
  });
}

function stateOf(alarm: Alarm): AlarmState {
  return {
    value: alarm.StateValue,
    reason: alarm.StateReason,
    ...(alarm.StateReasonData === undefined ? {} : { reasonData: alarm.StateReasonData }),
    at: alarm.StateUpdatedTimestamp,
  };
}

function enter(alarm: Alarm, { value, reason, reasonData }: Omit<AlarmState, 'at'>, now: number): void {
  alarm.StateValue = value;
  alarm.StateReason = reason;
  delete alarm.StateReasonData;
  if (reasonData !== undefined) alarm.StateReasonData = reasonData;
  alarm.StateUpdatedTimestamp = now;
  alarm.StateTransitionedTimestamp = now;
}

function actionsFor(alarm: Alarm): readonly string[] {
  if (alarm.StateValue === 'OK') return alarm.OKActions;
  return alarm.StateValue === 'ALARM' ? alarm.AlarmActions : alarm.InsufficientDataActions;
}

function queriesOf({ Metrics, MetricName = '', Namespace = '', ...input }: PutMetricAlarmInput): MetricDataQuery[] {
  const { Dimensions, Period = 60, Statistic: Stat = '' } = input;
  return Metrics ?? [{ Id: 'm1', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat } }];
}

/** What is given of the members that say which metric is watched, and how. */
function watched(input: PutMetricAlarmInput) {
  const { MetricName, Namespace, Statistic, Period, Metrics, DatapointsToAlarm, TreatMissingData } = input;
  return {
    ...(MetricName === undefined ? {} : { MetricName }),
    ...(Namespace === undefined ? {} : { Namespace }),
    Dimensions: input.Dimensions ?? [],
    ...(isStatistic(Statistic) ? { Statistic } : {}),
    ...(Period === undefined ? {} : { Period }),
    ...(Metrics === undefined ? {} : { Metrics }),
    EvaluationPeriods: input.EvaluationPeriods,
    ...(DatapointsToAlarm === undefined ? {} : { DatapointsToAlarm }),
    Threshold: input.Threshold,
    ComparisonOperator: input.ComparisonOperator,
    ...(isMissingData(TreatMissingData) ? { TreatMissingData } : {}),
  };
}
