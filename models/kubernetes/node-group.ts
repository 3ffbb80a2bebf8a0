import type { LifeSettings } from './life-settings.ts';
import type { Node, Pod } from './workloads.ts';

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
  readonly name: string;
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
      podsFree: this.#settings.podsPerNode - SYSTEM_PODS,
      pods: new Set(),
      images: new Set(),
      emptySince: now,
    });
  }

  /** The ready node with most free CPU that has room, the oldest of equals. */
  roomFor(cpu: number): Node | undefined {
    let best: Node | undefined;
    for (const node of this.all) {
      if (!node.ready || node.podsFree < 1 || node.millicoresFree < cpu) continue;
      if (best === undefined || node.millicoresFree > best.millicoresFree) best = node;
    }
    return best;
  }

  take(node: Node, pod: Pod): void {
    node.millicoresFree -= pod.workload.cpu;
    node.podsFree--;
    node.pods.add(pod);
    node.emptySince = undefined;
    pod.node = node;
  }

  give(node: Node, pod: Pod): void {
    if (!node.pods.delete(pod)) return;
    node.millicoresFree += pod.workload.cpu;
    node.podsFree++;
  }

  /** How many empty nodes would take these pods: what the autoscaler simulates. Pods that fit no node count nothing. */
  neededFor(pods: readonly Pod[]): number {
    const cpu = this.#settings.nodeMillicores - SYSTEM_MILLICORES;
    const room = this.#settings.podsPerNode - SYSTEM_PODS;
    let nodes = 0;
    let cpuLeft = 0;
    let podsLeft = 0;
    for (const pod of pods) {
      if (pod.workload.cpu > cpu) continue;
      if (cpuLeft < pod.workload.cpu || podsLeft < 1) {
        nodes++;
        cpuLeft = cpu;
        podsLeft = room;
      }
      cpuLeft -= pod.workload.cpu;
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
