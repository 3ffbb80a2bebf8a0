/**
 * Which node groups get a higher minimum, so that nodes come before the pods that need them. The minimum alone: an
 * autoscaler beside us keeps the desired size, which is only sent along where it would lie below the minimum.
 */

export interface NodeGroupSize {
  group: string;
  min: number;
  max: number;
  desired: number;
}

export interface Raise {
  group: string;
  /** The minimum that stood there, and shall stand there again. */
  min: number;
  to: number;
}

/**
 * Fills the groups in the order of their names, each up to its maximum; nothing where enough nodes are wanted already.
 * @param nodes how many all groups together shall have at least
 */
export function raisesFor(groups: readonly NodeGroupSize[], nodes: number): Raise[] {
  const desired = groups.reduce((sum, group) => sum + group.desired, 0);
  let missing = nodes - desired;
  return [...groups]
    .sort((a, b) => (a.group < b.group ? -1 : 1))
    .flatMap((group) => {
      const added = Math.max(0, Math.min(missing, group.max - group.desired));
      missing -= added;
      return added === 0 ? [] : [{ group: group.group, min: group.min, to: group.desired + added }];
    });
}

/**
 * Reserves as node groups are: each pause pod is as large as a node, so it stands for one. Nodes that hold none of them are a
 * group of their own, which nobody raises, so that the sum is what the cluster has.
 */
export function withOtherNodes(reserves: readonly NodeGroupSize[], nodes: number): NodeGroupSize[] {
  const other = Math.max(0, nodes - reserves.reduce((sum, { desired }) => sum + desired, 0));
  return [...reserves, { group: OTHER_NODES, min: other, max: other, desired: other }];
}

/** No Deployment can be called so. */
const OTHER_NODES = '(other nodes)';
