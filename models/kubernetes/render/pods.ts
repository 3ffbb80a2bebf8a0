import type { NodeGroup } from '../node-group.ts';
import { type Labels, type Rendered, timestamp, uidOf } from '../objects.ts';
import { type Pod, podName, replicaSetName, templateHash } from '../workloads.ts';

const containerDefaults = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
};

const tolerations = ['not-ready', 'unreachable'].map((taint) => ({
  key: `node.kubernetes.io/${taint}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

export function renderPod(pod: Pod, nodes: NodeGroup, revision: number): Rendered {
  const { workload } = pod;
  const name = podName(pod);
  const owned = workload.kind === 'Deployment';
  return {
    metadata: {
      name,
      ...(owned ? { generateName: `${replicaSetName(workload, pod.image)}-` } : {}),
      namespace: workload.namespace,
      uid: uidOf(`pod ${workload.namespace}/${name}`),
      resourceVersion: String(revision),
      generation: 1,
      creationTimestamp: timestamp(pod.createdAt),
      ...(pod.deletedAt === undefined
        ? {}
        : { deletionTimestamp: timestamp(pod.deletedAt), deletionGracePeriodSeconds: 30 }),
      ...unlessEmpty('labels', {
        ...workload.labels,
        ...(owned ? { 'pod-template-hash': templateHash(workload, pod.image) } : {}),
        ...(pod.node === undefined ? {} : { 'topology.kubernetes.io/zone': pod.node.zone }),
      }),
      ...unlessEmpty('annotations', pod.annotations),
      ...(workload.kind === 'Pod' ? {} : { ownerReferences: [ownerOf(pod)] }),
    },
    spec: {
      containers: pod.containers.map((container) => ({ resources: {}, ...container, ...containerDefaults })),
      restartPolicy: workload.kind === 'Job' ? 'Never' : 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      ...(pod.node === undefined ? {} : { nodeName: pod.node.name }),
      securityContext: {},
      schedulerName: 'default-scheduler',
      tolerations,
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      ...(pod.gates.length === 0 ? {} : { schedulingGates: pod.gates.map((gate) => ({ name: gate })) }),
    },
    status: pod.node === undefined ? waitingStatus(pod, nodes) : boundStatus(pod),
  };
}

function unlessEmpty(member: 'labels' | 'annotations', values: Labels): { labels?: Labels; annotations?: Labels } {
  return Object.keys(values).length === 0 ? {} : { [member]: values };
}

function ownerOf({ workload, image }: Pod) {
  const name = workload.kind === 'Deployment' ? replicaSetName(workload, image) : workload.name;
  return {
    apiVersion: workload.kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind: workload.kind === 'Deployment' ? 'ReplicaSet' : workload.kind,
    name,
    uid: uidOf(`owner ${workload.kind} ${workload.namespace}/${name}`),
    controller: true,
    blockOwnerDeletion: true,
  };
}

function waitingStatus(pod: Pod, group: NodeGroup) {
  const gated = pod.gates.length > 0;
  const nodes = group.all.length;
  const unschedulable =
    `0/${nodes} nodes are available: ${group.whyNot(pod)}. no new claims to deallocate, preemption: ` +
    `0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
  return {
    phase: 'Pending',
    conditions: [
      {
        type: 'PodScheduled',
        ...(gated ? {} : { observedGeneration: 1 }),
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: timestamp(pod.unschedulableSince ?? pod.createdAt),
        reason: gated ? 'SchedulingGated' : 'Unschedulable',
        message: gated ? 'Scheduling is blocked due to non-empty scheduling gates' : unschedulable,
      },
    ],
    qosClass: qosOf(pod),
  };
}

function boundStatus(pod: Pod) {
  const since = timestamp(pod.scheduledAt ?? pod.createdAt);
  const ready = pod.state === 'running';
  // A pod that ends keeps its address and its containers until it is gone, and is no longer ready.
  const started = pod.readyAt !== undefined;
  const readySince = timestamp(pod.deletedAt ?? pod.readyAt ?? pod.scheduledAt ?? pod.createdAt);
  const address = started ? addressOf(pod) : undefined;
  const condition = (type: string, yes: boolean, at: string) => ({
    type,
    status: yes ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: at,
    ...(yes
      ? {}
      : { reason: 'ContainersNotReady', message: `containers with unready status: [${containerNames(pod)}]` }),
  });
  return {
    phase: started ? 'Running' : 'Pending',
    conditions: [
      condition(
        'PodReadyToStartContainers',
        started || (pod.state === 'creating' && pod.stuckSince === undefined),
        since,
      ),
      condition('Initialized', true, since),
      condition('Ready', ready, readySince),
      condition('ContainersReady', ready, readySince),
      condition('PodScheduled', true, since),
    ],
    ...(pod.node === undefined ? {} : { hostIP: nodeAddress(pod.node) }),
    ...(address === undefined ? {} : { podIP: address, podIPs: [{ ip: address }] }),
    startTime: since,
    containerStatuses: pod.containers.map(({ name, image }) => ({
      name,
      state: started ? { running: { startedAt: readySince } } : { waiting: { reason: 'ContainerCreating' } },
      lastState: {},
      ready,
      restartCount: pod.restarts,
      image,
      imageID: started ? `${image.split(':')[0]}@sha256:${uidOf(image).replaceAll('-', '').repeat(2)}` : '',
      started,
    })),
    qosClass: qosOf(pod),
  };
}

export function addressOf(pod: Pod): string {
  return `10.1.${Math.floor(pod.address / 250) % 250}.${(pod.address % 250) + 1}`;
}

export function nodeAddress({ ordinal }: { readonly ordinal: number }): string {
  return `10.0.${ordinal % 3}.${10 + ordinal}`;
}

function containerNames({ containers }: Pod): string {
  return containers.map(({ name }) => name).join(' ');
}

function qosOf({ workload }: Pod): string {
  return workload.cpu > 0 ? 'Burstable' : 'BestEffort';
}
