import type { Random } from '../random.ts';
import { drawn, type LifeSettings } from './life-settings.ts';
import type { NodeGroup } from './node-group.ts';
import { isPause, type Node, type Pod } from './workloads.ts';

/** What the scheduler needs of the cluster it works in. */
export interface Workplace {
  readonly now: number;
  /** While the cluster is set up nodes are there at once. */
  readonly instant: boolean;
  later(milliseconds: number, happens: () => void): void;
  /** The pod has this node now; its kubelet takes over. */
  bound(pod: Pod, node: Node): void;
  /** The pod loses its place; its workload makes another one, which waits. */
  evict(pod: Pod): void;
}

/** Scheduler and Cluster Autoscaler: pods wait for room, and when there is none, nodes are ordered and take their time. */
export class Scheduler {
  readonly #nodes: NodeGroup;
  readonly #settings: LifeSettings;
  readonly #random: Random;
  readonly #workplace: Workplace;
  #waiting: Pod[] = [];
  #autoscalerAwake = false;

  constructor(nodes: NodeGroup, settings: LifeSettings, random: Random, workplace: Workplace) {
    this.#nodes = nodes;
    this.#settings = settings;
    this.#random = random;
    this.#workplace = workplace;
  }

  add(pod: Pod): void {
    this.#waiting.push(pod);
  }

  /** Gives each waiting pod the emptiest node that has room, in the order in which the pods came. */
  place(): void {
    if (this.#waiting.length === 0) return;
    const stillWaiting: Pod[] = [];
    for (const pod of this.#waiting) {
      if (pod.state !== 'pending' || pod.node !== undefined) continue;
      const node = this.#nodes.roomFor(pod) ?? this.#placeTaken(pod);
      if (node === undefined) {
        pod.unschedulableSince ??= this.#workplace.now;
        stillWaiting.push(pod);
        continue;
      }
      this.#nodes.take(node, pod);
      pod.unschedulableSince = undefined;
      this.#workplace.bound(pod, node);
    }
    this.#waiting = stillWaiting;
    if (stillWaiting.length > 0) this.#wakeAutoscaler();
  }

  /**
   * Preemption: a node whose pause pod has to go. At once, where the real scheduler waits for the end of the pod, which has
   * nothing to end.
   */
  #placeTaken(pod: Pod): Node | undefined {
    if (isPause(pod)) return undefined;
    for (const node of this.#nodes.all) {
      const pause = [...node.pods].find(isPause);
      if (!node.ready || pause === undefined) continue;
      if (node.millicoresFree + pause.workload.cpu < pod.workload.cpu) continue;
      if (node.mebibytesFree + pause.workload.memory < pod.workload.memory) continue;
      this.#nodes.give(node, pause);
      this.#workplace.evict(pause);
      return node;
    }
    return undefined;
  }

  /** A pod is gone from its node. */
  release(pod: Pod): void {
    const { node } = pod;
    if (node === undefined) return;
    this.#nodes.give(node, pod);
    if (node.pods.size > 0) return;
    node.emptySince = this.#workplace.now;
    this.#sweepLater();
  }

  /** Orders nodes up to the desired size of the group, and has empty ones looked at. */
  resize(): void {
    this.#order(this.#nodes.desired - this.#nodes.all.length - this.#nodes.coming);
    this.#sweepLater();
  }

  /** Power off: orders are lost, nodes are down. */
  stop(): void {
    this.#autoscalerAwake = false;
    this.#nodes.coming = 0;
    for (const node of this.#nodes.all) node.ready = false;
  }

  #wakeAutoscaler(): void {
    if (this.#nodes.pool) return;
    if (this.#workplace.instant) {
      this.#grow();
      return;
    }
    if (this.#autoscalerAwake) return;
    this.#autoscalerAwake = true;
    this.#workplace.later(drawn(this.#settings.autoscalerMs, this.#random), () => {
      this.#autoscalerAwake = false;
      this.#grow();
    });
  }

  #grow(): void {
    const nodes = this.#nodes;
    const more = nodes.neededFor(this.#waiting) - nodes.coming;
    if (more <= 0) return;
    nodes.desired = Math.max(nodes.desired, Math.min(nodes.max, nodes.all.length + nodes.coming + more));
    this.resize();
  }

  #order(count: number): void {
    for (let ordered = 0; ordered < count; ordered++) {
      if (this.#workplace.instant) {
        this.#nodes.join(this.#workplace.now);
        continue;
      }
      this.#nodes.coming++;
      this.#workplace.later(drawn(this.#settings.nodeReadyMs, this.#random), () => {
        this.#nodes.coming--;
        this.#nodes.join(this.#workplace.now);
        this.place();
        this.#sweepLater();
      });
    }
    if (this.#workplace.instant && count > 0) this.place();
  }

  /** The autoscaler takes nodes away that were empty for long. */
  #sweepLater(): void {
    if (this.#workplace.instant) return;
    const { emptyNodeMs } = this.#settings;
    this.#workplace.later(emptyNodeMs, () => {
      for (const node of [...this.#nodes.all]) {
        const emptyMs = node.emptySince === undefined ? 0 : this.#workplace.now - node.emptySince;
        if (emptyMs >= emptyNodeMs) this.#nodes.retire(node);
      }
    });
  }
}
