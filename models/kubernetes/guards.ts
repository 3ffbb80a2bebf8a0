import type { Write } from './admission.ts';
import { facetsOf } from './facets.ts';
import { kinds } from './kinds.ts';
import { type Stored, sameJson } from './objects.ts';
import { deniedByPolicy } from './status.ts';

/** The validating policies of the set (reference/clusters, 05, 10 and 50): what they refuse, in their own words. */

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

type Pinned = readonly [policy: string, message: string, members: readonly string[]];

/** What the group throwover:operators may not change, per kind. */
const pinned: Readonly<Record<string, Pinned>> = {
  deployments: ['workloads', 'Throwover may change replicas and annotations only', ['template', 'selector']],
  statefulsets: ['workloads', 'Throwover may change replicas and annotations only', ['template', 'selector']],
  cronjobs: ['cronjobs', 'Throwover may change suspend and annotations only', ['jobTemplate', 'schedule']],
  ingresses: ['ingresses', 'Throwover may change annotations only', ['*']],
  services: ['services', 'Throwover may change annotations only', ['*']],
  pods: [
    'pods',
    'Throwover may change scheduling gates and annotations only',
    ['containers', 'initContainers', 'tolerations', 'activeDeadlineSeconds'],
  ],
};

export function guardOperators({ kind, groups }: Write, object: Stored, before: Stored): void {
  const pin = pinned[kind.plural];
  if (pin === undefined || !groups.includes('throwover:operators')) return;
  const [policy, message, members] = pin;
  const complaints: { message: string; reason: 'Invalid' }[] = [];
  const now = object.metadata;
  const then = before.metadata;
  if (
    !sameJson(now.labels, then.labels) ||
    !sameJson(now.ownerReferences, then.ownerReferences) ||
    !sameJson(now.finalizers, then.finalizers)
  ) {
    complaints.push({ message: 'Throwover may not change labels, owners or finalizers', reason: 'Invalid' });
  }
  const spec = (of: Stored, member: string) => (member === '*' ? of.spec : of.spec?.[member]);
  if (!members.every((member) => sameJson(spec(object, member), spec(before, member)))) {
    complaints.push({ message, reason: 'Invalid' });
  }
  if (complaints.length > 0) {
    throw deniedByPolicy(kind, now.name, `throwover-operator-guard-${policy}`, complaints);
  }
}
