/** The room for a cluster's pods, from what its nodes give, what may still come, and what others take. */
import { type NodeSize, nodesFor, type PodSize, packed, podsIn, sumOf } from '../plan/packing.ts';

/** Nodes of one group that are alike, without what DaemonSets take of each. None: what one would give. */
export interface NodesOfGroup extends NodeSize {
  /** Its node group, NodePool or reserve of pause pods. */
  group: string;
}

/** What a cluster says of its room, in few words: it passes from one state to the next. */
export interface RoomSeen {
  /** Nodes that are ready and take pods. */
  nodes: readonly NodesOfGroup[];
  /** Pods of no ring: they stay, whatever the role is. */
  others: readonly PodSize[];
  /** Pods that the rings shall run with. */
  wanted: readonly PodSize[];
  /** How many nodes each group may have; undefined when nobody could find out. */
  most?: Readonly<Record<string, number>>;
  /** Where the sizes are from that were counted. */
  sized?: string;
}

export interface Room {
  wanted: number;
  fitting: number;
  /** What of the pods that have to fit finds no place: undefined when enough do. */
  short?: Shortage;
  /** Groups that may grow by nodes of which nobody knows what they give. */
  unknown: readonly string[];
}

export interface Shortage {
  /** Pods that have to fit besides those that do. */
  pods: number;
  /** By how much the sums do not match; all 0 when only no single node has enough. */
  lacks: PodSize;
  /** The largest of those pods. */
  largest: PodSize;
  /** Which group's nodes would help, and how many more of them. */
  more?: { group: string; nodes: number };
}

/** @param sizes what a node of a group gives while none is there, as the topology says */
export function roomIn(seen: RoomSeen, needed: number, sizes: Readonly<Record<string, PodSize>> = {}): Room {
  const { nodes, unknown } = nodesToBe(seen, sizes);
  const { left } = packed(seen.others, nodes);
  const { fitting, out, left: rest } = packed(seen.wanted, left);
  const wanted = podsIn(seen.wanted);
  const missing = Math.ceil(needed * wanted - 1e-9) - fitting;
  if (missing <= 0 && wanted > 0) return { wanted, fitting, unknown };
  const waiting = smallest(out, missing);
  const [asked, has] = [sumOf(waiting), sumOf(rest)];
  const lacks = {
    pods: Math.max(0, asked.pods - has.pods),
    cpuMillis: Math.max(0, asked.cpuMillis - has.cpuMillis),
    memoryMiB: Math.max(0, asked.memoryMiB - has.memoryMiB),
  };
  const largest = waiting.at(-1) ?? { pods: 0, cpuMillis: 0, memoryMiB: 0 };
  const helps = nodes.flatMap((like) => {
    const more = nodesFor(waiting, like);
    return more === undefined || more === 0 ? [] : [{ group: like.group, nodes: more }];
  });
  const [more] = helps.sort((a, b) => a.nodes - b.nodes);
  return { wanted, fitting, unknown, short: { pods: missing, lacks, largest, ...(more && { more }) } };
}

/** Nodes that are there and those that may come: as the smallest of their group, or as the topology says. */
function nodesToBe(
  { nodes, most = {} }: RoomSeen,
  sizes: Readonly<Record<string, PodSize>>,
): { nodes: NodesOfGroup[]; unknown: string[] } {
  const unknown: string[] = [];
  const coming = Object.entries(most).flatMap(([group, max]): NodesOfGroup[] => {
    const known = nodes.filter((one) => one.group === group);
    const there = known.reduce((sum, one) => sum + one.nodes, 0);
    if (max <= there) return [];
    const [like = sizes[group]] = [...known].sort((a, b) => a.cpuMillis - b.cpuMillis || a.memoryMiB - b.memoryMiB);
    if (like !== undefined) return [{ ...like, group, nodes: max - there }];
    unknown.push(group);
    return [];
  });
  return { nodes: [...nodes, ...coming], unknown };
}

/** The pods that are easiest to find a place for, the smallest first. */
function smallest(sizes: readonly PodSize[], count: number): PodSize[] {
  let missing = count;
  return [...sizes].reverse().flatMap((size) => {
    const pods = Math.min(size.pods, missing);
    missing -= pods;
    return pods === 0 ? [] : [{ ...size, pods }];
  });
}
