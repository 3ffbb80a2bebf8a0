/**
 * How a change of state is told: three shapes, one for EventBridge, one for a Lambda action, one for SNS.
 * Sources: CloudWatch user guide, "Alarm events and EventBridge", "Invoke a Lambda function from an alarm"; SNS: the
 * messages that topics receive.
 */
import type { Account } from '../sts.ts';
import { type Alarm, isComposite, type MetricAlarm, type MetricDataQuery, type StateValue } from './alarm.ts';
import { offsetTime } from './alarm-reason.ts';

export interface AlarmState {
  value: StateValue;
  reason: string;
  reasonData?: string;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface Change {
  alarm: Alarm;
  /** The id that CloudWatch gives the only metric of an alarm. */
  metricId: string;
  now: AlarmState;
  before: AlarmState;
}

interface ServiceEvent {
  'detail-type': string;
  source: 'aws.cloudwatch';
  resources: string[];
  detail: unknown;
}

const REGION_NAMES: Record<string, string> = {
  'eu-central-1': 'EU (Frankfurt)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'us-east-1': 'US East (N. Virginia)',
  'us-west-2': 'US West (Oregon)',
};

export function stateChangeEvent(change: Change): ServiceEvent {
  return {
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    resources: [change.alarm.AlarmArn],
    detail: alarmData(change),
  };
}

/** Sent when an alarm is created, updated or deleted: who listens for state changes must not take it for one. */
export function configurationEvent(change: Change, operation: 'create' | 'update' | 'delete'): ServiceEvent {
  const { alarm, now } = change;
  const watched = isComposite(alarm)
    ? {}
    : {
        evaluationPeriods: alarm.EvaluationPeriods,
        threshold: alarm.Threshold,
        comparisonOperator: alarm.ComparisonOperator,
        ...(alarm.TreatMissingData === undefined ? {} : { treatMissingData: alarm.TreatMissingData }),
      };
  return {
    'detail-type': 'CloudWatch Alarm Configuration Change',
    source: 'aws.cloudwatch',
    resources: [alarm.AlarmArn],
    detail: {
      alarmName: alarm.AlarmName,
      operation,
      state: { value: now.value, timestamp: offsetTime(now.at) },
      configuration: {
        ...watched,
        ...configuration(change),
        alarmName: alarm.AlarmName,
        actionsEnabled: alarm.ActionsEnabled,
        timestamp: offsetTime(alarm.AlarmConfigurationUpdatedTimestamp),
        okActions: alarm.OKActions,
        alarmActions: alarm.AlarmActions,
        insufficientDataActions: alarm.InsufficientDataActions,
      },
    },
  };
}

export function lambdaEvent(change: Change, { accountId, region }: Account): unknown {
  return {
    source: 'aws.cloudwatch',
    alarmArn: change.alarm.AlarmArn,
    accountId,
    time: offsetTime(change.now.at),
    region,
    alarmData: alarmData(change),
  };
}

export function snsNotification(change: Change, account: Account): { Subject: string; Message: string } {
  const { alarm, now, before } = change;
  const region = REGION_NAMES[account.region] ?? account.region;
  const message = {
    AlarmName: alarm.AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: account.accountId,
    AlarmConfigurationUpdatedTimestamp: offsetTime(alarm.AlarmConfigurationUpdatedTimestamp),
    ...(isComposite(alarm) ? { AlarmRule: alarm.AlarmRule } : {}),
    NewStateValue: now.value,
    NewStateReason: now.reason,
    StateChangeTime: offsetTime(now.at),
    Region: region,
    AlarmArn: alarm.AlarmArn,
    OldStateValue: before.value,
    OKActions: alarm.OKActions,
    AlarmActions: alarm.AlarmActions,
    InsufficientDataActions: alarm.InsufficientDataActions,
    ...(isComposite(alarm) ? {} : { Trigger: trigger(alarm) }),
  };
  return { Subject: `${now.value}: "${alarm.AlarmName}" in ${region}`, Message: JSON.stringify(message) };
}

function alarmData(change: Change) {
  return {
    alarmName: change.alarm.AlarmName,
    state: stateData(change.now),
    previousState: stateData(change.before),
    configuration: configuration(change),
  };
}

function stateData({ value, reason, reasonData, at }: AlarmState) {
  return { value, reason, ...(reasonData === undefined ? {} : { reasonData }), timestamp: offsetTime(at) };
}

function configuration({ alarm, metricId }: Change) {
  const description = alarm.AlarmDescription === undefined ? {} : { description: alarm.AlarmDescription };
  if (isComposite(alarm)) return { alarmRule: alarm.AlarmRule, ...description };
  return { ...description, metrics: queriesOf(alarm, metricId).map(queryData) };
}

/** Also an alarm on a single metric has a list of queries: one. */
function queriesOf(alarm: MetricAlarm, Id: string): MetricDataQuery[] {
  if (alarm.Metrics !== undefined) return alarm.Metrics;
  const { Namespace = '', MetricName = '', Dimensions, Period = 60, Statistic: Stat = 'Average' } = alarm;
  return [{ Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat }, ReturnData: true }];
}

function queryData({ Id, MetricStat, Expression, Label, ReturnData = true }: MetricDataQuery) {
  if (MetricStat === undefined) {
    return { id: Id, expression: Expression, ...(Label === undefined ? {} : { label: Label }), returnData: ReturnData };
  }
  const { Metric, Period, Stat } = MetricStat;
  const named = (Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]);
  const metric = { namespace: Metric.Namespace, name: Metric.MetricName, dimensions: Object.fromEntries(named) };
  return { id: Id, metricStat: { metric, period: Period, stat: Stat }, returnData: ReturnData };
}

function trigger(alarm: MetricAlarm) {
  const judged = {
    EvaluationPeriods: alarm.EvaluationPeriods,
    ...(alarm.DatapointsToAlarm === undefined ? {} : { DatapointsToAlarm: alarm.DatapointsToAlarm }),
    ComparisonOperator: alarm.ComparisonOperator,
    Threshold: alarm.Threshold,
    TreatMissingData: alarm.TreatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: '',
  };
  if (alarm.Metrics !== undefined) return { ...judged, Metrics: alarm.Metrics };
  return {
    MetricName: alarm.MetricName,
    Namespace: alarm.Namespace,
    StatisticType: 'Statistic',
    Statistic: alarm.Statistic?.toUpperCase(),
    Unit: null,
    Dimensions: alarm.Dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
    Period: alarm.Period,
    ...judged,
  };
}

const DAY = new Intl.DateTimeFormat('en-US', {
  weekday: 'long',
  day: '2-digit',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `arn:… transitioned to ALARM at Friday 20 November, 2026 07:00:40 UTC` */
export function childReason(child: Alarm, ms: number): string {
  const parts = new Map(DAY.formatToParts(ms).map(({ type, value }) => [type, value]));
  const day = `${parts.get('weekday')} ${parts.get('day')} ${parts.get('month')}, ${parts.get('year')}`;
  const time = new Date(ms).toISOString().slice(11, 19);
  return `${child.AlarmArn} transitioned to ${child.StateValue} at ${day} ${time} UTC`;
}

export function childrenReasonData(children: readonly Alarm[]): string {
  const triggeringAlarms = children.map(({ AlarmArn, StateValue, StateTransitionedTimestamp }) => ({
    arn: AlarmArn,
    state: { value: StateValue, timestamp: offsetTime(StateTransitionedTimestamp) },
  }));
  return JSON.stringify({ triggeringAlarms });
}
