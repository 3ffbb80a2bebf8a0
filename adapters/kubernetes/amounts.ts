/** What pods ask for and nodes give, out of the quantities that Kubernetes writes. */
import type { NodesOfGroup } from '../../core/observe/room.ts';
import type { Amounts } from '../../core/plan/packing.ts';
import type { Node, PodSpec, Resources } from './objects.ts';

/** Who made a node says so in one of these; a node of neither is nobody's whose limit is known. */
const GROUPS = ['eks.amazonaws.com/nodegroup', 'karpenter.sh/nodepool'];
/** Nodes of the same type differ by a few MiB; what they are counted by is rounded down to this. */
const MEMORY_STEP_MIB = 64;
const MEBIBYTE = 1024 ** 2;

const SCALES: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/** `250m`, `1.5`, `16Gi`, `1e3` as a number of cores, or bytes. What is none counts as 0, as if it had not been said. */
export function quantity(text = ''): number {
  const [, digits, suffix = ''] = /^(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)([numkMGTPE]|[KMGTPE]i)?$/.exec(text) ?? [];
  return digits === undefined ? 0 : Number(digits) * (SCALES[suffix] ?? 0);
}

/**
 * What the scheduler keeps free for one such pod: its containers together, or the largest of its init containers where that
 * asks for more. What the pod asks for as a whole counts instead where it says so.
 */
export function asksOf({ containers, initContainers = [], resources, overhead = {} }: PodSpec): Amounts {
  const of = (name: 'cpu' | 'memory'): number => {
    const whole = asked(resources, name);
    if (whole !== undefined) return whole + quantity(overhead[name]);
    let beside = 0;
    let largest = 0;
    for (const one of initContainers) {
      const needs = asked(one.resources, name) ?? 0;
      largest = Math.max(largest, beside + needs);
      if (one.restartPolicy === 'Always') beside += needs;
    }
    const together = containers.reduce((sum, one) => sum + (asked(one.resources, name) ?? 0), beside);
    return Math.max(together, largest) + quantity(overhead[name]);
  };
  return { cpuMillis: Math.ceil(Number((of('cpu') * 1000).toFixed(3))), memoryMiB: Math.ceil(of('memory') / MEBIBYTE) };
}

/** Kubernetes takes the limit of who says nothing else. */
function asked(resources: Resources | undefined, name: 'cpu' | 'memory'): number | undefined {
  const text = resources?.requests?.[name] ?? resources?.limits?.[name];
  return text === undefined ? undefined : quantity(text);
}

/** Nodes by group and by what they give. Cordoned ones take no new pods. */
export function nodeSizes(nodes: readonly Node[]): NodesOfGroup[] {
  const sizes = new Map<string, NodesOfGroup>();
  for (const { metadata, spec, status } of nodes) {
    if (spec?.unschedulable === true) continue;
    const group = GROUPS.flatMap((label) => metadata.labels?.[label] ?? [])[0] ?? '';
    const memory = Math.floor(quantity(status.allocatable.memory) / MEBIBYTE / MEMORY_STEP_MIB) * MEMORY_STEP_MIB;
    const size = {
      group,
      pods: Math.floor(quantity(status.allocatable.pods)),
      cpuMillis: Math.floor(quantity(status.allocatable.cpu) * 1000 + 1e-6),
      memoryMiB: memory,
    };
    const key = JSON.stringify(size);
    sizes.set(key, { ...size, nodes: (sizes.get(key)?.nodes ?? 0) + 1 });
  }
  return [...sizes.values()];
}
