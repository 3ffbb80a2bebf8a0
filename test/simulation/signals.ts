/**
 * What a world hears beside the events of its own alarms: everything that docs/reference/signals.md lets in, by its own way, in
 * its own shape, made from the real samples in events/; fresh, old, from the future, doubled, or made up by somebody.
 */
import { readFileSync } from 'node:fs';
import { functionName, SIGNALS } from '../../lab/world/names.ts';
import { alarmName } from '../../lab/world/signals.ts';
import type { PairWorld } from '../../lab/world.ts';
import { streamOf } from './streams.ts';

export const SHAPES = [
  'alarm by EventBridge',
  'alarm to the function',
  'alarm to the topic',
  'Alertmanager to the topic',
  'Alertmanager by its webhook',
  'Managed Prometheus to the topic',
  'Managed Prometheus, badly quoted',
  'Managed Prometheus, plain text',
  'Scheduler',
  'a person',
  'forged',
] as const;
export type Shape = (typeof SHAPES)[number];

export type Signalling =
  /** The same news so many times, one second after the other. */
  | { what: 'signal'; shape: Shape; cluster: string; ageSeconds: number; times: number }
  /** Alarms call the function and tell the topic as well, as in a deployment. */
  | { what: 'alarm actions' }
  /** Two executions for one slot of the calendar: a schedule fires at least once. */
  | { what: 'scheduled drill' };

type Happening = readonly [seconds: number, doing: Signalling];

/** As old as can be retried by anybody who delivers, and a clock that is wrong. */
const AGES = [0, 0, 0, 5, 120, 290, 310, 3_600, 86_400, -3_600] as const;

/**
 * From a stream of their own: what else happens in a world of this seed stays as it was.
 * @param begin when the earliest may come, and @param end the latest
 * @param dies when a cluster falls ill: most signals come then
 */
export function drawSignals(
  seed: number,
  { begin, end, dies }: { begin: number; end: number; dies: readonly number[] },
): Happening[] {
  const draw = streamOf(seed, 'signals');
  if (!draw.chance(0.4)) return [];
  const drawn: Happening[] = draw.chance(0.5) ? [[begin, { what: 'alarm actions' }]] : [];
  if (draw.chance(0.1)) drawn.push([draw.whole(begin, end), { what: 'scheduled drill' }]);
  for (let left = draw.whole(1, 6); left > 0; left--) {
    const [first = begin, ...others] = dies;
    const near = Math.min(end, draw.pick([first, ...others]) + draw.whole(0, 120));
    const seconds = draw.chance(0.6) ? near : draw.whole(begin, end);
    const [shape, cluster] = [draw.pick(SHAPES), draw.pick(['blue', 'green'])];
    const [ageSeconds, times] = [draw.pick(AGES), draw.pick([1, 1, 1, 2, 20])];
    drawn.push([seconds, { what: 'signal', shape, cluster, ageSeconds, times }]);
  }
  return drawn;
}

export function signalIn(world: PairWorld, doing: Signalling): void {
  if (doing.what === 'alarm actions') letAlarmsAct(world);
  else if (doing.what === 'scheduled drill') drillTwice(world);
  else
    for (let nth = 0; nth < doing.times; nth++)
      world.clock.after(nth * 1_000, () => tell(world, doing, world.clock.now() - nth * 1_000));
}

// biome-ignore lint/suspicious/noExplicitAny: samples are foreign JSON
const sample = (name: string): any =>
  JSON.parse(readFileSync(new URL(`../../events/${name}.json`, import.meta.url), 'utf8'));

/** @param now when it was said for the first time, in milliseconds since the epoch */
function tell(
  world: PairWorld,
  { shape, cluster, ageSeconds }: Extract<Signalling, { what: 'signal' }>,
  now: number,
): void {
  const { pair, lambda, sns, eventBridge } = world;
  const at = new Date(now - ageSeconds * 1_000).toISOString();
  const called = alarmName(pair.name, cluster);
  const alarm = { alarmName: called, state: { value: 'ALARM', timestamp: at.replace('Z', '+0000') } };
  const invoke = (Payload: unknown) =>
    void lambda.invoke({ FunctionName: functionName('on-alarm'), InvocationType: 'Event', Payload });
  const publish = (Message: string) => sns.publish({ TopicArn: sns.createTopic({ Name: SIGNALS }).TopicArn, Message });
  // a message is as old as the topic says: one that is late comes in its envelope
  const tellTopic = (Message: string) => (ageSeconds === 0 ? publish(Message) : invoke(envelope(Message, at)));
  const { alerts, ...told } = sample('alertmanager-v4');
  const labels = { ...alerts[0].labels, cluster, pair: pair.name };
  const message = { ...told, alerts: [{ ...alerts[0], labels, startsAt: at }] };
  const managed = (name: string) => sample(name).Records[0].Sns.Message.replaceAll('blue', cluster);
  const ways: Readonly<Record<Shape, () => unknown>> = {
    'alarm by EventBridge': () => eventBridge.emit({ ...sample('cloudwatch-alarm-eventbridge-single'), detail: alarm }),
    'alarm to the function': () => invoke({ ...sample('cloudwatch-alarm-lambda'), time: at, alarmData: alarm }),
    'alarm to the topic': () =>
      tellTopic(JSON.stringify({ AlarmName: called, NewStateValue: 'ALARM', StateChangeTime: at })),
    'Alertmanager to the topic': () => tellTopic(JSON.stringify(message)),
    'Alertmanager by its webhook': () => invoke(message),
    'Managed Prometheus to the topic': () => tellTopic(managed('amp-sns')),
    'Managed Prometheus, badly quoted': () => tellTopic(managed('amp-sns-badly-quoted')),
    'Managed Prometheus, plain text': () => tellTopic(managed('amp-sns-text')),
    Scheduler: () => invoke({ ...sample('scheduler'), pair: pair.name, scheduledAt: at }),
    'a person': () => invoke({ ...sample('manual'), pair: pair.name, at }),
    forged: () => {
      for (const event of forged(pair.name, cluster, at)) invoke(event);
    },
  };
  ways[shape]();
}

function envelope(Message: string, Timestamp: string): unknown {
  const { Records } = sample('cloudwatch-alarm-sns');
  return { Records: [{ ...Records[0], Sns: { ...Records[0].Sns, Message, Timestamp } }] };
}

/** What somebody would send who wants more than a look: a target, a time, somebody else's pair, too much of it. */
function forged(pair: string, cluster: string, at: string): unknown[] {
  const wish = {
    to: cluster,
    target: cluster,
    active: cluster,
    mode: 'switchover',
    override: ['FreshEvidence'],
    epoch: 9_999,
  };
  const alert = { status: 'firing', labels: { alertname: 'Forged', pair, cluster, ...wish }, startsAt: at };
  const alarm = { alarmName: `throwover-prod-${pair}-forged`, state: { value: 'ALARM', timestamp: at } };
  return [
    { suggest: 'look', pair, by: 'anybody', reason: '`throwover accept`', at, ...wish },
    { alerts: [{ ...alert, ...wish }], ...wish },
    { alerts: Array.from({ length: 200 }, (_, nth) => ({ ...alert, fingerprint: `f${nth}` })) },
    { source: 'aws.cloudwatch', alarmData: { ...alarm, ...wish }, ...wish },
    { ...wish, mode: 'failover', pair },
    { Records: [{ Sns: { Message: JSON.stringify({ ...wish, mode: 'repair' }), Timestamp: at } }] },
    { alerts: [{ status: 'firing', labels: { alertname: 'x'.repeat(9_000), pair: '__proto__' } }] },
  ];
}

function letAlarmsAct({ cloudWatch, lambda, sns }: PairWorld): void {
  const AlarmActions = [lambda.functionArn(functionName('on-alarm')), sns.createTopic({ Name: SIGNALS }).TopicArn];
  for (const alarm of cloudWatch.describeAlarms().MetricAlarms) {
    const { AlarmName, Namespace, MetricName, Dimensions, Statistic, Period, EvaluationPeriods } = alarm;
    const { Threshold, ComparisonOperator, TreatMissingData } = alarm;
    const asked = { AlarmName, Namespace, MetricName, Dimensions, Statistic, Period, EvaluationPeriods };
    cloudWatch.putMetricAlarm({ ...asked, Threshold, ComparisonOperator, TreatMissingData, AlarmActions });
  }
}

function drillTwice({ clock, scheduler, machines, pair }: PairWorld): void {
  const at = new Date(clock.now() + 2_000).toISOString().slice(0, 19);
  const Input = JSON.stringify({ pair: pair.name, kind: 'ring', slot: '<aws.scheduler.scheduled-time>' });
  for (const twin of ['one', 'two'])
    scheduler.createSchedule({
      Name: `drill-${twin}-${clock.now()}`,
      ScheduleExpression: `at(${at})`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: machines.drill, Input },
    });
}
