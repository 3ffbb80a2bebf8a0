/** How many nodes a cluster's node groups may have together. */
import type { NodeGroups } from '../../core/ports.ts';
import type { EksCalls } from './calls.ts';

/** @param eksOf the cluster's name in EKS and the API of its Region */
export function nodeGroupsOver(eksOf: (cluster: string) => { name: string; eks: EksCalls }): NodeGroups {
  return {
    async nodesMax(cluster) {
      const { name, eks } = eksOf(cluster);
      try {
        const groups = await groupsOf(eks, name);
        const sizes = await Promise.all(
          groups.map(async (nodegroupName) => {
            const { nodegroup } = await eks.describeNodegroup({ clusterName: name, nodegroupName });
            return nodegroup?.scalingConfig?.maxSize;
          }),
        );
        // no group at all: something else makes the nodes (Karpenter), and its limit is not known here
        const known = sizes.filter((size) => size !== undefined);
        return known.length === sizes.length && known.length > 0
          ? known.reduce((sum, size) => sum + size, 0)
          : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

async function groupsOf(eks: EksCalls, clusterName: string): Promise<string[]> {
  const found: string[] = [];
  let from: { nextToken?: string } = {};
  for (;;) {
    const { nodegroups = [], nextToken } = await eks.listNodegroups({ clusterName, ...from });
    found.push(...nodegroups);
    if (nextToken === undefined) return found;
    from = { nextToken };
  }
}
