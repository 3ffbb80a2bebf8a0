/**
 * The observers outside the clusters' VPC: both clusters as their users reach them, where public resolvers lead those users,
 * and a managed Prometheus.
 */
import { clusterNames, pairOf } from '../core/topology/pair.ts';
import { type LookInput, looks, sparedOf } from './look.ts';
import { observePrometheus } from './observe-prometheus.ts';
import { observeResolvers } from './observe-resolvers.ts';
import { probeCluster } from './probe-cluster.ts';
import type { World } from './world.ts';

export async function observeOutside(input: LookInput, world: Pick<World, 'topology' | 'probe' | 'dns' | 'clock'>) {
  const pair = pairOf(world.topology, input.pair);
  const clusters = clusterNames(pair).filter((cluster) => sparedOf(cluster, input) !== 'all');
  const look = async () => {
    const [own, told, led] = await Promise.all([
      Promise.all(clusters.map((cluster) => probeCluster('outside', pair, cluster, input, world))),
      observePrometheus('outside', pair, world),
      observeResolvers(pair, input.ring, world),
    ]);
    return [...own, ...told, ...led];
  };
  return { observations: await looks(world.clock, pair, input, look) };
}
