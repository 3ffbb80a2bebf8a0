/** What wakes Throwover: an alarm per cluster on its load balancer, a rule that hands alarms on, and the watch's minute. */
import { scheduleExpression } from '../../core/topology/drill-slots.ts';
import { hostsOfRing, type NamedPair } from '../../core/topology/pair.ts';
import type { Clock } from '../../models/clock.ts';
import { CloudWatch, type CloudWatchOptions } from '../../models/cloudwatch/cloudwatch.ts';
import type { EventBridge } from '../../models/eventbridge/eventbridge.ts';
import type { Ids } from '../../models/ids.ts';
import type { Lambda } from '../../models/lambda.ts';
import type { LoadBalancer } from '../../models/load-balancer.ts';
import type { Scheduler } from '../../models/scheduler.ts';
import type { Sns } from '../../models/sns.ts';
import { alarmPrefix, functionName, SIGNALS } from './names.ts';

const NAMESPACE = 'AWS/ApplicationELB';
const PERIOD_SECONDS = 10;
const PERIODS = 3;
/** Of a minute so far: more than the strays at a cluster that sleeps. */
const ERRORS_MIN = 50;

export function alarmName(pair: string, cluster: string): string {
  return `${alarmPrefix(pair)}${cluster}-no-healthy-hosts`;
}

/** Alarms on the number of healthy hosts and on errors; no data is not health, and not sickness either. */
export function cloudWatchOf(
  pair: NamedPair,
  balancers: ReadonlyMap<string, LoadBalancer>,
  clock: Clock,
  ids: Ids,
  { alarms, ...told }: Pick<CloudWatchOptions, 'emit' | 'deliver' | 'publish'> & { alarms: boolean },
): CloudWatch {
  const cloudWatch = new CloudWatch({ clock, ids, ...told });
  for (const [cluster, { eksName, loadBalancer }] of Object.entries(pair.clusters)) {
    const balancer = balancers.get(loadBalancer.host);
    if (balancer === undefined) continue;
    const source = { namespace: NAMESPACE, dimensions: { LoadBalancer: loadBalancer.host } };
    cloudWatch.addMetricSource({
      ...source,
      name: 'HealthyHostCount',
      read: sampled(clock, () => balancer.healthyHosts),
    });
    cloudWatch.addMetricSource({
      ...source,
      name: 'RequestCount',
      read: (_, to) => balancer.metrics(to - 1).RequestCount,
    });
    for (const [ring, dimensions] of Object.entries(loadBalancer.metrics?.rings ?? {})) {
      const own = { namespace: NAMESPACE, dimensions };
      const hosts = hostsOfRing(pair, Number(ring));
      cloudWatch.addMetricSource({
        ...own,
        name: 'HealthyHostCount',
        read: sampled(clock, () => balancer.healthyHosts),
      });
      cloudWatch.addMetricSource({
        ...own,
        name: 'RequestCount',
        read: (_, to) => balancer.requestsFor(hosts, to - 1),
      });
    }
    for (const name of ['HTTPCode_Target_5XX_Count', 'HTTPCode_ELB_5XX_Count'] as const)
      cloudWatch.addMetricSource({ ...source, name, read: (_, to) => balancer.metrics(to - 1)[name] || undefined });
    controlPlaneOf(cloudWatch, eksName, balancer);
    if (!alarms) continue;
    cloudWatch.putMetricAlarm({
      AlarmName: alarmName(pair.name, cluster),
      AlarmDescription: `nobody answers behind the load balancer of ${cluster}`,
      Namespace: NAMESPACE,
      MetricName: 'HealthyHostCount',
      Dimensions: [{ Name: 'LoadBalancer', Value: loadBalancer.host }],
      Statistic: 'Minimum',
      Period: PERIOD_SECONDS,
      EvaluationPeriods: PERIODS,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'missing',
    });
    cloudWatch.putMetricAlarm({
      AlarmName: `${alarmPrefix(pair.name)}${cluster}-answers-5xx`,
      AlarmDescription: `the load balancer of ${cluster} answers with errors of its own`,
      Namespace: NAMESPACE,
      MetricName: 'HTTPCode_ELB_5XX_Count',
      Dimensions: [{ Name: 'LoadBalancer', Value: loadBalancer.host }],
      Statistic: 'Sum',
      Period: PERIOD_SECONDS,
      EvaluationPeriods: PERIODS,
      Threshold: ERRORS_MIN,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  }
  return cloudWatch;
}

const API_REQUESTS_A_MINUTE = 600;

/** As EKS publishes them of its own: none while nobody reaches the API. */
function controlPlaneOf(cloudWatch: CloudWatch, eksName: string, { cluster }: LoadBalancer): void {
  const source = { namespace: 'AWS/EKS', dimensions: { ClusterName: eksName } };
  const unlessSilent = (count: () => number) => () =>
    (['kill', 'partition', 'api-down'] as const).some((fault) => cluster.has(fault)) ? undefined : count();
  cloudWatch.addMetricSource({
    ...source,
    name: 'apiserver_request_total',
    read: unlessSilent(() => API_REQUESTS_A_MINUTE),
  });
  cloudWatch.addMetricSource({
    ...source,
    name: 'apiserver_request_total_5XX',
    read: unlessSilent(() => (cluster.has('etcd-frozen') ? API_REQUESTS_A_MINUTE : 0)),
  });
}

const SAMPLES_KEPT = 60;

/** A balancer publishes a sample each period: a datapoint of the past does not change any more. */
function sampled(clock: Clock, look: () => number): (from: number, to: number) => number | undefined {
  const samples: { at: number; value: number }[] = [];
  const sample = () => {
    samples.push({ at: clock.now(), value: look() });
    if (samples.length > SAMPLES_KEPT) samples.shift();
    clock.after(PERIOD_SECONDS * 1000, sample);
  };
  clock.after(0, sample);
  return (from, to) => samples.findLast(({ at }) => at >= from && at < to)?.value;
}

/** The rule that hands every alarm of the pair to `on-alarm`, as in the template; late ones are dropped after five minutes. */
export function routeAlarms(pair: NamedPair, eventBridge: EventBridge, lambda: Lambda): void {
  eventBridge.putRule({
    Name: `throwover-${pair.name}-alarms`,
    EventPattern: JSON.stringify({
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      detail: { alarmName: [{ prefix: alarmPrefix(pair.name) }], state: { value: ['ALARM'] } },
    }),
  });
  eventBridge.putTargets({
    Rule: `throwover-${pair.name}-alarms`,
    Targets: [
      {
        Id: 'on-alarm',
        Arn: lambda.functionArn(functionName('on-alarm')),
        RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 3 },
      },
    ],
  });
}

/** The topic for whatever tells topics: Alertmanager, Amazon Managed Prometheus, alarms of CloudWatch. */
export function topicOf(sns: Sns, lambda: Lambda): string {
  const { TopicArn } = sns.createTopic({ Name: SIGNALS });
  sns.subscribe({ TopicArn, Protocol: 'lambda', Endpoint: lambda.functionArn(functionName('on-alarm')) });
  return TopicArn;
}

export function tellTopic(sns: Sns, messages: readonly string[]): void {
  const { TopicArn } = sns.createTopic({ Name: SIGNALS });
  for (const Message of messages) sns.publish({ TopicArn, Message });
}

/** Both halves of the watch: who keeps the books, and who looks out. */
export function watchEveryMinute(pair: NamedPair, scheduler: Scheduler, lambda: Lambda): void {
  for (const key of ['watch', 'look-out']) {
    scheduler.createSchedule({
      Name: `throwover-${pair.name}-${key}`,
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: lambda.functionArn(functionName(key)), Input: JSON.stringify({ pair: pair.name }) },
    });
  }
}

/** As the deployment has it: the machine of drills by the topology's cadence, and once an hour a look whether it did. */
export function rehearseByTheCalendar(pair: NamedPair, scheduler: Scheduler, lambda: Lambda, machine: string): void {
  const FlexibleTimeWindow = { Mode: 'OFF' };
  const ScheduleExpression = scheduleExpression(pair.drills);
  if (ScheduleExpression !== undefined) {
    const Input = JSON.stringify({ pair: pair.name, slot: '<aws.scheduler.scheduled-time>' });
    const Name = `throwover-${pair.name}-drill`;
    scheduler.createSchedule({ Name, ScheduleExpression, FlexibleTimeWindow, Target: { Arn: machine, Input } });
  }
  scheduler.createSchedule({
    Name: `throwover-${pair.name}-check-drills`,
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow,
    Target: { Arn: lambda.functionArn(functionName('check-drills')), Input: '{}' },
  });
}
