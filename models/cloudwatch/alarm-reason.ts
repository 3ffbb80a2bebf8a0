/** Why an alarm has its state: the sentence and the JSON text that CloudWatch gives. */
import { breaches, type MetricAlarm, missingDataOf, periodOf } from './alarm.ts';
import type { Datapoint, Evaluation } from './alarm-state.ts';

const COMPARISON_TEXT: Record<string, string> = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};
const FILLED_TEXT = { breaching: 'Breaching', notBreaching: 'NonBreaching', missing: 'Missing', ignore: 'Ignore' };

export function reasonOf(alarm: MetricAlarm, { state, considered, filled }: Evaluation, retrieved: number): string {
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${retrieved} ${retrieved === 1 ? 'datapoint was' : 'datapoints were'} unknown.`;
  }
  const treated = `${plural(filled, 'missing datapoint')} ${filled === 1 ? 'was' : 'were'} treated as [${FILLED_TEXT[missingDataOf(alarm)]}]`;
  if (considered.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${plural(filled, 'period')} and ${treated}.`;
  }
  const telling = considered.filter(({ value }) => breaches(alarm, value) === (state === 'ALARM'));
  const shown = telling.length > 0 ? telling : considered;
  const points = shown.map(({ at, value }) => `${javaDouble(value)} (${dayAndTime(at)})`).join(', ');
  const not = state === 'ALARM' ? '' : 'not ';
  const crossed = `${shown.length === 1 ? 'was' : 'were'} ${not}${COMPARISON_TEXT[alarm.ComparisonOperator]} the threshold (${javaDouble(alarm.Threshold)})`;
  const missing = filled > 0 ? ` and ${treated}` : '';
  if (alarm.DatapointsToAlarm === undefined) {
    return `Threshold Crossed: ${plural(shown.length, 'datapoint')} [${points}] ${crossed}${missing}.`;
  }
  const least = state === 'ALARM' ? alarm.DatapointsToAlarm : alarm.EvaluationPeriods - alarm.DatapointsToAlarm + 1;
  const transition = state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  return `Threshold Crossed: ${shown.length} out of the last ${alarm.EvaluationPeriods} datapoints [${points}] ${crossed}${missing} (minimum ${plural(least, 'datapoint')} for ${transition} transition).`;
}

export function reasonDataOf(
  alarm: MetricAlarm,
  { considered }: Evaluation,
  retrieved: readonly Datapoint[],
  now: number,
): string {
  const oldest = considered.at(-1);
  const evaluated = considered.length > 0 ? considered : retrieved;
  return JSON.stringify({
    version: '1.0',
    queryDate: offsetTime(now),
    ...(oldest === undefined ? {} : { startDate: offsetTime(oldest.at) }),
    ...(alarm.Statistic === undefined ? {} : { statistic: alarm.Statistic }),
    period: periodOf(alarm),
    recentDatapoints: considered.map(({ value }) => value).reverse(),
    threshold: alarm.Threshold,
    evaluatedDatapoints: evaluated.map(({ at, value, sampleCount }) => ({
      timestamp: offsetTime(at),
      ...(sampleCount === undefined ? {} : { sampleCount }),
      ...(value === undefined ? {} : { value }),
    })),
  });
}

/** `2026-11-20T07:00:40.989+0000`: alarms write the offset without a colon. */
export function offsetTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}

/** `20/11/26 06:59:00` */
function dayAndTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(2, 4)} ${iso.slice(11, 19)}`;
}

function javaDouble(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
