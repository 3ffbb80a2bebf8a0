import type { Random } from '../random.ts';
import { Agenda } from './agenda.ts';
import { drawn, type LifeSettings } from './life-settings.ts';
import type { NodeGroup } from './node-group.ts';
import { Scheduler } from './scheduler.ts';
import { isAvailable, isOutdated, type Pod, updated, type Workload } from './workloads.ts';

/** What Life asks of the API server around it. */
export interface Surroundings {
  /** Admission of a new pod. */
  admits(workload: Workload): 'free' | 'gated' | 'refused';
  /** Something visible in the status of a workload changed. */
  changed(workload: Workload): void;
  /** A Job has ended. */
  finished(workload: Workload): void;
}

const RETRY_REFUSED_MS = 5_000;
export const STANDBY_GATE = 'throwover.dev/standby';

/**
 * Controllers, scheduler, kubelets and autoscaler of one cluster: workloads wish for pods, pods find nodes and take
 * time to become ready. Everything that will happen is kept in an agenda of its own and happens when somebody looks
 * (`advance`), in the order of its time, so that looking more often changes nothing.
 */
export class Life {
  readonly settings: LifeSettings;
  readonly nodes: NodeGroup;
  readonly pods = new Set<Pod>();
  /** While a cluster is set up everything is ready at once. */
  instant = true;
  networkBroken = false;
  #now: number;
  readonly #agenda = new Agenda();
  readonly #random: Random;
  readonly #around: Surroundings;
  readonly #scheduler: Scheduler;
  readonly #workloads = new Map<string, Workload>();

  constructor(now: number, random: Random, settings: LifeSettings, nodes: NodeGroup, around: Surroundings) {
    this.#now = now;
    this.#random = random;
    this.settings = settings;
    this.nodes = nodes;
    this.#around = around;
    this.#scheduler = new Scheduler(nodes, settings, random, this);
  }

  get now(): number {
    return this.#now;
  }

  /** Lets everything happen that is due. A dead cluster only grows older. */
  advance(now: number): void {
    for (let next = this.#agenda.due(now); next !== undefined; next = this.#agenda.due(now)) {
      this.#now = next.at;
      next.happens();
    }
    this.#now = now;
  }

  /** The set-up is over: what exists is at rest, and time goes on from `now`. */
  settle(now: number): void {
    this.instant = false;
    this.#agenda.clear();
    this.#now = now;
  }

  /** Something of the cluster's own that happens later; forgotten when the cluster dies. */
  later(milliseconds: number, happens: () => void): void {
    this.#agenda.add(this.#now + milliseconds, happens);
  }

  workload(id: string): Workload | undefined {
    return this.#workloads.get(id);
  }

  get workloads(): Iterable<Workload> {
    return this.#workloads.values();
  }

  /** A workload exists and wants so many pods; the controllers see it a moment later. */
  wish(workload: Workload, wanted: number): void {
    this.#workloads.set(`${workload.kind} ${workload.key}`, workload);
    workload.wanted = wanted;
    this.#judge(workload);
    if (this.instant) this.#reconcile(workload);
    else this.later(drawn(this.settings.controllerMs, this.#random), () => this.#reconcile(workload));
  }

  /** A bare pod: it is there at once, and nobody makes another. */
  adopt(workload: Workload): void {
    this.#workloads.set(`${workload.kind} ${workload.key}`, workload);
    workload.wanted = 1;
    this.#reconcile(workload);
  }

  /** The object is gone, and its pods go with it. */
  remove(workload: Workload): void {
    workload.wanted = 0;
    this.#workloads.delete(`${workload.kind} ${workload.key}`);
    for (const pod of [...workload.pods]) this.#stop(pod);
  }

  /** Somebody deleted one pod; its workload makes another. */
  evict(pod: Pod): void {
    if (pod.state === 'terminating') return;
    const { workload } = pod;
    this.#stop(pod);
    if (workload.kind === 'Pod') this.remove(workload);
    else this.later(drawn(this.settings.controllerMs, this.#random), () => this.#reconcile(workload));
  }

  /** The last gate of a pod was taken away. */
  ungate(pod: Pod, gates: readonly string[]): void {
    pod.gates = gates;
    if (gates.length > 0 || pod.state !== 'pending') return;
    this.#scheduler.add(pod);
    this.#scheduler.place();
  }

  /** The node group was told another size. */
  /** A static NodePool keeps the nodes; of those that it has too many go when they have been empty for a while, and no others. */
  pooled(name: string, replicas: number, most: number): void {
    this.nodes.name = name;
    this.nodes.pool = true;
    this.nodes.max = most;
    this.nodes.min = Math.min(replicas, most);
    this.nodes.desired = this.nodes.min;
    this.resize();
  }

  resize(): void {
    this.#scheduler.resize();
  }

  /** For the scheduler: a pod has its node. */
  bound(pod: Pod): void {
    pod.state = 'creating';
    pod.scheduledAt = this.#now;
    this.#begin(pod);
  }

  /** Power off: nothing runs, nothing is planned. */
  stop(): void {
    for (const pod of [...this.pods]) {
      if (pod.state === 'terminating') this.#forget(pod);
      else this.#halt(pod);
    }
    for (const workload of this.#workloads.values()) this.#judge(workload);
    this.#scheduler.stop();
    this.#agenda.clear();
  }

  /** Power on: the same objects as before, so the same pods start again. */
  restart(): void {
    for (const node of this.nodes.all) {
      this.later(drawn(this.settings.rebootMs, this.#random), () => {
        node.ready = true;
        node.readySince = this.#now;
        for (const pod of node.pods) this.#begin(pod);
        this.#scheduler.place();
      });
    }
    for (const workload of this.#workloads.values()) {
      this.later(drawn(this.settings.controllerMs, this.#random), () => this.#reconcile(workload));
    }
    this.resize();
  }

  /** Pods that found no address get one now. */
  networkHealed(): void {
    this.networkBroken = false;
    for (const pod of this.pods) if (pod.stuckSince !== undefined) this.#begin(pod);
  }

  #reconcile(workload: Workload): void {
    workload.observedGeneration = workload.generation;
    if (workload.pods.some(isOutdated)) {
      this.#roll(workload);
      return;
    }
    while (workload.pods.length > workload.wanted) this.#stop(leastUseful(workload.pods));
    // A StatefulSet starts its pods one after the other (OrderedReady).
    const serial = workload.kind === 'StatefulSet' && !this.instant;
    while (workload.pods.length < workload.wanted) {
      if (serial && workload.ready < workload.pods.length) break;
      if (!this.#create(workload)) break;
    }
    this.#scheduler.place();
    this.#changed(workload);
  }

  /** A rolling update, a quarter at a time: old pods that serve stay until as many new ones are ready. */
  #roll(workload: Workload): void {
    const { pods, wanted } = workload;
    const surge = Math.ceil(wanted / 4);
    const least = wanted - Math.floor(wanted / 4);
    const outdated = () => pods.filter(isOutdated);
    for (const pod of outdated()) if (wanted === 0 || pod.state !== 'running') this.#stop(pod);
    while (updated(workload) < wanted && pods.length < wanted + surge) if (!this.#create(workload)) break;
    for (const pod of outdated()) if (workload.ready > least && updatedReady(workload) > 0) this.#stop(pod);
    // with what was stopped there is room for the next
    while (updated(workload) < wanted && pods.length < wanted + surge) if (!this.#create(workload)) break;
    this.#scheduler.place();
    this.#changed(workload);
  }

  #create(workload: Workload): boolean {
    const verdict = this.#around.admits(workload);
    if (verdict === 'refused') {
      this.later(RETRY_REFUSED_MS, () => this.#reconcile(workload));
      return false;
    }
    const pod: Pod = {
      workload,
      ordinal: workload.kind === 'StatefulSet' ? workload.pods.length : workload.made,
      createdAt: this.#now,
      containers: workload.containers,
      image: workload.image,
      node: undefined,
      state: 'pending',
      gates: verdict === 'gated' ? [STANDBY_GATE] : [],
      annotations: workload.annotations,
      unschedulableSince: undefined,
      scheduledAt: undefined,
      stuckSince: undefined,
      readyAt: undefined,
      deletedAt: undefined,
      restarts: 0,
      address: 0,
    };
    workload.made++;
    workload.pods.push(pod);
    this.pods.add(pod);
    if (verdict === 'free') this.#scheduler.add(pod);
    return true;
  }

  /** The kubelet starts a pod: an address, the image, the container, the first good probe. */
  #begin(pod: Pod): void {
    if (pod.state !== 'creating' || pod.node === undefined) return;
    if (this.instant) {
      this.#ready(pod);
      return;
    }
    if (this.networkBroken) {
      pod.stuckSince ??= this.#now;
      return;
    }
    pod.stuckSince = undefined;
    const { images } = pod.node;
    const pull = images.has(pod.image) ? 0 : drawn(this.settings.imagePullMs, this.#random);
    images.add(pod.image);
    const start = drawn(this.settings.podStartMs, this.#random);
    this.later(pull + start, () => this.#ready(pod));
  }

  #ready(pod: Pod): void {
    if (pod.state !== 'creating') return;
    if (this.networkBroken) {
      pod.stuckSince = this.#now;
      return;
    }
    const { workload } = pod;
    pod.state = 'running';
    pod.readyAt = this.#now;
    pod.address = this.nodes.nextAddress();
    pod.node?.images.add(pod.image);
    workload.ready++;
    this.#changed(workload);
    if (workload.kind === 'StatefulSet' && workload.pods.length < workload.wanted) this.#reconcile(workload);
    if (workload.pods.some(isOutdated)) this.#roll(workload);
    if (workload.kind === 'Job') this.later(drawn(this.settings.jobMs, this.#random), () => this.#finish(workload));
  }

  #finish(workload: Workload): void {
    if (workload.finishedAt !== undefined) return;
    workload.finishedAt = this.#now;
    workload.wanted = 0;
    for (const pod of [...workload.pods]) this.#stop(pod);
    this.#around.finished(workload);
  }

  /** A pod that ends takes no new requests from now on; it is gone a little later. */
  #stop(pod: Pod): void {
    const { workload } = pod;
    workload.pods.splice(workload.pods.indexOf(pod), 1);
    if (pod.state === 'running') workload.ready--;
    pod.state = 'terminating';
    pod.deletedAt = this.#now;
    if (pod.node !== undefined && !this.instant) {
      workload.terminating++;
      this.later(drawn(this.settings.podStopMs, this.#random), () => {
        this.#forget(pod);
        this.#scheduler.place();
      });
    } else {
      this.pods.delete(pod);
      this.#scheduler.release(pod);
    }
    this.#changed(workload);
  }

  #forget(pod: Pod): void {
    pod.workload.terminating--;
    this.pods.delete(pod);
    this.#scheduler.release(pod);
    this.#changed(pod.workload);
  }

  /** The power went: the container is gone, the pod object stays where it is. */
  #halt(pod: Pod): void {
    if (pod.state === 'running') {
      pod.workload.ready--;
      pod.restarts++;
    }
    if (pod.node !== undefined) pod.state = 'creating';
    pod.readyAt = undefined;
    pod.stuckSince = undefined;
  }

  #changed(workload: Workload): void {
    this.#judge(workload);
    this.#around.changed(workload);
  }

  #judge(workload: Workload): void {
    const available = isAvailable(workload);
    if (available !== workload.available) {
      workload.available = available;
      workload.availableSince = this.#now;
    }
    if (workload.completeSince === undefined && workload.ready >= workload.wanted) workload.completeSince = this.#now;
  }
}

function updatedReady({ pods }: Workload): number {
  return pods.reduce((count, pod) => count + (pod.state === 'running' && !isOutdated(pod) ? 1 : 0), 0);
}

/** Pods that are not ready go first, then the youngest. */
function leastUseful(pods: readonly Pod[]): Pod {
  const unready = pods.findLast((pod) => pod.state !== 'running');
  const chosen = unready ?? pods.at(-1);
  if (chosen === undefined) throw new Error('there is no pod to stop');
  return chosen;
}
