/** The few fields of Kubernetes objects that we read, and what they mean. */

export interface Metadata {
  name: string;
  namespace?: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface Namespace {
  metadata: Metadata;
}

/** An Ingress, a Service or a CronJob: what we read of it. */
export interface Source {
  metadata: Metadata;
  spec?: { type?: string };
}

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface Node {
  metadata: Metadata;
  spec?: { unschedulable?: boolean };
  status: { conditions: { type: string; status: string }[]; allocatable: Record<string, string> };
}

/** Kubernetes' own, of the core group: newer writers set `eventTime` alone. */
export interface Event {
  involvedObject: { namespace?: string; name?: string };
  lastTimestamp?: string | null;
  eventTime?: string | null;
}

export interface Pod {
  metadata: Metadata;
  spec: { schedulingGates?: { name: string }[] };
  status: {
    phase?: string;
    startTime?: string;
    conditions?: { type: string; status: string; lastTransitionTime?: string | null }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

interface ContainerStatus {
  state?: { waiting?: { reason?: string } };
}

/** Of `autoscaling/v2`. */
export interface HorizontalPodAutoscaler {
  metadata: Metadata;
  spec: { scaleTargetRef: { kind: string; name: string }; minReplicas?: number; maxReplicas: number };
}

interface Container {
  image?: string;
  /** Of an init container: it goes on running beside the others. */
  restartPolicy?: string;
  resources?: Resources;
}

export interface Resources {
  requests?: Record<string, string>;
  limits?: Record<string, string>;
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  /** Of the pod as a whole, where the API server knows them. */
  resources?: Resources;
  /** Of its RuntimeClass. */
  overhead?: Record<string, string>;
}

export interface DaemonSet {
  metadata: Metadata;
  spec: { template: { spec: PodSpec } };
  status?: {
    observedGeneration?: number;
    desiredNumberScheduled?: number;
    updatedNumberScheduled?: number;
    numberReady?: number;
  };
}

export interface Deployment {
  metadata: Metadata;
  spec: {
    replicas?: number;
    selector?: Selector;
    template: { spec: PodSpec };
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
  };
}

/** Of Karpenter, `karpenter.sh/v1`: static where it says a count. Limits are quantities, of which a static one has `nodes` alone. */
export interface NodePool {
  metadata: Metadata;
  spec: { replicas?: number; limits?: { nodes?: string | number } };
}

/** Where admission remembers the count of what is stopped, and takes it from when it runs again. */
export const DESIRED_REPLICAS = 'throwover.dev/desired-replicas';
/** The same for what is suspended. */
export const DESIRED_SUSPEND = 'throwover.dev/desired-suspend';

/** What it shall run with when its ring runs: the count that admission remembers while it is stopped, else what it asks for. */
export function wantedOf({ metadata, spec }: Deployment): number {
  const remembered = Number(metadata.annotations?.[DESIRED_REPLICAS]);
  return Number.isInteger(remembered) ? remembered : (spec.replicas ?? 1);
}

/**
 * Ready pods of the newest template, as few as the status allows: it does not say of which template the ready ones are, and a
 * roll-out keeps old ones ready until the last. 0 while the controller has not seen the newest generation.
 */
export function readyOf({ metadata, status = {} }: Deployment): number {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return 0;
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status;
  const old = Math.max(0, replicas - updatedReplicas);
  return Math.max(0, Math.min(updatedReplicas, readyReplicas - old));
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: string[] }[];
}

export interface WebhookConfiguration {
  metadata: Metadata;
  webhooks?: {
    name: string;
    clientConfig: { service?: { namespace: string; name: string } };
    /** Left out: Fail. */
    failurePolicy?: 'Fail' | 'Ignore';
    rules?: { operations: string[]; apiGroups: string[]; resources: string[] }[];
    namespaceSelector?: LabelSelector;
  }[];
}

export interface ApiService {
  metadata: Metadata;
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] };
}

export interface EndpointSlice {
  endpoints?: { conditions?: { ready?: boolean | null } }[] | null;
}

/** As a list takes it: `app=web,tier in (a,b),!old`. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: Selector = {}): string {
  const labels = Object.entries(matchLabels).map(([label, value]) => `${label}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...labels, ...expressions].join(',');
}
