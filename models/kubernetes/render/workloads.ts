import type { Plural } from '../kinds.ts';
import type { NodeGroup } from '../node-group.ts';
import { type Rendered, type Stored, timestamp } from '../objects.ts';
import { replicaSetName, updated, type Workload } from '../workloads.ts';

const PROGRESS_DEADLINE_MS = 600_000;

/** The object as it is answered: what is kept, and the status its pods give it. */
export function renderDeployment(object: Stored, workload: Workload, now: number): Rendered {
  const { ready, wanted } = workload;
  const live = workload.pods.length;
  const newest = updated(workload);
  const unavailable = Math.max(live, wanted) - ready;
  const status: Record<string, unknown> = { observedGeneration: workload.observedGeneration };
  // Kubernetes leaves out counts that are 0
  if (live > 0) status.replicas = live;
  if (newest > 0) status.updatedReplicas = newest;
  if (ready > 0) status.readyReplicas = ready;
  if (ready > 0) status.availableReplicas = ready;
  if (unavailable > 0) status.unavailableReplicas = unavailable;
  status.terminatingReplicas = workload.terminating;
  status.conditions = [progressing(workload, now), available(workload)];
  return { metadata: object.metadata, spec: object.spec, status };
}

function available({ available: yes, availableSince }: Workload) {
  return condition(
    'Available',
    yes,
    availableSince,
    yes ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    yes ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
  );
}

/** Judged for a roll-out only: once that was complete, scaling never shows here. */
function progressing(workload: Workload, now: number) {
  const { completeSince, createdAt } = workload;
  const set = `ReplicaSet "${replicaSetName(workload)}"`;
  if (completeSince !== undefined) {
    return condition(
      'Progressing',
      true,
      completeSince,
      'NewReplicaSetAvailable',
      `${set} has successfully progressed.`,
    );
  }
  if (now - createdAt > PROGRESS_DEADLINE_MS) {
    const at = createdAt + PROGRESS_DEADLINE_MS;
    return condition('Progressing', false, at, 'ProgressDeadlineExceeded', `${set} has timed out progressing.`);
  }
  return condition('Progressing', true, createdAt, 'ReplicaSetUpdated', `${set} is progressing.`);
}

function condition(type: string, yes: boolean, since: number, reason: string, message: string) {
  const at = timestamp(since);
  return { type, status: yes ? 'True' : 'False', lastUpdateTime: at, lastTransitionTime: at, reason, message };
}

export function renderStatefulSet(object: Stored, workload: Workload): Rendered {
  const live = workload.pods.length;
  const revision = replicaSetName(workload);
  return {
    metadata: object.metadata,
    spec: object.spec,
    status: {
      observedGeneration: workload.observedGeneration,
      replicas: live,
      ...present('readyReplicas', workload.ready),
      ...present('currentReplicas', live),
      ...present('updatedReplicas', live),
      currentRevision: revision,
      updateRevision: revision,
      collisionCount: 0,
      availableReplicas: workload.ready,
    },
  };
}

/** A DaemonSet has a pod on every node; those pods are counted, not listed. */
export function renderDaemonSet(object: Stored, nodes: NodeGroup): Rendered {
  const all = nodes.all.length;
  const { ready } = nodes;
  return {
    metadata: object.metadata,
    spec: object.spec,
    status: {
      currentNumberScheduled: all,
      numberMisscheduled: 0,
      desiredNumberScheduled: all,
      numberReady: ready,
      observedGeneration: object.metadata.generation ?? 1,
      updatedNumberScheduled: all,
      ...present('numberAvailable', ready),
      ...present('numberUnavailable', all - ready),
    },
  };
}

export function renderJob(object: Stored, workload: Workload | undefined): Rendered {
  const startTime = object.metadata.creationTimestamp;
  const finishedAt = workload?.finishedAt;
  if (finishedAt === undefined) {
    const status = { startTime, active: 1, terminating: 0, uncountedTerminatedPods: {}, ready: workload?.ready ?? 0 };
    return { metadata: object.metadata, spec: object.spec, status };
  }
  const at = timestamp(finishedAt);
  const complete = { type: 'Complete', status: 'True', lastProbeTime: at, lastTransitionTime: at };
  return {
    metadata: object.metadata,
    spec: object.spec,
    status: { conditions: [complete], startTime, completionTime: at, succeeded: 1, ready: 0, terminating: 0 },
  };
}

/** autoscaling/v1 Scale of a Deployment or StatefulSet. */
/** @param counted a workload's pods, or how many nodes a NodePool has */
export function renderScale(object: Stored, counted: Workload | number): Rendered {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const labels = typeof counted === 'number' ? {} : counted.labels;
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: present('replicas', object.spec?.replicas ?? 0),
    status:
      typeof counted === 'number'
        ? { replicas: counted }
        : { replicas: counted.pods.length, selector: selector.join(',') },
  };
}

/** Which kinds have pods that Life keeps. */
export function workloadKind(plural: Plural): 'Deployment' | 'StatefulSet' | 'Job' | undefined {
  if (plural === 'deployments') return 'Deployment';
  if (plural === 'statefulsets') return 'StatefulSet';
  return plural === 'jobs' ? 'Job' : undefined;
}

/** Kubernetes leaves out counts that are 0. */
function present<Name extends string>(name: Name, count: number): Partial<Record<Name, number>> {
  return count === 0 ? {} : ({ [name]: count } as Record<Name, number>);
}
