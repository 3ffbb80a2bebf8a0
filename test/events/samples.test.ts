import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PutMetricAlarmInput } from '../../models/cloudwatch/alarm.ts';
import { CloudWatch } from '../../models/cloudwatch/cloudwatch.ts';
import { EventBridge } from '../../models/eventbridge/eventbridge.ts';
import { Scheduler } from '../../models/scheduler.ts';
import { Sns } from '../../models/sns.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';

const folder = new URL('../../events/', import.meta.url);
const sample = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));

/** `detail.configuration.metrics[].id`; JSON that travels inside a string is opened. */
function keyPaths(value: unknown, path = ''): string[] {
  const opened = typeof value === 'string' && value.startsWith('{') ? JSON.parse(value) : value;
  if (Array.isArray(opened)) return [...new Set(opened.flatMap((member) => keyPaths(member, `${path}[]`)))].sort();
  if (typeof opened !== 'object' || opened === null) return [path];
  const paths = Object.entries(opened).flatMap(([key, member]) =>
    keyPaths(member, path === '' ? key : `${path}.${key}`),
  );
  return [...new Set([path, ...paths])].sort();
}

const elb = {
  Namespace: 'AWS/ApplicationELB',
  Dimensions: [{ Name: 'LoadBalancer', Value: 'app/blue/50dc6c495c0c9188' }],
};
const judged = {
  EvaluationPeriods: 1,
  DatapointsToAlarm: 1,
  Threshold: 10,
  ComparisonOperator: 'GreaterThanThreshold',
};
const failures: PutMetricAlarmInput = {
  AlarmName: 'blue-5xx',
  AlarmDescription: 'The load balancer of blue answers with 5xx',
  ...elb,
  MetricName: 'HTTPCode_ELB_5XX_Count',
  Statistic: 'Sum',
  Period: 60,
  ...judged,
};

const heard: unknown[] = [];
const toldLambda: unknown[] = [];
const toldTopic: unknown[] = [];

/** Two minutes of health, then failures; listened to by a rule, a function and a topic. */
beforeAll(async () => {
  const clock = new SteppedClock(Date.UTC(2026, 10, 20, 7));
  const hear = (list: unknown[]) => async (_: string, event: unknown) => list.push(event);
  const bridge = new EventBridge({ clock, deliver: hear(heard) });
  bridge.putRule({
    Name: 'alarms',
    EventPattern: '{"detail-type":["CloudWatch Alarm State Change"],"detail":{"state":{"value":["ALARM"]}}}',
  });
  bridge.putTargets({ Rule: 'alarms', Targets: [{ Id: 'on-alarm', Arn: 'arn:aws:lambda:x' }] });
  const sns = new Sns({ clock, deliver: hear(toldTopic) });
  const { TopicArn } = sns.createTopic({ Name: 'alerts' });
  sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint: 'arn:aws:lambda:eu-west-1:123456789012:function:on-alert' });
  const cloudwatch = new CloudWatch({
    clock,
    emit: (event) => bridge.emit(event),
    deliver: hear(toldLambda),
    publish: (message) => sns.publish(message),
  });
  for (const [name, sick] of [
    ['HTTPCode_ELB_5XX_Count', 812],
    ['RequestCount', 878],
  ] as const) {
    const read = (fromMs: number) => (fromMs >= Date.UTC(2026, 10, 20, 7, 2) ? sick : 1);
    const dimensions = { LoadBalancer: 'app/blue/50dc6c495c0c9188' };
    cloudwatch.addMetricSource({ namespace: 'AWS/ApplicationELB', name, dimensions, read });
  }
  const Lambda = 'arn:aws:lambda:eu-west-1:123456789012:function:on-alarm';
  cloudwatch.putMetricAlarm({ ...failures, AlarmActions: [Lambda, TopicArn] });
  const stat = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { ...elb, MetricName }, Period: 60, Stat: 'Sum' },
    ReturnData: false,
  });
  cloudwatch.putMetricAlarm({
    AlarmName: 'blue-error-share',
    AlarmDescription: 'Share of requests to blue that fail, in percent',
    Metrics: [
      { Id: 'e1', Expression: '100 * m1 / m2', Label: 'Failed requests (%)' },
      stat('m1', 'HTTPCode_ELB_5XX_Count'),
      stat('m2', 'RequestCount'),
    ],
    ...judged,
  });
  cloudwatch.putCompositeAlarm({ AlarmName: 'blue-dead', AlarmRule: 'ALARM("blue-5xx") AND NOT OK("blue-5xx")' });
  await clock.run(400_000);
});

const heardFrom = (name: string) =>
  heard.find((event) => (event as { detail: { alarmName: string } }).detail.alarmName === name);

describe('the models tell alarms in the shapes of the real payloads', () => {
  it('a metric alarm through EventBridge', () => {
    expect(keyPaths(heardFrom('blue-5xx'))).toEqual(keyPaths(sample('cloudwatch-alarm-eventbridge-single')));
  });

  it('a metric math alarm through EventBridge', () => {
    expect(keyPaths(heardFrom('blue-error-share'))).toEqual(keyPaths(sample('cloudwatch-alarm-eventbridge-math')));
  });

  it('a composite alarm through EventBridge', () => {
    expect(keyPaths(heardFrom('blue-dead'))).toEqual(keyPaths(sample('cloudwatch-alarm-eventbridge-composite')));
  });

  it('a metric alarm to a Lambda action', () => {
    expect(keyPaths(toldLambda[0])).toEqual(keyPaths(sample('cloudwatch-alarm-lambda')));
  });

  it('a metric alarm to SNS, and Amazon Managed Prometheus in the same envelope', () => {
    expect(keyPaths(toldTopic[0])).toEqual(keyPaths(sample('cloudwatch-alarm-sns')));
    const envelope = (event: unknown) =>
      keyPaths(event).filter((path) => !path.includes('Sns.Message.') && !path.includes('Attributes.'));
    expect(envelope(toldTopic[0])).toEqual(envelope(sample('amp-sns')));
    expect(envelope(toldTopic[0])).toEqual(envelope(sample('amp-sns-text')));
  });

  it('a schedule with its context attributes', async () => {
    const clock = new SteppedClock(Date.UTC(2026, 10, 20, 7));
    const called: unknown[] = [];
    const scheduler = new Scheduler({ clock, deliver: async (_, event) => called.push(event) });
    scheduler.createSchedule({
      Name: 'throwover-drill-shop',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:lambda:x',
        Input:
          '{"kind":"drill","ring":"0","schedule":"<aws.scheduler.schedule-arn>","scheduledAt":"<aws.scheduler.scheduled-time>","attempt":"<aws.scheduler.attempt-number>"}',
      },
    });
    await clock.run(1);
    expect(called).toEqual([sample('scheduler')]);
  });
});

describe('the samples', () => {
  it('write the times of alarms with an offset without a colon', () => {
    for (const name of ['single', 'math', 'composite', 'composite-suppressed']) {
      const { detail } = sample(`cloudwatch-alarm-eventbridge-${name}`) as { detail: { state: { timestamp: string } } };
      expect(detail.state.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    }
  });

  it('are all named in the README of their folder', () => {
    const readme = readFileSync(new URL('README.md', folder), 'utf8');
    const samples = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(samples.length).toBeGreaterThanOrEqual(8);
    expect(samples.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});
