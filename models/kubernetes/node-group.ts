import type { LifeSettings } from './life-settings.ts';
import type { Node, Pod, Workload } from './workloads.ts';

/** Each node keeps room for aws-node and kube-proxy. */
const SYSTEM_MILLICORES = 150;
const SYSTEM_PODS = 2;
const ZONES = ['a', 'b', 'c'] as const;

export interface NodeGroupSize {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
}

/** The managed node group of a cluster and the room on its nodes. */
export class NodeGroup {
  name: string;
  /** A static NodePool of Karpenter in its place: as many nodes as it says, whatever pods there are. */
  pool = false;
  readonly region: string;
  min: number;
  max: number;
  desired: number;
  /** Ordered and not ready yet: not registered, so no API shows them. */
  coming = 0;
  readonly all: Node[] = [];
  readonly #settings: LifeSettings;
  #joined = 0;
  #addresses = 0;

  constructor(size: NodeGroupSize, region: string, settings: LifeSettings) {
    this.name = size.name;
    this.region = region;
    this.min = size.min;
    this.max = size.max;
    this.desired = size.desired;
    this.#settings = settings;
  }

  get ready(): number {
    return this.all.reduce((count, node) => count + (node.ready ? 1 : 0), 0);
  }

  join(now: number): void {
    const ordinal = this.#joined++;
    const letter = ZONES[ordinal % ZONES.length];
    this.all.push({
      name: `ip-10-0-${ordinal % ZONES.length}-${10 + ordinal}.${this.region}.compute.internal`,
      ordinal,
      zone: `${this.region}${letter}`,
      createdAt: now,
      ready: true,
      readySince: now,
      millicoresFree: this.#settings.nodeMillicores - SYSTEM_MILLICORES,
      mebibytesFree: this.#settings.nodeMebibytes,
      podsFree: this.#settings.podsPerNode - SYSTEM_PODS,
      pods: new Set(),
      images: new Set(),
      emptySince: now,
    });
  }

  /** The ready node with most free CPU that has room, the oldest of equals. */
  roomFor({ workload }: Pod): Node | undefined {
    let best: Node | undefined;
    for (const node of this.all) {
      if (!node.ready || shortOf(node, workload) !== undefined) continue;
      if (best === undefined || node.millicoresFree > best.millicoresFree) best = node;
    }
    return best;
  }

  /** Why a pod found no place, as the scheduler says it: `3 Insufficient cpu, 1 Too many pods`. */
  whyNot({ workload }: Pod): string {
    const reasons = this.all.flatMap((node) => (node.ready ? shortOf(node, workload) : NOT_READY) ?? []);
    return [...Map.groupBy(reasons, (reason) => reason)].map(([reason, all]) => `${all.length} ${reason}`).join(', ');
  }

  take(node: Node, pod: Pod): void {
    node.millicoresFree -= pod.workload.cpu;
    node.mebibytesFree -= pod.workload.memory;
    node.podsFree--;
    node.pods.add(pod);
    node.emptySince = undefined;
    pod.node = node;
  }

  give(node: Node, pod: Pod): void {
    if (!node.pods.delete(pod)) return;
    node.millicoresFree += pod.workload.cpu;
    node.mebibytesFree += pod.workload.memory;
    node.podsFree++;
  }

  /** How many empty nodes would take these pods: what the autoscaler simulates. Pods that fit no node count nothing. */
  neededFor(pods: readonly Pod[]): number {
    const cpu = this.#settings.nodeMillicores - SYSTEM_MILLICORES;
    const memory = this.#settings.nodeMebibytes;
    const room = this.#settings.podsPerNode - SYSTEM_PODS;
    let nodes = 0;
    let [cpuLeft, memoryLeft, podsLeft] = [0, 0, 0];
    for (const { workload } of pods) {
      if (workload.cpu > cpu || workload.memory > memory) continue;
      if (cpuLeft < workload.cpu || memoryLeft < workload.memory || podsLeft < 1) {
        nodes++;
        [cpuLeft, memoryLeft, podsLeft] = [cpu, memory, room];
      }
      cpuLeft -= workload.cpu;
      memoryLeft -= workload.memory;
      podsLeft--;
    }
    return nodes;
  }

  /** An empty node goes, unless the group would become smaller than it must be. */
  retire(node: Node): void {
    const at = this.all.indexOf(node);
    if (at < 0 || this.all.length <= this.min) return;
    this.all.splice(at, 1);
    this.desired = Math.max(this.min, this.desired - 1);
  }

  nextAddress(): number {
    return this.#addresses++;
  }
}

const NOT_READY = 'node(s) had untolerated taint(s)';

/** What the node has too little of for one more of these; undefined: nothing. */
function shortOf({ podsFree, millicoresFree, mebibytesFree }: Node, { cpu, memory }: Workload): string | undefined {
  if (podsFree < 1) return 'Too many pods';
  if (millicoresFree < cpu) return 'Insufficient cpu';
  return mebibytesFree < memory ? 'Insufficient memory' : undefined;
}
