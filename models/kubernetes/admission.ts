import { type Facets, facetsOf, labelsOf, weightAnnotations } from './facets.ts';
import { EXEMPT, guardConfig, guardOperators, guardVolumes, isExempt } from './guards.ts';
import { type Kind, kinds } from './kinds.ts';
import type { Labels, Metadata, Spec, Stored } from './objects.ts';
import { deniedByPolicy, noParameters, Refused } from './status.ts';

/**
 * The effects of the policy set that is installed in the clusters (clusters/base), as plain rules: what a write
 * is turned into, and which write is refused. Only writes come here: a flip of the ConfigMap changes nothing by itself.
 */
export interface Write {
  readonly kind: Kind;
  readonly object: Stored;
  readonly before: Stored | undefined;
  /** The namespace's label throwover.dev/ring; undefined = the namespace takes no part. */
  readonly ring: string | undefined;
  /** The ConfigMap's data as this API server sees it now; undefined = there is none. */
  readonly parameters: Labels | undefined;
  readonly groups: readonly string[];
  /** Whether this policy of the set is installed and bound. */
  readonly enforces: (policy: string) => boolean;
}

export const DESIRED_REPLICAS = 'throwover.dev/desired-replicas';
export const POD_GATE = 'throwover-pod-gate';
export const DESIRED_SUSPEND = 'throwover.dev/desired-suspend';

/** The object as it will be kept; throws the refusal that the API answers. */
export function admitted(write: Write): Stored {
  const mutated = write.ring === undefined ? write.object : mutatedInRing(write, write.ring);
  const config = isConfig(write.kind, mutated.metadata);
  const labelled = config && write.enforces('throwover-config-label') ? withLabels(mutated) : mutated;
  if (config && write.enforces('throwover-config-guard')) guardConfig(labelled, write.before);
  if (write.ring !== undefined && write.enforces('throwover-volume-guard')) guardVolumes(write, labelled, write.ring);
  if (write.before !== undefined) guardOperators(write, labelled, write.before);
  return labelled;
}

/** kubectl scale, HPA and KEDA go through /scale, where no mutating policy sees them: refused while stopped. */
export function admitScale(write: Write, replicas: number): void {
  const policy = 'throwover-scale-guard';
  if (write.ring === undefined || !write.enforces(policy)) return;
  const { name } = write.object.metadata;
  if (write.parameters === undefined) {
    const why = 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction';
    throw deniedByPolicy(write.kind, name, policy, [{ message: why, reason: 'Forbidden' }]);
  }
  const facets = knownFacets(write, write.parameters, write.ring, policy);
  if (replicas === 0 || facets.workloads === 'running') return;
  const message =
    `ring ${write.ring} of cluster ${write.parameters.cluster} is ${facets.role}: workloads are kept at 0 replicas; ` +
    `set the annotation ${DESIRED_REPLICAS} instead`;
  throw deniedByPolicy(write.kind, name, policy, [{ message, reason: 'Forbidden' }]);
}

/** The namespace and the ConfigMap that hold the role of the cluster stay. */
export function admitDeletion(kind: Kind, metadata: Metadata, enforces: Write['enforces']): void {
  if (isConfig(kind, metadata) && enforces('throwover-config-guard')) {
    const message = 'the ConfigMap throwover must not be deleted: every policy would then refuse writes';
    throw deniedByPolicy(kind, metadata.name, 'throwover-config-guard', [{ message, reason: 'Forbidden' }]);
  }
  if (kind === kinds.namespaces && metadata.name === 'throwover-system' && enforces('throwover-namespace-guard')) {
    const message = 'namespace throwover-system holds the role of this cluster; remove the throwover policies first';
    throw deniedByPolicy(kind, metadata.name, 'throwover-namespace-guard', [{ message, reason: 'Forbidden' }]);
  }
}

/** What becomes of a new pod: `gated` pods are never scheduled, and no node is bought for them. */
export function admittedPod(
  labels: Labels | undefined,
  ring: string | undefined,
  parameters: Labels | undefined,
): 'free' | 'gated' | 'refused' {
  if (ring === undefined) return 'free';
  if (parameters === undefined) return 'refused';
  if (labels !== undefined && EXEMPT in labels) return 'free';
  const facets = facetsOf(parameters, ring);
  if (facets === undefined) return 'refused';
  return facets.workloads === 'stopped' ? 'gated' : 'free';
}

/** The mutating policies of each kind, in the order in which they refuse. */
const policiesOf: Readonly<Record<string, readonly string[]>> = {
  deployments: ['throwover-workloads-restore', 'throwover-workloads-stop'],
  statefulsets: ['throwover-workloads-restore', 'throwover-workloads-stop'],
  cronjobs: ['throwover-cronjobs-resume', 'throwover-cronjobs-suspend'],
  ingresses: ['throwover-dns-weight'],
  services: ['throwover-dns-weight'],
};

function mutatedInRing(write: Write, ring: string): Stored {
  const policies = (policiesOf[write.kind.plural] ?? []).filter((policy) => write.enforces(policy));
  if (policies.length === 0) return write.object;
  if (write.parameters === undefined) throw noParameters(write.kind, write.object.metadata.name, policies);
  const { kind, object, before, parameters } = write;
  if (kind === kinds.ingresses || kind === kinds.services) {
    if (!isPublished(kind, object)) return object;
    const facets = knownFacets(write, parameters, ring, policies[0] ?? '');
    return annotated(object, weightAnnotations(parameters.cluster ?? '', facets.weight));
  }
  const exempt = isExempt(object);
  const remembers = (name: string) => object.metadata.annotations?.[name] !== undefined;
  if (kind === kinds.cronjobs) {
    if (exempt && !remembers(DESIRED_SUSPEND)) return object;
    const { batch } = knownFacets(write, parameters, ring, exempt ? policies[0] : policies[1]);
    const suspends = !exempt && policies.includes('throwover-cronjobs-suspend');
    if (batch === 'suspended' && suspends) return suspended(object, before);
    const resumes = policies.includes('throwover-cronjobs-resume') && remembers(DESIRED_SUSPEND);
    return batch === 'running' && resumes ? resumed(object) : object;
  }
  if (exempt && !remembers(DESIRED_REPLICAS)) return object;
  const facets = knownFacets(write, parameters, ring, exempt ? policies[0] : policies[1]);
  const workloads = runsWithBatch(object) ? withBatch[facets.batch] : facets.workloads;
  const stops = !exempt && policies.includes('throwover-workloads-stop');
  if (workloads === 'stopped' && stops) return stopped(object, before);
  const restores = policies.includes('throwover-workloads-restore') && remembers(DESIRED_REPLICAS);
  return workloads === 'running' && restores ? restored(object) : object;
}

/** What is exclusive runs where batch work runs: never in both clusters. */
function runsWithBatch({ metadata }: Stored): boolean {
  return metadata.labels?.['throwover.dev/concurrency'] === 'exclusive';
}

const withBatch: Readonly<Record<string, string>> = { running: 'running', suspended: 'stopped' };

/** replicas > 0 is always somebody's wish; 0 means "unchanged since we zeroed it". */
function stopped(object: Stored, before: Stored | undefined): Stored {
  const replicas = object.spec?.replicas ?? 1;
  const remembered =
    object.metadata.annotations?.[DESIRED_REPLICAS] ?? before?.metadata.annotations?.[DESIRED_REPLICAS];
  const desired = replicas > 0 ? String(replicas) : (remembered ?? '0');
  return withSpec(annotated(object, { [DESIRED_REPLICAS]: desired }), { replicas: 0 });
}

function restored(object: Stored): Stored {
  const replicas = object.spec?.replicas ?? 1;
  const wanted = Number(object.metadata.annotations?.[DESIRED_REPLICAS]);
  return withSpec(withoutAnnotation(object, DESIRED_REPLICAS), { replicas: replicas > 0 ? replicas : wanted });
}

function suspended(object: Stored, before: Stored | undefined): Stored {
  const incoming = object.spec?.suspend === true ? 'true' : 'false';
  const remembered = object.metadata.annotations?.[DESIRED_SUSPEND] ?? before?.metadata.annotations?.[DESIRED_SUSPEND];
  const desired = incoming === 'false' || remembered === undefined ? incoming : remembered;
  return withSpec(annotated(object, { [DESIRED_SUSPEND]: desired }), { suspend: true });
}

function resumed(object: Stored): Stored {
  const suspend = object.metadata.annotations?.[DESIRED_SUSPEND] === 'true';
  return withSpec(withoutAnnotation(object, DESIRED_SUSPEND), { suspend });
}

function isPublished(kind: Kind, { metadata, spec }: Stored): boolean {
  if (kind === kinds.ingresses || spec?.type === 'LoadBalancer') return true;
  const annotations = metadata.annotations ?? {};
  return (
    'external-dns.kubernetes.io/hostname' in annotations || 'external-dns.alpha.kubernetes.io/hostname' in annotations
  );
}

/** An unknown role is a CEL error, and failurePolicy Fail refuses the writes of that ring alone. */
function knownFacets(write: Write, parameters: Labels, ring: string, policy = ''): Facets {
  const facets = facetsOf(parameters, ring);
  if (facets !== undefined) return facets;
  const message = `policy '${policy}' with binding '${policy}' denied request: no such key: ${parameters[`role.${ring}`] ?? parameters.role}`;
  throw new Refused(403, 'Forbidden', message, {
    kind: write.kind.plural,
    name: write.object.metadata.name,
    causes: [{ message }],
  });
}

function isConfig(kind: Kind, { name, namespace }: Metadata): boolean {
  return kind === kinds.configmaps && name === 'throwover' && namespace === 'throwover-system';
}

function withLabels(object: Stored): Stored {
  const labels = { ...object.metadata.labels, ...labelsOf(object.data ?? {}) };
  return { ...object, metadata: { ...object.metadata, labels } };
}

function annotated(object: Stored, annotations: Labels): Stored {
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
  };
}

function withoutAnnotation(object: Stored, name: string): Stored {
  const { [name]: _, ...annotations } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function withSpec(object: Stored, change: Spec): Stored {
  return { ...object, spec: { ...object.spec, ...change } };
}
