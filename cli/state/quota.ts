/**
 * Whether EC2 would give the nodes that a cluster needs to carry everybody, for doctor: both clusters of a pair share the quota of
 * their region, and while users move both run. Asked here and not by a gate (ADR 0060).
 */
import type { Clusters, Metrics, Nodes } from '../../core/ports.ts';
import { clusterNames, type NamedPair, otherCluster } from '../../core/topology/pair.ts';
import type { Finding } from './findings.ts';

export async function quotaFindings(
  pair: NamedPair,
  clusters: Pick<Clusters, 'nodes'>,
  metrics: Pick<Metrics, 'standardVcpus'>,
): Promise<Finding[]> {
  // who does not answer is told by the others
  const looked = await Promise.all(
    clusterNames(pair).map(async (cluster) => {
      const [nodes, vcpus] = await Promise.allSettled([clusters.nodes(cluster), metrics.standardVcpus(cluster)]);
      const known = nodes.status === 'fulfilled' && vcpus.status === 'fulfilled';
      return [cluster, known ? { nodes: nodes.value, vcpus: vcpus.value } : undefined] as const;
    }),
  );
  const seen = new Map(looked);
  return clusterNames(pair).flatMap((cluster): Finding[] => {
    const [own, other] = [seen.get(cluster), seen.get(otherCluster(pair, cluster))];
    if (own?.vcpus === undefined || other === undefined) return [];
    const { used, quota } = own.vcpus;
    const [more, each] = [other.nodes.total - own.nodes.total, vcpusOf(own.nodes)];
    if (more <= 0 || used + more * each <= quota) return [];
    const region = pair.clusters[cluster]?.region ?? '';
    return [
      {
        level: 'SHOULD',
        what: `${cluster} may need ${more} more nodes of ${each} vCPUs, and ${used} of ${quota} vCPUs of ${region} are used: EC2 would refuse ${Math.ceil((used + more * each - quota) / each)} of them`,
        fix: 'Service Quotas, ec2, Running On-Demand Standard instances (L-1216C47A): ask for more before a move needs them',
      },
    ];
  });
}

/** Of its largest node: what a node gives to pods is a little less than the whole number that it has. */
function vcpusOf({ sizes }: Nodes): number {
  return Math.ceil(Math.max(0, ...sizes.map(({ cpuMillis }) => cpuMillis)) / 1000);
}
