/** Where alarms and readers get their numbers: pushed data, and sources that are asked when somebody looks. */
import { notImplemented, validation } from './refusals.ts';

export interface Dimension {
  Name: string;
  Value: string;
}

export interface Metric {
  Namespace: string;
  MetricName: string;
  Dimensions?: Dimension[] | undefined;
}

export interface MetricDatum {
  MetricName: string;
  Dimensions?: Dimension[] | undefined;
  /** Milliseconds since the epoch; left out: now. */
  Timestamp?: number | undefined;
  Value?: number | undefined;
  StatisticValues?: { SampleCount: number; Sum: number; Minimum: number; Maximum: number } | undefined;
  Unit?: string | undefined;
  /** 1: kept by the second; 60 (the default): by the minute. */
  StorageResolution?: number | undefined;
}

/** A metric that is worked out when it is read: what a load balancer counts. */
export interface MetricSource {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  /** The value of [fromMs, toMs), whatever the statistic; undefined: no data. */
  read(fromMs: number, toMs: number): number | undefined;
}

export const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
export type Statistic = (typeof STATISTICS)[number];

export interface Reading {
  value: number;
  /** How many data stand behind the value; an expression has none of its own. */
  sampleCount?: number;
}

/** What a metric or an expression says of [fromMs, toMs); undefined: no data. */
export type PeriodReader = (fromMs: number, toMs: number) => Reading | undefined;

interface Bucket {
  at: number;
  sum: number;
  minimum: number;
  maximum: number;
  count: number;
}

/** Longer than the longest window an alarm may look at. */
const KEPT_MS = 26 * 3_600_000;
const DATA_PER_CALL_MAX = 1_000;
const DIMENSIONS_MAX = 30;
const OLDEST_MS = 14 * 86_400_000;
const AHEAD_MS = 2 * 3_600_000;

export class MetricStore {
  /** Buckets of a series, oldest first. */
  readonly #series = new Map<string, Bucket[]>();
  readonly #sources = new Map<string, MetricSource>();
  readonly #quotas = new Map<string, number>();

  addSource(source: MetricSource): void {
    const dimensions = Object.entries(source.dimensions).map(([Name, Value]) => ({ Name, Value }));
    this.#sources.set(
      seriesKey({ Namespace: source.namespace, MetricName: source.name, Dimensions: dimensions }),
      source,
    );
  }

  put(namespace: string, data: readonly MetricDatum[], now: number): void {
    if (namespace.startsWith('AWS/')) throw validation('The value AWS/ for parameter Namespace is invalid.');
    if (data.length > DATA_PER_CALL_MAX) {
      throw validation(`The collection MetricData must not have a size greater than ${DATA_PER_CALL_MAX}.`);
    }
    const buckets = data.map((datum) => ({ datum, bucket: bucketOf(datum, now) }));
    for (const { datum, bucket } of buckets) this.#add({ Namespace: namespace, ...datum }, bucket, now);
  }

  setQuota(metric: Metric, quota: number): void {
    this.#quotas.set(seriesKey(metric), quota);
  }

  /** Of a usage metric: as long as that has values. */
  quotaReader(metric: Metric): PeriodReader {
    const quota = this.#quotas.get(seriesKey(metric));
    const usage = this.reader(metric, 'Maximum');
    return (fromMs, toMs) => (quota === undefined || usage(fromMs, toMs) === undefined ? undefined : { value: quota });
  }

  /** One metric is read for many periods: what it is called in here is worked out once. */
  reader(metric: Metric, statistic: Statistic): PeriodReader {
    const key = seriesKey(metric);
    return (fromMs, toMs) => {
      const source = this.#sources.get(key);
      if (source !== undefined) {
        const value = source.read(fromMs, toMs);
        return value === undefined ? undefined : { value, sampleCount: 1 };
      }
      const buckets = this.#series.get(key);
      return buckets === undefined ? undefined : readingOf(statistic, within(buckets, fromMs, toMs));
    };
  }

  #add(metric: Metric, bucket: Bucket, now: number): void {
    const key = seriesKey(metric);
    const buckets = this.#series.get(key) ?? [];
    this.#series.set(key, buckets);
    let place = buckets.length;
    while (place > 0 && (buckets[place - 1] as Bucket).at > bucket.at) place--;
    const same = buckets[place - 1];
    if (same?.at === bucket.at) buckets[place - 1] = merged(same, bucket);
    else buckets.splice(place, 0, bucket);
    while ((buckets[0] as Bucket).at < now - KEPT_MS && buckets.length > 1) buckets.shift();
  }
}

function seriesKey({ Namespace, MetricName, Dimensions = [] }: Metric): string {
  const dimensions = Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort();
  return [Namespace, MetricName, ...dimensions].join('\u0000');
}

function bucketOf(datum: MetricDatum, now: number): Bucket {
  const { Timestamp = now, Value, StatisticValues, StorageResolution = 60, Dimensions = [] } = datum;
  if (StorageResolution !== 1 && StorageResolution !== 60) throw validation('StorageResolution must be 1 or 60.');
  if (Dimensions.length > DIMENSIONS_MAX) throw validation(`A metric has at most ${DIMENSIONS_MAX} dimensions.`);
  if (Timestamp < now - OLDEST_MS || Timestamp > now + AHEAD_MS) {
    throw validation('Timestamp must be within the past two weeks and not more than two hours in the future.');
  }
  const at = Math.floor(Timestamp / (StorageResolution * 1_000)) * StorageResolution * 1_000;
  if (StatisticValues !== undefined) {
    const { SampleCount: count, Sum: sum, Minimum: minimum, Maximum: maximum } = StatisticValues;
    return { at, count, sum, minimum, maximum };
  }
  if (Value === undefined) throw notImplemented('metric data without Value or StatisticValues');
  if (!Number.isFinite(Value)) throw validation(`The value ${Value} for parameter MetricData.Value is invalid.`);
  return { at, count: 1, sum: Value, minimum: Value, maximum: Value };
}

function merged(a: Bucket, b: Bucket): Bucket {
  return {
    at: a.at,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
  };
}

function within(buckets: readonly Bucket[], fromMs: number, toMs: number): Bucket | undefined {
  let found: Bucket | undefined;
  for (let at = buckets.length - 1; at >= 0; at--) {
    const bucket = buckets[at] as Bucket;
    if (bucket.at < fromMs) break;
    if (bucket.at < toMs) found = found === undefined ? bucket : merged(found, bucket);
  }
  return found;
}

function readingOf(statistic: Statistic, bucket: Bucket | undefined): Reading | undefined {
  if (bucket === undefined) return undefined;
  const { sum, count, minimum, maximum } = bucket;
  const values = { SampleCount: count, Average: sum / count, Sum: sum, Minimum: minimum, Maximum: maximum };
  return { value: values[statistic], sampleCount: count };
}
