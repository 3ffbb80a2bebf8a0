/** The observer outside the clusters' VPC: both clusters as their users reach them. */
import { clusterNames, pairOf } from '../core/topology/pair.ts';
import { type LookInput, looks } from './look.ts';
import { probeCluster } from './probe-cluster.ts';
import type { World } from './world.ts';

export async function observeOutside(input: LookInput, world: Pick<World, 'topology' | 'probe' | 'clock'>) {
  const pair = pairOf(world.topology, input.pair);
  const look = () =>
    Promise.all(clusterNames(pair).map((cluster) => probeCluster('outside', pair, cluster, input.ring, world)));
  return { observations: await looks(world.clock, pair, input, look) };
}
