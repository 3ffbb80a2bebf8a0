/** Where each cluster gets its nodes from, behind one port: node groups by the EKS API, what makes nodes within a cluster by a function inside the VPC. */
import type { NodeGroupSize } from '../core/plan/capacity.ts';
import type { NodeGroups, NodesInside } from '../core/ports.ts';
import type { Cluster } from '../core/topology/schema.ts';
import type { World } from './world.ts';

/** Undefined: by the EKS API, from outside. */
export function nodesInside(cluster: Cluster | undefined): NodesInside | undefined {
  return cluster === undefined || cluster.nodesFrom === 'node groups' ? undefined : cluster.nodesFrom;
}

export function nodeSources({
  topology,
  nodeGroups,
  inside,
}: Pick<World, 'topology' | 'nodeGroups' | 'inside'>): Pick<NodeGroups, 'sizes' | 'resize'> {
  const clusters = new Map<string, Cluster>(
    Object.values(topology.pairs).flatMap((pair) => Object.entries(pair.clusters)),
  );
  const insideOf = (cluster: string) => nodesInside(clusters.get(cluster));
  return {
    async sizes(cluster) {
      const from = insideOf(cluster);
      if (from === undefined) return nodeGroups.sizes(cluster);
      const { sizes } = (await inside.call('tend-reserve', { kind: 'sizes', cluster, from })) as {
        sizes: NodeGroupSize[];
      };
      return sizes;
    },
    async resize(cluster, size) {
      const from = insideOf(cluster);
      if (from === undefined) return nodeGroups.resize(cluster, size);
      const asked = { kind: 'resize', cluster, from, group: size.group, replicas: size.min };
      const { answer } = (await inside.call('tend-reserve', asked)) as { answer: 'begun' | 'refused' };
      return answer === 'begun' ? { kind: 'begun' } : { kind: 'refused', because: `${cluster} refused it` };
    },
  };
}
