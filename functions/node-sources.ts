/** Where each cluster gets its nodes from, behind one port: node groups by the EKS API, pause pods by a function inside the VPC. */
import type { NodeGroupSize } from '../core/plan/capacity.ts';
import type { NodeGroups } from '../core/ports.ts';
import type { Cluster } from '../core/topology/schema.ts';
import type { World } from './world.ts';

export function nodeSources({
  topology,
  nodeGroups,
  inside,
}: Pick<World, 'topology' | 'nodeGroups' | 'inside'>): Pick<NodeGroups, 'sizes' | 'resize'> {
  const clusters = new Map<string, Cluster>(
    Object.values(topology.pairs).flatMap((pair) => Object.entries(pair.clusters)),
  );
  const paused = (cluster: string) => clusters.get(cluster)?.nodesFrom === 'pause pods';
  return {
    async sizes(cluster) {
      if (!paused(cluster)) return nodeGroups.sizes(cluster);
      const { sizes } = (await inside.call('tend-reserve', { kind: 'sizes', cluster })) as { sizes: NodeGroupSize[] };
      return sizes;
    },
    async resize(cluster, size) {
      if (!paused(cluster)) return nodeGroups.resize(cluster, size);
      const asked = { kind: 'resize', cluster, group: size.group, replicas: size.min };
      const { answer } = (await inside.call('tend-reserve', asked)) as { answer: 'begun' | 'refused' };
      return answer === 'begun' ? { kind: 'begun' } : { kind: 'refused', because: `${cluster} refused it` };
    },
  };
}
