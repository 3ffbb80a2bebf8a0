/** What a cluster's own API says of its room. What its pods shall be is added by who knows the sizes they wake with. */
import type { Inventory, Nodes, Reserve } from '../ports.ts';
import type { NodesOfGroup, RoomSeen } from './room.ts';

/** @param reserves of who makes nodes inside the cluster; undefined: nobody there does, or it could not be read */
export function roomSeen(nodes: Nodes, inventory: Inventory, reserves: readonly Reserve[] | undefined): RoomSeen {
  return { ...withReserves(withoutDaemons(nodes, inventory), reserves), others: inventory.others, wanted: [] };
}

/** A DaemonSet runs on every node; one that runs on some of them is taken for a part of itself on each. */
function withoutDaemons({ sizes, total }: Nodes, { daemons }: Inventory): NodesOfGroup[] {
  const left = (has: number, taken: number) => Math.max(0, has - (total === 0 ? 0 : Math.ceil(taken / total)));
  return sizes.map((size) => ({
    ...size,
    pods: left(size.pods, daemons.pods),
    cpuMillis: left(size.cpuMillis, daemons.cpuMillis),
    memoryMiB: left(size.memoryMiB, daemons.memoryMiB),
  }));
}

/** Each pause pod that may be added brings a node that gives at least what it asks for; a NodePool's nodes are known by its name. */
function withReserves(
  nodes: readonly NodesOfGroup[],
  reserves: readonly Reserve[] | undefined,
): Pick<RoomSeen, 'nodes' | 'most'> {
  if (reserves === undefined) return { nodes };
  const more = reserves.map(
    ({ group, max, desired, asks }) => [group, asks ? Math.max(0, max - desired) : max] as const,
  );
  const most = Object.fromEntries(more);
  if (nodes.length === 0) return { nodes, most };
  const pods = Math.min(...nodes.map((one) => one.pods));
  // who does not say what it asks for says nothing of the node either
  const said = reserves.flatMap(({ group, asks }) =>
    asks !== undefined && asks.cpuMillis > 0 && asks.memoryMiB > 0 ? [{ group, nodes: 0, pods, ...asks }] : [],
  );
  return { nodes: [...nodes, ...said], most };
}
