/**
 * What CloudWatch says of the load balancers. It is minutes late, and it leaves out what is zero: a balancer without requests
 * has no datapoint of RequestCount. So requests are counted only over minutes in which the same balancer reported its hosts.
 */
import type { BalancerMinute, Clock, Metrics } from '../../core/ports.ts';
import type { CloudWatchCalls, MetricQuery } from './calls.ts';

/** Where the metrics of one balancer are. */
export interface MetricSource {
  readonly cloudWatch: CloudWatchCalls;
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The one kind of balancer of which silence between its datapoints means that nobody asked. */
const COUNTS_REQUESTS = 'AWS/ApplicationELB';
/** Answers of the pods, and of the balancer itself when it had no pod to ask. */
const ERRORS = ['HTTPCode_Target_5XX_Count', 'HTTPCode_ELB_5XX_Count'] as const;
const PERIOD_SECONDS = 60;
/** How late CloudWatch may be before what it says is no news. */
const LATE_SECONDS = 300;

/** @param sourceOf by the balancer's host name, and a ring of it; undefined when nobody said where its metrics are */
export function balancerMetricsOver(
  sourceOf: (balancer: string, ring?: number) => MetricSource | undefined,
  clock: Clock,
): Pick<Metrics, 'healthyHosts' | 'minutes' | 'requests'> {
  async function read(seconds: number, balancer: string, ring?: number, errors = false) {
    const source = sourceOf(balancer, ring);
    if (source === undefined) return undefined;
    const period = PERIOD_SECONDS * 1000;
    const { MetricDataResults } = await source.cloudWatch.getMetricData({
      // the most that any part of the balancer saw: hosts are gone when no part of it sees one
      MetricDataQueries: [
        query(source, 'HealthyHostCount', 'Maximum'),
        query(source, 'RequestCount', 'Sum'),
        ...(errors ? ERRORS.map((name) => query(source, name, 'Sum')) : []),
      ],
      StartTime: Math.floor((clock.now() - seconds * 1000) / period) * period,
      EndTime: clock.now(),
    });
    const points = (id: string) => {
      const { Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === id) ?? {};
      return Timestamps.map((at, index) => ({ at, value: Values[index] ?? 0 })).sort((a, b) => b.at - a.at);
    };
    return {
      hosts: points(idOf('HealthyHostCount')),
      requests: points(idOf('RequestCount')),
      errors: ERRORS.flatMap((name) => points(idOf(name))),
    };
  }

  return {
    async minutes(balancer) {
      const isCounted = sourceOf(balancer)?.namespace === COUNTS_REQUESTS;
      const seen = await read(LATE_SECONDS, balancer, undefined, isCounted);
      const period = PERIOD_SECONDS * 1000;
      return (seen?.hosts ?? []).toReversed().map(({ at, value }): BalancerMinute => {
        const asked = seen?.requests.find((one) => one.at === at)?.value ?? 0;
        const failed = seen?.errors.reduce((sum, one) => sum + (one.at === at ? one.value : 0), 0) ?? 0;
        const minute = { at: Math.min(at + period, clock.now()), hosts: value };
        // a minute that runs is counted in part only, and no count at all is nobody asking
        return asked === 0 || at + period > clock.now() ? minute : { ...minute, users: { asked, failed } };
      });
    },

    async healthyHosts(balancer) {
      const [newest] = (await read(LATE_SECONDS, balancer))?.hosts ?? [];
      if (newest === undefined) return undefined;
      // the datapoint of a minute says what was true at its end, and the minute that runs is true so far
      return { at: Math.min(newest.at + PERIOD_SECONDS * 1000, clock.now()), count: newest.value };
    },

    async requests(balancer, seconds, ring) {
      // a Network Load Balancer has no count of requests: its silence would look like nobody asking
      if (sourceOf(balancer, ring)?.namespace !== COUNTS_REQUESTS) return undefined;
      const seen = await read(seconds + LATE_SECONDS, balancer, ring);
      const [newest] = seen?.hosts ?? [];
      if (seen === undefined || newest === undefined || newest.at < clock.now() - LATE_SECONDS * 1000) return undefined;
      const from = newest.at + PERIOD_SECONDS * 1000 - seconds * 1000;
      return seen.requests.filter(({ at }) => at >= from).reduce((sum, { value }) => sum + value, 0);
    },
  };
}

function idOf(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function query(
  { namespace, dimensions }: MetricSource,
  MetricName: string,
  Stat: MetricQuery['MetricStat']['Stat'],
): MetricQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: idOf(MetricName),
    MetricStat: { Metric: { Namespace: namespace, MetricName, Dimensions }, Period: PERIOD_SECONDS, Stat },
  };
}
