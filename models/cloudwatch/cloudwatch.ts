import { type Calls, countCall } from '../calls.ts';
import type { Clock } from '../clock.ts';
import type { Deliver } from '../delivery.ts';
import { type Ids, numberedIds } from '../ids.ts';
import { type Account, sampleAccount } from '../sts.ts';
import {
  type Alarm,
  type CompositeAlarm,
  checkCompositeAlarm,
  checkMetricAlarm,
  type MetricAlarm,
  type PutCompositeAlarmInput,
  type PutMetricAlarmInput,
  type StateValue,
} from './alarm.ts';
import { AlarmActions, type Publish } from './alarm-actions.ts';
import { Alarms, type Emit } from './alarms.ts';
import {
  type GetMetricDataInput,
  type GetMetricStatisticsInput,
  getMetricData,
  getMetricStatistics,
  type MetricDataResult,
  type StatisticsDatapoint,
} from './metric-queries.ts';
import { type Metric, type MetricDatum, type MetricSource, MetricStore } from './metrics.ts';
import { validation } from './refusals.ts';

export interface CloudWatchOptions {
  clock: Clock;
  account?: Account;
  ids?: Ids;
  /** Where alarm events go: `EventBridge.emit`. */
  emit?: Emit;
  /** How Lambda actions are invoked (asynchronously). */
  deliver?: Deliver;
  /** How SNS actions are published: `Sns.publish`. */
  publish?: Publish;
}

export interface DescribeAlarmsInput {
  AlarmNames?: string[] | undefined;
  AlarmNamePrefix?: string | undefined;
  AlarmTypes?: ('MetricAlarm' | 'CompositeAlarm')[] | undefined;
  StateValue?: StateValue | undefined;
  MaxRecords?: number | undefined;
  NextToken?: string | undefined;
}

const RECORDS_MAX = 100;
const RECORDS_DEFAULT = 50;
const STATES: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/** A stand-in for CloudWatch: metrics pushed or asked for, alarms judged on the clock, their changes told. */
export class CloudWatch {
  readonly calls: Calls = new Map();
  readonly actions: AlarmActions;
  readonly #clock: Clock;
  readonly #metrics = new MetricStore();
  readonly #alarms: Alarms;

  constructor({ clock, account = sampleAccount, ids = numberedIds(), emit, deliver, publish }: CloudWatchOptions) {
    this.#clock = clock;
    this.actions = new AlarmActions(clock, account, deliver, publish);
    const { actions } = this;
    this.#alarms = new Alarms({ clock, account, ids, metrics: this.#metrics, emit: emit ?? (() => {}), actions });
  }

  /** A metric that is worked out when somebody looks, such as those of a load balancer. */
  addMetricSource(source: MetricSource): void {
    this.#metrics.addSource(source);
  }

  /** The service quota that a usage metric (`AWS/Usage`) counts against: what SERVICE_QUOTA answers. */
  setServiceQuota(metric: Metric, quota: number): void {
    this.#metrics.setQuota(metric, quota);
  }

  putMetricData({ Namespace, MetricData }: { Namespace: string; MetricData: MetricDatum[] }): void {
    countCall(this.calls, 'PutMetricData');
    this.#metrics.put(Namespace, MetricData, this.#clock.now());
  }

  getMetricData(input: GetMetricDataInput): { MetricDataResults: MetricDataResult[] } {
    countCall(this.calls, 'GetMetricData');
    return getMetricData(this.#metrics, input);
  }

  getMetricStatistics(input: GetMetricStatisticsInput): { Label: string; Datapoints: StatisticsDatapoint[] } {
    countCall(this.calls, 'GetMetricStatistics');
    return getMetricStatistics(this.#metrics, input);
  }

  /** A new alarm begins as INSUFFICIENT_DATA; putting it again keeps its state. */
  putMetricAlarm(input: PutMetricAlarmInput): void {
    countCall(this.calls, 'PutMetricAlarm');
    checkMetricAlarm(input);
    this.#alarms.putMetric(input);
  }

  putCompositeAlarm(input: PutCompositeAlarmInput): void {
    countCall(this.calls, 'PutCompositeAlarm');
    checkCompositeAlarm(input);
    this.#alarms.putComposite(input);
  }

  /** Without AlarmTypes only metric alarms are returned, also when a composite alarm is named. */
  describeAlarms(input: DescribeAlarmsInput = {}): {
    MetricAlarms: MetricAlarm[];
    CompositeAlarms: CompositeAlarm[];
    NextToken?: string;
  } {
    countCall(this.calls, 'DescribeAlarms');
    const { AlarmTypes = ['MetricAlarm'], MaxRecords = RECORDS_DEFAULT, NextToken = '0' } = input;
    if (MaxRecords < 1 || MaxRecords > RECORDS_MAX)
      throw validation(`MaxRecords must be between 1 and ${RECORDS_MAX}.`);
    if (input.AlarmNames !== undefined && input.AlarmNamePrefix !== undefined) {
      throw validation('AlarmNames and AlarmNamePrefix cannot be used together.');
    }
    const asked = <Kind extends Alarm>(type: string, alarms: Kind[]) =>
      AlarmTypes.some((each) => each === type) ? alarms.filter((alarm) => isAsked(alarm, input)) : [];
    const composites = asked('CompositeAlarm', this.#alarms.compositeAlarms());
    const metrics = asked('MetricAlarm', this.#alarms.metricAlarms());
    const start = Number(NextToken);
    const end = start + MaxRecords;
    // Composite alarms first: one page runs through both lists.
    const pageOfMetrics = metrics.slice(Math.max(0, start - composites.length), Math.max(0, end - composites.length));
    return {
      MetricAlarms: pageOfMetrics.map((alarm) => ({ ...alarm })),
      CompositeAlarms: composites.slice(start, end).map((alarm) => ({ ...alarm })),
      ...(end < composites.length + metrics.length ? { NextToken: String(end) } : {}),
    };
  }

  /** Temporary: a metric alarm is judged again within seconds, a composite one when a child changes. */
  setAlarmState(input: {
    AlarmName: string;
    StateValue: StateValue;
    StateReason: string;
    StateReasonData?: string | undefined;
  }): void {
    countCall(this.calls, 'SetAlarmState');
    const { StateValue: value, StateReason: reason, StateReasonData: reasonData } = input;
    if (!STATES.includes(value)) throw validation(`The value ${value} for parameter StateValue is invalid.`);
    this.#alarms.setState(input.AlarmName, { value, reason, ...(reasonData === undefined ? {} : { reasonData }) });
  }

  enableAlarmActions({ AlarmNames }: { AlarmNames: string[] }): void {
    countCall(this.calls, 'EnableAlarmActions');
    for (const name of AlarmNames) this.#alarms.alarm(name).ActionsEnabled = true;
  }

  /** The state goes on changing and is told to EventBridge; nobody is called. */
  disableAlarmActions({ AlarmNames }: { AlarmNames: string[] }): void {
    countCall(this.calls, 'DisableAlarmActions');
    for (const name of AlarmNames) this.#alarms.alarm(name).ActionsEnabled = false;
  }

  deleteAlarms({ AlarmNames }: { AlarmNames: string[] }): void {
    countCall(this.calls, 'DeleteAlarms');
    for (const name of AlarmNames) this.#alarms.alarm(name);
    for (const name of AlarmNames) this.#alarms.remove(name);
  }
}

function isAsked(alarm: Alarm, { AlarmNames, AlarmNamePrefix = '', StateValue }: DescribeAlarmsInput): boolean {
  return (
    (AlarmNames?.includes(alarm.AlarmName) ?? true) &&
    alarm.AlarmName.startsWith(AlarmNamePrefix) &&
    (StateValue === undefined || alarm.StateValue === StateValue)
  );
}
