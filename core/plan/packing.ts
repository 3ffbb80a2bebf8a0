/**
 * Whether pods fit on nodes, as the scheduler counts: by what they ask for, one node at a time. What is left on ten nodes helps no
 * pod that is larger than what is left on each. Taints, affinity and volumes are not looked at.
 */

/** What one pod asks for, or one node has to give. */
export interface Amounts {
  cpuMillis: number;
  memoryMiB: number;
}

/** So many pods that ask for the same. */
export interface PodSize extends Amounts {
  pods: number;
}

/** So many nodes alike; each has places for `pods` pods. */
export interface NodeSize extends PodSize {
  nodes: number;
}

export interface Packed {
  /** Pods that found a place. */
  fitting: number;
  /** Those that found none. */
  out: PodSize[];
  /** What is left. */
  left: NodeSize[];
}

/** The largest first, each on the first node with room: what an autoscaler assumes too. */
export function packed(pods: readonly PodSize[], nodes: readonly NodeSize[]): Packed {
  const largest = nodes.reduce(largestOf, { cpuMillis: 1, memoryMiB: 1 });
  const share = (one: Amounts) => Math.max(one.cpuMillis / largest.cpuMillis, one.memoryMiB / largest.memoryMiB);
  let left = nodes.filter((one) => one.nodes > 0);
  let fitting = 0;
  const out: PodSize[] = [];
  for (const size of [...pods].sort((a, b) => share(b) - share(a))) {
    let waiting = size.pods;
    left = left.flatMap((alike) => {
      const each = Math.min(alike.pods, times(alike.cpuMillis, size.cpuMillis), times(alike.memoryMiB, size.memoryMiB));
      if (waiting === 0 || each === 0) return [alike];
      const full = Math.min(alike.nodes, Math.floor(waiting / each));
      waiting -= full * each;
      const rest = full < alike.nodes ? waiting : 0;
      waiting -= rest;
      const parts = [
        after(alike, size, full, each),
        after(alike, size, rest > 0 ? 1 : 0, rest),
        { ...alike, nodes: alike.nodes - full - (rest > 0 ? 1 : 0) },
      ];
      return parts.filter((part) => part.nodes > 0);
    });
    fitting += size.pods - waiting;
    if (waiting > 0) out.push({ ...size, pods: waiting });
  }
  return { fitting, out, left };
}

/** How many nodes like this one would take these pods; undefined: one of them is larger than such a node. */
export function nodesFor(pods: readonly PodSize[], like: PodSize): number | undefined {
  const all = podsIn(pods);
  const { out, left } = packed(pods, [{ ...like, nodes: all }]);
  const untouched = left.filter(({ pods: places }) => places === like.pods).reduce((sum, { nodes }) => sum + nodes, 0);
  return out.length > 0 ? undefined : all - untouched;
}

/** All of them together. */
export function sumOf(sizes: readonly (PodSize & { nodes?: number })[]): PodSize {
  return sizes.reduce(
    (sum, one) => {
      const count = one.nodes ?? one.pods;
      return {
        pods: sum.pods + (one.nodes === undefined ? one.pods : one.nodes * one.pods),
        cpuMillis: sum.cpuMillis + count * one.cpuMillis,
        memoryMiB: sum.memoryMiB + count * one.memoryMiB,
      };
    },
    { pods: 0, cpuMillis: 0, memoryMiB: 0 },
  );
}

export function podsIn(sizes: readonly PodSize[]): number {
  return sizes.reduce((sum, { pods }) => sum + pods, 0);
}

/** What passes from one state to the next is bounded: a cluster has thousands of workloads. */
const SIZES_MAX = 40;

/** Pods by size. Where there are too many sizes they are rounded up, so that what fits rounded fits as it is. */
export function bySize(pods: readonly PodSize[]): PodSize[] {
  for (let step = 1; ; step *= 2) {
    const sizes = new Map<string, PodSize>();
    for (const one of pods) {
      if (one.pods === 0) continue;
      const [cpuMillis, memoryMiB] = [up(one.cpuMillis, step), up(one.memoryMiB, step)];
      const key = `${cpuMillis} ${memoryMiB}`;
      sizes.set(key, { cpuMillis, memoryMiB, pods: (sizes.get(key)?.pods ?? 0) + one.pods });
    }
    if (sizes.size <= SIZES_MAX) return [...sizes.values()];
  }
}

function up(amount: number, step: number): number {
  return Math.ceil(amount / step) * step;
}

function times(has: number, asks: number): number {
  return asks === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(has / asks));
}

function after(alike: NodeSize, size: Amounts, nodes: number, taken: number): NodeSize {
  return {
    nodes,
    pods: alike.pods - taken,
    cpuMillis: alike.cpuMillis - taken * size.cpuMillis,
    memoryMiB: alike.memoryMiB - taken * size.memoryMiB,
  };
}

function largestOf(a: Amounts, b: Amounts): Amounts {
  return { cpuMillis: Math.max(a.cpuMillis, b.cpuMillis), memoryMiB: Math.max(a.memoryMiB, b.memoryMiB) };
}
