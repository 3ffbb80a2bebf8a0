import { remembered } from '../remembered.ts';
import type { Container, Labels, Stored } from './objects.ts';
import { hashOf, mebibytes, millicores, nameSuffix } from './objects.ts';

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'Job' | 'Pod';

/** What keeps pods: a Deployment, a StatefulSet, a Job, or nobody (a bare pod stands for itself). */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: number;
  labels: Labels;
  annotations: Labels;
  containers: readonly Container[];
  cpu: number;
  memory: number;
  image: string;
  wanted: number;
  generation: number;
  observedGeneration: number;
  /** Pods that are meant to stay, oldest first. */
  readonly pods: Pod[];
  ready: number;
  terminating: number;
  /** Names of pods never repeat. */
  made: number;
  available: boolean;
  availableSince: number;
  /** When the first roll-out was complete; scaling later does not change it. */
  completeSince: number | undefined;
  /** A Job's end. */
  finishedAt: number | undefined;
}

export interface Pod {
  readonly workload: Workload;
  readonly ordinal: number;
  readonly createdAt: number;
  /** Of the template it was made from. */
  readonly containers: readonly Container[];
  readonly image: string;
  node: Node | undefined;
  state: 'pending' | 'creating' | 'running' | 'terminating';
  gates: readonly string[];
  annotations: Labels;
  unschedulableSince: number | undefined;
  scheduledAt: number | undefined;
  /** Set while no address can be had for it. */
  stuckSince: number | undefined;
  readyAt: number | undefined;
  deletedAt: number | undefined;
  restarts: number;
  address: number;
}

export interface Node {
  readonly name: string;
  readonly ordinal: number;
  readonly zone: string;
  readonly createdAt: number;
  ready: boolean;
  readySince: number;
  millicoresFree: number;
  mebibytesFree: number;
  podsFree: number;
  readonly pods: Set<Pod>;
  readonly images: Set<string>;
  emptySince: number | undefined;
}

/** The workload behind a kept object, before any pod exists. */
export function workloadOf(kind: WorkloadKind, key: string, object: Stored, now: number): Workload {
  const { namespace = '', name } = object.metadata;
  const workload: Workload = {
    kind,
    key,
    namespace,
    name,
    createdAt: now,
    labels: {},
    annotations: {},
    containers: [],
    cpu: 0,
    memory: 0,
    image: '',
    wanted: 0,
    generation: 0,
    observedGeneration: 0,
    pods: [],
    ready: 0,
    terminating: 0,
    made: 0,
    available: true,
    availableSince: now,
    completeSince: undefined,
    finishedAt: undefined,
  };
  describe(workload, object);
  return workload;
}

/** Takes over what the object says about its pods. A changed image rolls the pods of a Deployment; those of others stay: not modelled. */
export function describe(workload: Workload, object: Stored): void {
  const template = workload.kind === 'Pod' ? object : object.spec?.template;
  const containers = (workload.kind === 'Pod' ? object.spec?.containers : object.spec?.template?.spec.containers) ?? [];
  // Kubernetes itself marks the pods of a Job
  const mark = workload.kind === 'Job' ? { 'batch.kubernetes.io/job-name': workload.name } : {};
  workload.labels = { ...template?.metadata?.labels, ...mark };
  workload.annotations = template?.metadata?.annotations ?? {};
  workload.containers = containers;
  workload.cpu = containers.reduce((sum, container) => sum + millicores(container.resources?.requests?.cpu), 0);
  workload.memory = containers.reduce((sum, container) => sum + mebibytes(container.resources?.requests?.memory), 0);
  workload.image = containers[0]?.image ?? '';
  workload.generation = object.metadata.generation ?? 1;
}

/** `web-d84b86575`: the ReplicaSet between a Deployment and its pods, which is not served. */
export function replicaSetName(workload: Workload, image = workload.image): string {
  return `${workload.name}-${templateHash(workload, image)}`;
}

export function templateHash(workload: Workload, image = workload.image): string {
  return templateSuffix(`${workload.key} ${image}`);
}

const templateSuffix = remembered((template: string) => nameSuffix(template, 9));

/** Of low priority: any other pod takes its place. */
export function isPause({ workload }: Pod): boolean {
  return workload.labels['throwover.dev/capacity'] === 'pause';
}

export function isOutdated({ workload, image }: Pod): boolean {
  return workload.kind === 'Deployment' && image !== workload.image;
}

/** Pods of the newest template, whatever state they are in. */
export function updated({ pods }: Workload): number {
  return pods.reduce((count, pod) => count + (isOutdated(pod) ? 0 : 1), 0);
}

export function podName({ workload, ordinal, image }: Pod): string {
  const unique = () => nameSuffix(`${workload.kind} ${workload.key} ${ordinal} ${hashOf(image)}`, 5);
  if (workload.kind === 'Deployment') return `${replicaSetName(workload, image)}-${unique()}`;
  if (workload.kind === 'StatefulSet') return `${workload.name}-${ordinal}`;
  return workload.kind === 'Job' ? `${workload.name}-${unique()}` : workload.name;
}

/** Available = at most a quarter (rounded down) of the wanted pods is missing; so at 0 replicas it is always true. */
export function isAvailable(workload: Workload): boolean {
  return workload.ready >= workload.wanted - Math.floor(workload.wanted / 4);
}
