import { describe, expect, it } from 'vitest';
import { CloudWatch } from '../../../models/cloudwatch/cloudwatch.ts';
import { formula } from '../../../models/cloudwatch/metric-math.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { refusal } from '../refusal.ts';

const START = Date.UTC(2026, 10, 20, 7);
const Namespace = 'Throwover';
const Dimensions = [
  { Name: 'pair', Value: 'shop' },
  { Name: 'cluster', Value: 'blue' },
];

function metrics() {
  const clock = new SteppedClock(START);
  return { clock, cloudwatch: new CloudWatch({ clock }) };
}

describe('metrics', () => {
  it('are kept by the minute, and read by any statistic', () => {
    const { cloudwatch } = metrics();
    const put = (Value: number, Timestamp: number) =>
      cloudwatch.putMetricData({ Namespace, MetricData: [{ MetricName: 'seen', Dimensions, Value, Timestamp }] });
    put(4, START + 59_999);
    put(2, START);
    put(9, START + 60_000);
    const { Datapoints } = cloudwatch.getMetricStatistics({
      Namespace,
      MetricName: 'seen',
      Dimensions: [...Dimensions].reverse(),
      StartTime: START,
      EndTime: START + 120_000,
      Period: 60,
      Statistics: ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'],
    });
    expect(Datapoints).toEqual([
      { Timestamp: START, Average: 3, Sum: 6, Minimum: 2, Maximum: 4, SampleCount: 2 },
      { Timestamp: START + 60_000, Average: 9, Sum: 9, Minimum: 9, Maximum: 9, SampleCount: 1 },
    ]);
  });

  it('keep seconds only when they were put with that resolution', () => {
    const { cloudwatch } = metrics();
    const read = (MetricName: string) =>
      cloudwatch.getMetricData({
        MetricDataQueries: [{ Id: 'm1', MetricStat: { Metric: { Namespace, MetricName }, Period: 10, Stat: 'Sum' } }],
        StartTime: START,
        EndTime: START + 60_000,
      }).MetricDataResults;
    for (const [MetricName, StorageResolution] of [
      ['fine', 1],
      ['coarse', 60],
    ] as const) {
      const datum = { MetricName, Value: 1, Timestamp: START + 25_000, StorageResolution };
      cloudwatch.putMetricData({ Namespace, MetricData: [datum] });
    }
    expect(read('fine')).toMatchObject([{ Timestamps: [START + 20_000] }]);
    expect(read('coarse')).toMatchObject([{ Timestamps: [START] }]);
  });

  it('may come from a source that is asked when somebody looks', () => {
    const { cloudwatch } = metrics();
    cloudwatch.addMetricSource({
      namespace: 'AWS/ApplicationELB',
      name: 'RequestCount',
      dimensions: { LoadBalancer: 'app/blue/1' },
      read: (fromMs, toMs) => (fromMs < START ? undefined : (toMs - fromMs) / 1_000),
    });
    const Metric = {
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCount',
      Dimensions: [{ Name: 'LoadBalancer', Value: 'app/blue/1' }],
    };
    const [result] = cloudwatch.getMetricData({
      MetricDataQueries: [{ Id: 'm1', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }],
      StartTime: START - 60_000,
      EndTime: START + 120_000,
      ScanBy: 'TimestampAscending',
    }).MetricDataResults;
    expect(result).toEqual({
      Id: 'm1',
      Label: 'RequestCount',
      Timestamps: [START, START + 60_000],
      Values: [60, 60],
      StatusCode: 'Complete',
    });
  });

  it('combine by metric math, newest first unless asked otherwise; what is missing stays missing', () => {
    const { cloudwatch } = metrics();
    const put = (MetricName: string, Value: number, Timestamp: number) =>
      cloudwatch.putMetricData({ Namespace, MetricData: [{ MetricName, Value, Timestamp }] });
    put('failed', 5, START);
    put('sent', 20, START);
    put('failed', 1, START + 60_000);
    put('sent', 4, START + 120_000);
    put('failed', 1, START + 120_000);
    const stat = (Id: string, MetricName: string) => ({
      Id,
      MetricStat: { Metric: { Namespace, MetricName }, Period: 60, Stat: 'Sum' },
      ReturnData: false,
    });
    const { MetricDataResults } = cloudwatch.getMetricData({
      MetricDataQueries: [{ Id: 'e1', Expression: '100 * m1 / m2' }, stat('m1', 'failed'), stat('m2', 'sent')],
      StartTime: START,
      EndTime: START + 180_000,
    });
    expect(MetricDataResults).toMatchObject([{ Id: 'e1', Timestamps: [START + 120_000, START], Values: [25, 25] }]);
  });

  it('refuse what CloudWatch would refuse', () => {
    const { cloudwatch } = metrics();
    const put =
      (more: object, namespace = Namespace) =>
      () =>
        cloudwatch.putMetricData({ Namespace: namespace, MetricData: [{ MetricName: 'a', Value: 1, ...more }] });
    expect(refusal(put({}, 'AWS/ApplicationELB'))[0]).toBe('ValidationError');
    expect(refusal(put({ Timestamp: START - 15 * 86_400_000 }))[1]).toMatch(/past two weeks/);
    expect(refusal(put({ Timestamp: START + 3 * 3_600_000 }))[1]).toMatch(/two hours in the future/);
    expect(refusal(put({ Value: Number.NaN }))[1]).toMatch(/NaN/);
    expect(refusal(put({ StorageResolution: 10 }))[1]).toMatch(/1 or 60/);
    expect(refusal(put({ Value: undefined }))[0]).toBe('NotImplemented');
    const range = { Namespace, MetricName: 'a', Period: 60, Statistics: ['p99'], StartTime: START, EndTime: START };
    expect(refusal(() => cloudwatch.getMetricStatistics(range))[1]).toMatch(/StartTime must be less/);
    expect(refusal(() => cloudwatch.getMetricStatistics({ ...range, EndTime: START + 1 }))[0]).toBe('NotImplemented');
  });
});

describe('metric math', () => {
  const values = new Map([
    ['m1', 6],
    ['m2', 3],
    ['m3', undefined],
  ]);
  const ids = [...values.keys()];

  it.each([
    ['m1 + m2 * 2', 12],
    ['(m1 + m2) * 2', 18],
    ['m1 - m2 - 1', 2],
    ['m1 / m2 / 2', 1],
    ['-m1 + 10', 4],
    ['m1 / 0', undefined],
    ['m1 + m3', undefined],
    ['SUM(METRICS())', 9],
    ['AVG([m1, m2])', 4.5],
    ['MAX(METRICS()) - MIN(METRICS())', 3],
    ['SUM([m3])', undefined],
    ['1.5 * m1', 9],
    ['m1 > m2', 1],
    ['m1 + 1 <= m2 * 2', 0],
    ['m1 == 6 AND m2 != 3', 0],
    ['m1 == 6 AND m2 != 3 OR m2 >= 3', 1],
    ['m1 < m3', undefined],
    ['FILL(m3, 0) < 1', 1],
    ['FILL(m1, 0)', 6],
    ['IF(m1 > m2, m2, m3)', 3],
    ['IF(m1 < m2, m3, (m1 - 5) * 2)', 2],
    ['IF(m3 > 1, m1, m2)', undefined],
  ])('%s is %s', (expression, expected) => {
    expect(formula(expression, ids)(values)).toBe(expected);
  });

  it.each(['', 'm1 +', 'm9', '(m1', 'm1 m2', 'm1 ^ 2', 'SUM([m9])', 'IF(m1, m2)', 'm1 > '])(
    'refuses %j',
    (expression) => {
      expect(refusal(() => formula(expression, ids))[0]).toBe('ValidationError');
    },
  );

  it('names the functions it does not have', () => {
    expect(refusal(() => formula('FILL(m1, REPEAT)', ids))[1]).toMatch(/does not have the metric math function FILL/);
    expect(refusal(() => formula('RATE(m1)', ids))[1]).toMatch(/does not have the metric math function RATE/);
  });
});
