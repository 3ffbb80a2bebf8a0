/**
 * Pause pods and static NodePools, where they can be reached: inside the clusters' VPC. Pause pods ask for as much as a node has and
 * give way to every other pod, so raising their count brings nodes, and who wakes up takes their places. Karpenter keeps as many nodes
 * of a static NodePool as that says, whatever pods there are.
 */
import * as z from 'zod/mini';
import { type NodeGroupSize, withOtherNodes } from '../core/plan/capacity.ts';
import type { World } from './world.ts';

const NodesFrom = z.enum(['karpenter', 'pause pods']);

export const TendReserveInput = z.union([
  z.object({ kind: z.literal('sizes'), cluster: z.string(), from: NodesFrom }),
  z.object({ kind: z.literal('resize'), cluster: z.string(), from: NodesFrom, group: z.string(), replicas: z.int() }),
]);

export type TendReserveInput = z.output<typeof TendReserveInput>;

export async function tendReserve(
  input: TendReserveInput,
  { clusters }: Pick<World, 'clusters'>,
): Promise<{ sizes: NodeGroupSize[] } | { answer: 'begun' | 'refused' }> {
  const { cluster, from } = input;
  if (input.kind === 'resize')
    return { answer: await clusters.resizeReserve(cluster, from, input.group, input.replicas) };
  const [reserves, nodes] = await Promise.all([clusters.reserves(cluster, from), clusters.nodes(cluster)]);
  return { sizes: withOtherNodes(reserves, nodes.total) };
}
