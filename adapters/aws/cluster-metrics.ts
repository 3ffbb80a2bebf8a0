/** What CloudWatch says of a cluster's control plane (free for clusters ≥ 1.28, a datapoint a minute), and of any other series. */
import type { Clock, MetricName, Metrics } from '../../core/ports.ts';
import type { CloudWatchCalls, ExpressionQuery, MetricQuery } from './calls.ts';

const PERIOD_SECONDS = 60;
/** How late CloudWatch may be before what it says is no news. */
const LATE_SECONDS = 300;

/** Usage of the quota L-1216C47A, of the account in the region. */
const VCPUS: MetricName = {
  namespace: 'AWS/Usage',
  name: 'ResourceCount',
  dimensions: { Type: 'Resource', Service: 'EC2', Resource: 'vCPU', Class: 'Standard/OnDemand' },
};

/** @param clusterOf whose metrics are where; undefined for one that nobody knows */
export function clusterMetricsOver(
  clusterOf: (cluster: string) => { readonly cloudWatch: CloudWatchCalls; readonly eksName: string } | undefined,
  clock: Clock,
): Pick<Metrics, 'controlPlane' | 'datapoint' | 'standardVcpus'> {
  /** The values of each series by the time of their minute, newest minute first. */
  async function read(cloudWatch: CloudWatchCalls, queries: (MetricQuery | ExpressionQuery)[]) {
    const period = PERIOD_SECONDS * 1000;
    const { MetricDataResults } = await cloudWatch.getMetricData({
      MetricDataQueries: queries,
      StartTime: Math.floor((clock.now() - LATE_SECONDS * 1000) / period) * period,
      EndTime: clock.now(),
    });
    return queries.map(({ Id }) => {
      const { Timestamps = [], Values = [] } = MetricDataResults.find((one) => one.Id === Id) ?? {};
      return Timestamps.map((at, index) => ({ at, value: Values[index] ?? 0 })).sort((a, b) => b.at - a.at);
    });
  }

  return {
    async controlPlane(cluster) {
      const known = clusterOf(cluster);
      if (known === undefined) return undefined;
      const of = (name: string) => ({ namespace: 'AWS/EKS', name, dimensions: { ClusterName: known.eksName } });
      const [all = [], errors = []] = await read(known.cloudWatch, [
        query('all', of('apiserver_request_total'), 'Sum'),
        query('errors', of('apiserver_request_total_5XX'), 'Sum'),
      ]);
      const [newest] = all;
      if (newest === undefined) return undefined;
      return { asked: newest.value, failed: errors.find(({ at }) => at === newest.at)?.value ?? 0 };
    },

    async standardVcpus(cluster) {
      const known = clusterOf(cluster);
      if (known === undefined) return undefined;
      // metric math knows the quota of a usage metric, so that Service Quotas itself need not be asked
      const [used = [], quota = []] = await read(known.cloudWatch, [
        query('used', VCPUS, 'Maximum'),
        { Id: 'quota', Expression: 'SERVICE_QUOTA(used)' },
      ]);
      return used[0] === undefined || quota[0] === undefined
        ? undefined
        : { used: used[0].value, quota: quota[0].value };
    },

    async datapoint(cluster, metric) {
      const known = clusterOf(cluster);
      if (known === undefined) return undefined;
      const [points = []] = await read(known.cloudWatch, [query('datapoint', metric, 'Average')]);
      return points[0]?.value;
    },
  };
}

function query(
  Id: string,
  { namespace: Namespace, name: MetricName, dimensions }: MetricName,
  Stat: MetricQuery['MetricStat']['Stat'],
): MetricQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Id, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: PERIOD_SECONDS, Stat } };
}
