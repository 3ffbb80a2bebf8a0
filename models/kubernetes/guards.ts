import type { Write } from './admission.ts';
import { facetsOf, weightAnnotations } from './facets.ts';
import { kinds } from './kinds.ts';
import { type Labels, type Stored, sameJson } from './objects.ts';
import { deniedByPolicy } from './status.ts';

/** The validating policies of the set (clusters/base, 05, 10 and 50): what they refuse, in their own words. */

export const EXEMPT = 'throwover.dev/exempt';

export function isExempt({ metadata }: Stored): boolean {
  return metadata.labels !== undefined && EXEMPT in metadata.labels;
}

const weightPattern = /^(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/;
const keyPattern =
  /^(cluster|epoch|run|activeWeight|(role|workloads|batch|weight)([.][A-Za-z0-9][A-Za-z0-9_.-]{0,62})?)$/;

/** The fence inside the cluster: known keys and values only (422), never an older epoch (403). */
export function guardConfig(object: Stored, before: Stored | undefined): void {
  const data = object.data ?? {};
  const complaints: { message: string; reason: 'Forbidden' | 'Invalid' }[] = [];
  const demand = (holds: boolean, message: string, reason: 'Forbidden' | 'Invalid' = 'Invalid') => {
    if (!holds) complaints.push({ message, reason });
  };
  const each = (facet: string, holds: (value: string) => boolean) =>
    Object.entries(data).every(([key, value]) => !(key === facet || key.startsWith(`${facet}.`)) || holds(value));
  const epoch = data.epoch ?? '0';
  const epochBefore = before?.data?.epoch ?? '0';
  demand(
    Object.keys(data).every((key) => keyPattern.test(key)),
    'unknown key: allowed are cluster, epoch, run, activeWeight and role, workloads, batch, weight, each also as <key>.<ring>',
  );
  demand(data.role !== undefined, 'data.role is missing');
  demand(
    each('role', (value) => value === 'active' || value === 'standby'),
    'data.role must be active or standby',
  );
  demand(
    each('workloads', (value) => value === 'running' || value === 'stopped'),
    'data.workloads must be running or stopped',
  );
  demand(
    each('batch', (value) => value === 'running' || value === 'suspended'),
    'data.batch must be running or suspended',
  );
  demand(
    each('weight', (value) => weightPattern.test(value)) && weightPattern.test(data.activeWeight ?? '0'),
    'data.weight and data.activeWeight must be 0..255',
  );
  demand(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(data.cluster ?? ''), 'data.cluster must be an EKS cluster name');
  demand(before === undefined || data.cluster === before.data?.cluster, 'data.cluster cannot be changed');
  demand(/^(0|[1-9]\d{0,14})$/.test(data.epoch ?? ''), 'data.epoch must be a whole number');
  demand(
    before === undefined || !(Number(epoch) < Number(epochBefore)),
    `epoch ${epoch} is older than ${epochBefore}: a newer move owns this cluster`,
    'Forbidden',
  );
  demand(object.immutable !== true, 'the ConfigMap throwover must stay mutable');
  if (complaints.length > 0) {
    throw deniedByPolicy(kinds.configmaps, object.metadata.name, 'throwover-config-guard', complaints);
  }
}

/** Volumes outlive pods: a set that deletes its claims when scaled down is refused instead of stopped. */
export function guardVolumes(write: Write, object: Stored, ring: string): void {
  if (write.kind !== kinds.statefulsets || isExempt(object)) return;
  if (object.spec?.persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return;
  if (facetsOf(write.parameters ?? {}, ring)?.workloads !== 'stopped') return;
  const message =
    'persistentVolumeClaimRetentionPolicy.whenScaled is Delete: stopping this StatefulSet would delete its volumes; ' +
    'set it to Retain or take it out of the ring';
  throw deniedByPolicy(write.kind, object.metadata.name, 'throwover-volume-guard', [{ message, reason: 'Forbidden' }]);
}

interface Pinned {
  readonly message: string;
  /** Members of the spec that stay as they are; left out: all of it. */
  readonly members?: readonly string[];
}

const replicas = 'Throwover may change replicas and annotations only';
const annotations = 'Throwover may change annotations only';

/** What the group throwover:operators may not change, per kind. */
const pinned: Readonly<Record<string, Pinned>> = {
  deployments: {
    message: replicas,
    members: [
      'minReadySeconds',
      'paused',
      'progressDeadlineSeconds',
      'revisionHistoryLimit',
      'selector',
      'strategy',
      'template',
    ],
  },
  statefulsets: {
    message: replicas,
    members: [
      'minReadySeconds',
      'ordinals',
      'persistentVolumeClaimRetentionPolicy',
      'podManagementPolicy',
      'revisionHistoryLimit',
      'selector',
      'serviceName',
      'template',
      'updateStrategy',
      'volumeClaimTemplates',
    ],
  },
  cronjobs: {
    message: 'Throwover may change suspend and annotations only',
    members: [
      'concurrencyPolicy',
      'failedJobsHistoryLimit',
      'jobTemplate',
      'schedule',
      'startingDeadlineSeconds',
      'successfulJobsHistoryLimit',
      'timeZone',
    ],
  },
  ingresses: { message: annotations },
  services: { message: annotations },
  pods: {
    message: 'Throwover may change scheduling gates and annotations only',
    members: [
      'containers',
      'initContainers',
      'ephemeralContainers',
      'tolerations',
      'activeDeadlineSeconds',
      'nodeSelector',
      'affinity',
      'terminationGracePeriodSeconds',
    ],
  },
};

const written: ReadonlySet<string> = new Set(Object.keys(weightAnnotations('', '')));

export function guardOperators({ kind, groups, enforces }: Write, object: Stored, before: Stored): void {
  const pin = pinned[kind.plural];
  const policy = `throwover-operator-guard-${kind.plural}`;
  if (pin === undefined || !groups.includes('throwover:operators') || !enforces(policy)) return;
  const complaints: { message: string; reason: 'Invalid' }[] = [];
  const demand = (holds: boolean, message: string) => {
    if (!holds) complaints.push({ message, reason: 'Invalid' });
  };
  const now = object.metadata;
  const then = before.metadata;
  demand(
    sameJson(now.labels, then.labels) &&
      sameJson(now.ownerReferences, then.ownerReferences) &&
      sameJson(now.finalizers, then.finalizers),
    'Throwover may not change labels, owners or finalizers',
  );
  demand(
    sameJson(foreign(now.annotations), foreign(then.annotations)),
    'Throwover may change its own annotations only',
  );
  const { members } = pin;
  demand(
    members === undefined
      ? sameJson(object.spec, before.spec)
      : members.every((member) => sameJson(object.spec?.[member], before.spec?.[member])),
    pin.message,
  );
  if (complaints.length > 0) throw deniedByPolicy(kind, now.name, policy, complaints);
}

/** Nodes are taken from a cluster only where it is standby with all of its rings. */
export function guardPool({ kind, groups, enforces, parameters = {}, object }: Write, replicas: number): void {
  const policy = 'throwover-operator-guard-nodepools';
  if (kind !== kinds.nodepools || !groups.includes('throwover:operators') || !enforces(policy)) return;
  const active = Object.entries(parameters).some(([key, value]) => /^role([.]|$)/.test(key) && value === 'active');
  if (!active || replicas >= (object.spec?.replicas ?? 0)) return;
  const message = 'Throwover may not take nodes from a cluster that is active';
  throw deniedByPolicy(kind, object.metadata.name, policy, [{ message, reason: 'Invalid' }]);
}

function foreign(all: Labels = {}): Labels {
  return Object.fromEntries(
    Object.entries(all).filter(([key]) => !key.startsWith('throwover.dev/') && !written.has(key)),
  );
}
