/** The managed node groups of a cluster: how many nodes they have and may have, and their minimum. */
import type { NodeGroupSize } from '../../core/plan/capacity.ts';
import type { NodeGroups } from '../../core/ports.ts';
import type { EksCalls } from './calls.ts';

/** @param eksOf the cluster's name in EKS and the API of its Region */
export function nodeGroupsOver(eksOf: (cluster: string) => { name: string; eks: EksCalls }): NodeGroups {
  return {
    async nodesMax(cluster) {
      const { name, eks } = eksOf(cluster);
      try {
        const sizes = await sizesOf(eks, name);
        // no group at all: something else makes the nodes (Karpenter), and its limit is not known here
        return sizes.length > 0 ? Object.fromEntries(sizes.map(({ group, max }) => [group, max])) : undefined;
      } catch {
        // a limit that is not known opens no gate: only nodes that are there are counted
        return undefined;
      }
    },

    async sizes(cluster) {
      const { name, eks } = eksOf(cluster);
      return sizesOf(eks, name);
    },

    async resize(cluster, { group, min, desired }) {
      const { name, eks } = eksOf(cluster);
      try {
        const { update } = await eks.updateNodegroupConfig({
          clusterName: name,
          nodegroupName: group,
          scalingConfig: { minSize: min, ...(desired === undefined ? {} : { desiredSize: desired }) },
        });
        return { kind: 'begun', update: update?.id ?? '' };
      } catch (cause) {
        if (!(cause instanceof Error)) throw cause;
        return { kind: 'refused', because: `${cause.name}: ${cause.message}` };
      }
    },
  };
}

/** Throws when one of the groups does not say its size: what is left out would look like fewer nodes. */
async function sizesOf(eks: EksCalls, clusterName: string): Promise<NodeGroupSize[]> {
  const groups = await groupsOf(eks, clusterName);
  return Promise.all(
    groups.map(async (nodegroupName) => {
      const { nodegroup } = await eks.describeNodegroup({ clusterName, nodegroupName });
      const { minSize, maxSize, desiredSize } = nodegroup?.scalingConfig ?? {};
      if (maxSize === undefined) throw new Error(`${nodegroupName} of ${clusterName} does not say its size`);
      return { group: nodegroupName, min: minSize ?? 0, max: maxSize, desired: desiredSize ?? 0 };
    }),
  );
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
