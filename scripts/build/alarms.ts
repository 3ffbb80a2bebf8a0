/**
 * The alarms of CloudWatch that the deployment has for each pair, made from the topology. Two kinds, told apart by their names:
 * - `throwover-<pair>-…` suggests that somebody looks: it calls `on-alarm`, by the rule and directly, and a run finds out
 *   for itself. The watch would find the same within a minute; an alarm is faster, and is there when the watch is not.
 * - `throwover/<stage>/…` is for people only. No pair can have a name with which it would be taken for the other kind.
 */
import { alarmPrefix } from '../../core/signals/signal.ts';
import type { Topology } from '../../core/topology/index.ts';
import { logicalId } from './deployment.ts';
import { SLS_STAGE } from './stage.ts';

type Pair = Topology['pairs'][string];
type Cluster = Pair['clusters'][string];

const PERIOD_SECONDS = 60;
/** One bad minute at a cluster that sleeps is no news. */
const PERIODS = 2;
/** In a minute: more than the strays at a cluster that sleeps. */
const ERRORS_MIN = 50;
/** A tick that stays with a suspicion says nothing meanwhile. */
const SILENT_PERIODS = 5;
/** Who else counts errors of its own. */
const COUNTS_ERRORS = 'AWS/ApplicationELB';

/** By logical id. */
export function alarmResources({ pairs }: Topology): Record<string, object> {
  return Object.assign(
    {},
    ...Object.entries(pairs).map(([name, pair]) => ({
      ...suggesting(name, pair),
      ...heartbeats(name, pair),
      ...againstRole(name, pair),
    })),
  );
}

/** An alarm reads metrics of its own region only: a cluster in another one has none here, and the watch looks at it all the same. */
export function alarmConditions({ pairs }: Topology): Record<string, object> {
  const regions = Object.values(pairs).flatMap(({ clusters }) => Object.values(clusters).map(({ region }) => region));
  return Object.fromEntries(
    regions.map((region) => [inRegion(region), { 'Fn::Equals': [{ Ref: 'AWS::Region' }, region] }]),
  );
}

function suggesting(pair: string, { clusters, probe }: Pair): Record<string, object> {
  const all = Object.entries(clusters).flatMap(([cluster, { region, loadBalancer }]) => [
    ...balancerAlarms(cluster, loadBalancer.metrics).map((one) => ({ ...one, cluster, condition: inRegion(region) })),
    { ...seenDead(pair, cluster, probe.unhealthyClassesMin), cluster, condition: undefined },
  ]);
  return Object.fromEntries(
    all.map(({ cluster, what, condition, properties }) => [
      `Alarm${logicalPart(pair)}${logicalPart(cluster)}${logicalPart(what)}`,
      {
        Type: 'AWS::CloudWatch::Alarm',
        ...(condition === undefined ? {} : { Condition: condition }),
        Properties: {
          AlarmName: `${alarmPrefix(SLS_STAGE, pair)}${cluster}-${what}`,
          ...properties,
          Period: PERIOD_SECONDS,
          AlarmActions: [{ 'Fn::GetAtt': [logicalId('on-alarm'), 'Arn'] }],
        },
      },
    ]),
  );
}

interface Suggesting {
  what: string;
  properties: object;
}

function balancerAlarms(cluster: string, metrics: Cluster['loadBalancer']['metrics']): Suggesting[] {
  if (metrics === undefined) return [];
  const { namespace, dimensions } = metrics;
  const hosts = {
    what: 'no-healthy-hosts',
    properties: {
      AlarmDescription: `Scope: the cluster ${cluster}. Nobody answers behind its load balancer. It suggests that Throwover looks.`,
      Namespace: namespace,
      MetricName: 'HealthyHostCount',
      Dimensions: dimensionsOf(dimensions),
      // the most that any part of the balancer saw: hosts are gone when no part of it sees one
      Statistic: 'Maximum',
      EvaluationPeriods: PERIODS,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      // silence is not health, and not sickness either
      TreatMissingData: 'missing',
    },
  };
  const { LoadBalancer } = dimensions;
  if (namespace !== COUNTS_ERRORS || LoadBalancer === undefined) return [hosts];
  const errors = {
    what: 'answers-5xx',
    properties: {
      AlarmDescription: `Scope: the cluster ${cluster}. Its load balancer answers with errors of its own. It suggests that Throwover looks.`,
      Namespace: namespace,
      MetricName: 'HTTPCode_ELB_5XX_Count',
      // the balancer's own errors belong to no target group
      Dimensions: dimensionsOf({ LoadBalancer }),
      Statistic: 'Sum',
      EvaluationPeriods: PERIODS,
      Threshold: ERRORS_MIN,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      // no errors are no datapoint
      TreatMissingData: 'notBreaching',
    },
  };
  return [hosts, errors];
}

/** As many observers as a failover needs see the cluster's canary fail; should the watch have seen it and come to nothing. */
function seenDead(pair: string, cluster: string, classesMin: number): Suggesting {
  return {
    what: 'seen-dead',
    properties: {
      AlarmDescription: `Scope: the cluster ${cluster}. Observers agree that it is dead. It suggests that Throwover looks.`,
      Namespace: 'Throwover',
      MetricName: 'DeadVotes',
      Dimensions: dimensionsOf({ pair, cluster }),
      Statistic: 'Maximum',
      EvaluationPeriods: 1,
      Threshold: classesMin,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    },
  };
}

/** Nothing moves by itself while the watch is silent but what an alarm starts, and nobody pays a debt: people are told. */
function heartbeats(pair: string, { clusters }: Pair): Record<string, object> {
  const [cluster = ''] = Object.keys(clusters);
  return {
    [`WatchIsSilent${logicalPart(pair)}`]: silent(
      `throwover/\${sls:stage}/watch-is-silent/${pair}`,
      `Scope: the pair ${pair}. Nobody keeps its books: debts, claims and the published copy wait. See docs/runbook/watch.md.`,
      { MetricName: 'Watched', Dimensions: dimensionsOf({ pair }) },
    ),
    [`LookOutIsSilent${logicalPart(pair)}`]: silent(
      `throwover/\${sls:stage}/look-out-is-silent/${pair}`,
      `Scope: the pair ${pair}. Nobody looks whether its clusters live: only an alarm starts a failover now. See docs/runbook/watch.md.`,
      { MetricName: 'DeadVotes', Dimensions: dimensionsOf({ pair, cluster }) },
    ),
  };
}

function silent(AlarmName: string, AlarmDescription: string, metric: object): object {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName,
      AlarmDescription,
      Namespace: 'Throwover',
      ...metric,
      Statistic: 'SampleCount',
      Period: PERIOD_SECONDS,
      EvaluationPeriods: SILENT_PERIODS,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      AlarmActions: [{ Ref: 'Notices' }],
      OKActions: [{ Ref: 'Notices' }],
    },
  };
}

const TRAFFIC_PERIOD_SECONDS = 300;
/** Longer than a tail of clients after a move, and than a run that moves them. */
const TRAFFIC_PERIODS = 4;
/** Our observers inside and outside ask each service and the canary, and the data path once, at both clusters. */
const OBSERVERS = 2;

/**
 * Users are where the roles say: the standby has none, and the active cluster has some. One alarm for both, because each
 * metric in an alarm is paid for; it speaks of the pair. A cluster is silent when nobody asks but we ourselves: a silent standby
 * is as it should be. What is active the watch says; while that moves, or rings stand apart, nothing is judged.
 */
function againstRole(pair: string, { clusters, services, timing }: Pair): Record<string, object> {
  const [one, other] = Object.keys(clusters)
    .sort()
    .map((cluster) => clusters[cluster]);
  if (one === undefined || other === undefined || one.region !== other.region) return {};
  const counted = [one, other].map(({ loadBalancer }) => loadBalancer.metrics);
  const [ofOne, ofOther] = counted.map((metrics) =>
    metrics?.namespace === COUNTS_ERRORS ? metrics.dimensions : undefined,
  );
  if (ofOne === undefined || ofOther === undefined) return {};
  const looks = OBSERVERS * (1 + Object.keys(services).length) + 1;
  const minutes = TRAFFIC_PERIOD_SECONDS / 60;
  const ours = looks * (minutes + 1) + timing.quietRequestsPerMinuteMax * minutes;
  const misplaced = (active: string, standby: string) =>
    `FILL(${standby}, 0) > ${ours} OR FILL(${active}, 0) <= ${ours}`;
  const metric = (
    Id: string,
    Namespace: string,
    MetricName: string,
    dimensions: Readonly<Record<string, string>>,
    Stat: string,
  ) => ({
    Id,
    ReturnData: false,
    MetricStat: {
      Metric: { Namespace, MetricName, Dimensions: dimensionsOf(dimensions) },
      Period: TRAFFIC_PERIOD_SECONDS,
      Stat,
    },
  });
  return {
    [`TrafficAgainstRole${logicalPart(pair)}`]: {
      Type: 'AWS::CloudWatch::Alarm',
      Condition: inRegion(one.region),
      Properties: {
        AlarmName: `throwover/\${sls:stage}/traffic-against-role/${pair}`,
        AlarmDescription: `Scope: the pair ${pair}. For ${(TRAFFIC_PERIOD_SECONDS * TRAFFIC_PERIODS) / 60} minutes users reach the cluster that stands by, or nobody reaches the active one. throwover status --pair ${pair} says what the zones say.`,
        Metrics: [
          {
            Id: 'misplaced',
            Label: 'users where they should not be',
            Expression: `IF(side == 1, ${misplaced('one', 'other')}, IF(side == 2, ${misplaced('other', 'one')}, 0))`,
            ReturnData: true,
          },
          // in a minute of a move it is 0, and so is the least of its period
          metric('side', 'Throwover', 'Watched', { pair }, 'Minimum'),
          metric('one', COUNTS_ERRORS, 'RequestCount', ofOne, 'Sum'),
          metric('other', COUNTS_ERRORS, 'RequestCount', ofOther, 'Sum'),
        ],
        EvaluationPeriods: TRAFFIC_PERIODS,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        // without the watch nobody knows the roles; its own alarm says so
        TreatMissingData: 'missing',
        AlarmActions: [{ Ref: 'Notices' }],
        OKActions: [{ Ref: 'Notices' }],
      },
    },
  };
}

function dimensionsOf(dimensions: Readonly<Record<string, string>>) {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

/** `shop-eu` is `ShopEu`: logical ids have letters and digits only. */
export function logicalPart(name: string): string {
  return name
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}

function inRegion(region: string): string {
  return `In${logicalPart(region)}`;
}
