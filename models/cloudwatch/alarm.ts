/** Alarms as they are put and described, in the shapes of the SDK; times are milliseconds since the epoch. */
import { type Dimension, type Metric, STATISTICS, type Statistic } from './metrics.ts';
import { notImplemented, onlyMembers, validation } from './refusals.ts';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type MissingData = 'missing' | 'breaching' | 'notBreaching' | 'ignore';

interface PutAlarm {
  AlarmName: string;
  AlarmDescription?: string | undefined;
  ActionsEnabled?: boolean | undefined;
  OKActions?: string[] | undefined;
  AlarmActions?: string[] | undefined;
  InsufficientDataActions?: string[] | undefined;
}

export interface MetricDataQuery {
  Id: string;
  MetricStat?: { Metric: Metric; Period: number; Stat: string } | undefined;
  Expression?: string | undefined;
  Label?: string | undefined;
  ReturnData?: boolean | undefined;
}

/** Either one metric (MetricName … Period) or `Metrics`. */
export interface PutMetricAlarmInput extends PutAlarm {
  MetricName?: string | undefined;
  Namespace?: string | undefined;
  Dimensions?: Dimension[] | undefined;
  Statistic?: string | undefined;
  /** Seconds: 10, 20, 30 or a multiple of 60. */
  Period?: number | undefined;
  Metrics?: MetricDataQuery[] | undefined;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number | undefined;
  Threshold: number;
  ComparisonOperator: string;
  TreatMissingData?: string | undefined;
}

export interface PutCompositeAlarmInput extends PutAlarm {
  AlarmRule: string;
}

interface Described {
  AlarmName: string;
  AlarmArn: string;
  AlarmDescription?: string;
  AlarmConfigurationUpdatedTimestamp: number;
  ActionsEnabled: boolean;
  OKActions: string[];
  AlarmActions: string[];
  InsufficientDataActions: string[];
  StateValue: StateValue;
  StateReason: string;
  StateReasonData?: string;
  StateUpdatedTimestamp: number;
  StateTransitionedTimestamp: number;
}

export interface MetricAlarm extends Described {
  MetricName?: string;
  Namespace?: string;
  Dimensions: Dimension[];
  Statistic?: Statistic;
  Period?: number;
  Metrics?: MetricDataQuery[];
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  Threshold: number;
  ComparisonOperator: string;
  TreatMissingData?: MissingData;
}

export interface CompositeAlarm extends Described {
  AlarmRule: string;
}

export type Alarm = MetricAlarm | CompositeAlarm;

export function isComposite(alarm: Alarm): alarm is CompositeAlarm {
  return 'AlarmRule' in alarm;
}

const COMMON = [
  'AlarmName',
  'AlarmDescription',
  'ActionsEnabled',
  'OKActions',
  'AlarmActions',
  'InsufficientDataActions',
];
const COMPOSITE_MEMBERS = new Set([...COMMON, 'AlarmRule']);
const METRIC_MEMBERS = new Set([
  ...COMMON,
  'MetricName',
  'Namespace',
  'Dimensions',
  'Statistic',
  'Period',
  'Metrics',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
]);
const COMPARISONS: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
const MISSING: readonly string[] = ['missing', 'breaching', 'notBreaching', 'ignore'];
const DAY_SECONDS = 86_400;

/** Whether a value counts against the alarm. */
export function breaches({ ComparisonOperator, Threshold }: MetricAlarm, value: number): boolean {
  return COMPARISONS[ComparisonOperator]?.(value, Threshold) ?? false;
}

/** Seconds; the metrics of a math alarm share one period. */
export function periodOf(alarm: Pick<PutMetricAlarmInput, 'Period' | 'Metrics'>): number {
  return alarm.Period ?? alarm.Metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period ?? 60;
}

/** Metrics of DynamoDB always ignore missing data. Source: user guide, "alarms and missing data". */
export function missingDataOf(alarm: MetricAlarm): MissingData {
  return alarm.Namespace === 'AWS/DynamoDB' ? 'ignore' : (alarm.TreatMissingData ?? 'missing');
}

export function isStatistic(text: string | undefined): text is Statistic {
  return STATISTICS.some((statistic) => statistic === text);
}

export function isMissingData(text: string | undefined): text is MissingData {
  return text !== undefined && MISSING.includes(text);
}

export function checkMetricAlarm(input: PutMetricAlarmInput): void {
  onlyMembers(input, 'PutMetricAlarm', METRIC_MEMBERS);
  checkCommon(input);
  const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, ComparisonOperator, TreatMissingData } = input;
  if (COMPARISONS[ComparisonOperator] === undefined) {
    throw notImplemented(`the comparison ${ComparisonOperator} (anomaly detection)`);
  }
  if (TreatMissingData !== undefined && !isMissingData(TreatMissingData)) {
    throw validation(
      `Option ${TreatMissingData} is not supported. Supported options for TreatMissingData are ${MISSING.join(', ')}`,
    );
  }
  if (!Number.isInteger(EvaluationPeriods) || EvaluationPeriods < 1) {
    throw validation('EvaluationPeriods must be at least 1.');
  }
  if (!Number.isInteger(DatapointsToAlarm) || DatapointsToAlarm < 1 || DatapointsToAlarm > EvaluationPeriods) {
    throw validation('DatapointsToAlarm must be between 1 and EvaluationPeriods.');
  }
  checkWhat(input);
  checkPeriod(periodOf(input), EvaluationPeriods);
}

function checkWhat({ Metrics, MetricName, Namespace, Statistic, Period, Threshold }: PutMetricAlarmInput): void {
  if (typeof Threshold !== 'number') throw validation('The parameter Threshold is required.');
  if (Metrics !== undefined) {
    const returned = Metrics.filter(({ ReturnData }) => ReturnData !== false);
    if (MetricName !== undefined || returned.length !== 1) {
      throw validation('Invalid metrics list: exactly one element must return data, and MetricName must not be set.');
    }
    for (const { Id } of Metrics) {
      if (!/^[a-z]\w{0,254}$/.test(Id)) throw validation(`Invalid metrics list: the id ${Id} is not valid.`);
    }
    return;
  }
  if (MetricName === undefined || Namespace === undefined || Period === undefined) {
    throw validation('MetricName, Namespace and Period are required, or Metrics.');
  }
  if (!isStatistic(Statistic)) throw notImplemented(`the statistic ${Statistic}`);
}

function checkPeriod(period: number, evaluationPeriods: number): void {
  const fits = [10, 20, 30].includes(period) || (period > 0 && period % 60 === 0);
  if (!fits) throw validation('Period must be 10, 20, 30 or a multiple of 60.');
  const most = period >= 3_600 ? 7 * DAY_SECONDS : DAY_SECONDS;
  if (period * evaluationPeriods > most) {
    throw validation(
      `Metrics cannot be checked across more than ${most === DAY_SECONDS ? 'a day' : 'seven days'} (EvaluationPeriods * Period must be <= ${most}).`,
    );
  }
}

export function checkCompositeAlarm(input: PutCompositeAlarmInput): void {
  onlyMembers(input, 'PutCompositeAlarm', COMPOSITE_MEMBERS);
  checkCommon(input);
}

function checkCommon(input: PutAlarm): void {
  if (input.AlarmName.length < 1 || input.AlarmName.length > 255) {
    throw validation('The parameter AlarmName must have 1 to 255 characters.');
  }
  const actions = [...(input.OKActions ?? []), ...(input.AlarmActions ?? []), ...(input.InsufficientDataActions ?? [])];
  for (const action of actions) {
    if (!action.startsWith('arn:')) throw validation(`Invalid arn syntax: ${action}`);
    if (!/^arn:aws:(lambda|sns):/.test(action)) throw notImplemented(`the alarm action ${action}`);
  }
}
