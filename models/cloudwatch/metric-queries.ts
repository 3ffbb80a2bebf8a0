/** GetMetricData and GetMetricStatistics, and the reading of an alarm's own metrics: all ask one store by periods. */
import { isStatistic, type MetricDataQuery } from './alarm.ts';
import { type Formula, formula } from './metric-math.ts';
import type { Metric, MetricStore, PeriodReader, Statistic } from './metrics.ts';
import { notImplemented, validation } from './refusals.ts';

export interface GetMetricDataInput {
  MetricDataQueries: MetricDataQuery[];
  /** Milliseconds since the epoch; the end is not included. */
  StartTime: number;
  EndTime: number;
  ScanBy?: 'TimestampAscending' | 'TimestampDescending' | undefined;
}

export interface MetricDataResult {
  Id: string;
  Label: string;
  /** Milliseconds since the epoch. */
  Timestamps: number[];
  Values: number[];
  StatusCode: 'Complete';
}

export interface GetMetricStatisticsInput extends Metric {
  StartTime: number;
  EndTime: number;
  Period: number;
  Statistics: string[];
}

export type StatisticsDatapoint = { Timestamp: number } & Partial<Record<Statistic, number>>;

const QUERIES_MAX = 500;
const DATAPOINTS_MAX = 1_440;

export function getMetricData(
  store: MetricStore,
  input: GetMetricDataInput,
): { MetricDataResults: MetricDataResult[] } {
  const { MetricDataQueries: queries, StartTime, EndTime, ScanBy = 'TimestampDescending' } = input;
  if (queries.length > QUERIES_MAX) throw validation(`At most ${QUERIES_MAX} MetricDataQueries are allowed.`);
  checkRange(StartTime, EndTime);
  const returned = queries.filter(({ ReturnData }) => ReturnData !== false);
  const MetricDataResults = returned.map((query): MetricDataResult => {
    const read = periodReader(store, queries, query);
    const points = readings(read, StartTime, EndTime, periodIn(queries, query) * 1_000);
    if (ScanBy === 'TimestampDescending') points.reverse();
    return {
      Id: query.Id,
      Label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id,
      Timestamps: points.map(({ at }) => at),
      Values: points.map(({ value }) => value),
      StatusCode: 'Complete',
    };
  });
  return { MetricDataResults };
}

export function getMetricStatistics(
  store: MetricStore,
  { StartTime, EndTime, Period, Statistics, ...metric }: GetMetricStatisticsInput,
): { Label: string; Datapoints: StatisticsDatapoint[] } {
  checkRange(StartTime, EndTime);
  if (EndTime - StartTime > DATAPOINTS_MAX * Period * 1_000) {
    throw validation(
      `You have requested more than ${DATAPOINTS_MAX} datapoints; use a longer period or a shorter range.`,
    );
  }
  const datapoints = new Map<number, StatisticsDatapoint>();
  for (const statistic of Statistics) {
    if (!isStatistic(statistic)) throw notImplemented(`the statistic ${statistic}`);
    const read = store.reader(metric, statistic);
    for (const { at, value } of readings(read, StartTime, EndTime, Period * 1_000)) {
      datapoints.set(at, { ...(datapoints.get(at) ?? { Timestamp: at }), [statistic]: value });
    }
  }
  return { Label: metric.MetricName, Datapoints: [...datapoints.values()] };
}

/** How the one query is read; the others are what its expression may name. */
export function periodReader(
  store: MetricStore,
  queries: readonly MetricDataQuery[],
  query: MetricDataQuery,
): PeriodReader {
  if (query.MetricStat !== undefined) {
    const { Metric: metric, Stat: stat } = query.MetricStat;
    if (!isStatistic(stat)) throw notImplemented(`the statistic ${stat}`);
    return store.reader(metric, stat);
  }
  const metrics = queries.filter(({ MetricStat }) => MetricStat !== undefined);
  const [, ofUsage] = /^SERVICE_QUOTA\((\w+)\)$/.exec(query.Expression ?? '') ?? [];
  const usage = metrics.find(({ Id }) => Id === ofUsage)?.MetricStat;
  if (usage !== undefined) return store.quotaReader(usage.Metric);
  const readers = metrics.map((each) => [each.Id, periodReader(store, queries, each)] as const);
  const calculate: Formula = formula(
    query.Expression ?? '',
    metrics.map(({ Id }) => Id),
  );
  return (fromMs, toMs) => {
    const values = new Map(readers.map(([id, read]) => [id, read(fromMs, toMs)?.value]));
    const value = calculate(values);
    return value === undefined ? undefined : { value };
  };
}

function periodIn(queries: readonly MetricDataQuery[], query: MetricDataQuery): number {
  return (
    query.MetricStat?.Period ?? queries.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period ?? 60
  );
}

function readings(
  read: PeriodReader,
  startMs: number,
  endMs: number,
  periodMs: number,
): { at: number; value: number }[] {
  const points: { at: number; value: number }[] = [];
  for (let at = Math.floor(startMs / periodMs) * periodMs; at < endMs; at += periodMs) {
    const reading = read(at, at + periodMs);
    if (reading !== undefined) points.push({ at, value: reading.value });
  }
  return points;
}

function checkRange(startMs: number, endMs: number): void {
  if (startMs >= endMs) throw validation('The parameter StartTime must be less than the parameter EndTime.');
}
