/**
 * The clusters of a pair through their Kubernetes APIs. Lists are quorum reads (no resourceVersion): a server whose etcd is
 * frozen answers cached lists for ever (facts/kubernetes.md, section 3).
 */
import { ClusterUnreachable } from '../../core/errors.ts';
import { bySize, type PodSize, sumOf } from '../../core/plan/packing.ts';
import type {
  ClusterFenceAnswer,
  ClusterFenceRead,
  ClusterObject,
  Clusters,
  Inventory,
  Nodes,
  Touched,
  Workload,
} from '../../core/ports.ts';
import { asksOf, nodeSizes } from './amounts.ts';
import { extensionsOf } from './extensions.ts';
import { leasesOf } from './leases.ts';
import { listed } from './lists.ts';
import {
  type DaemonSet,
  DESIRED_REPLICAS,
  DESIRED_SUSPEND,
  type Deployment,
  type HorizontalPodAutoscaler,
  type Metadata,
  type Namespace,
  type Node,
  type Pod,
  readyOf,
  type Source,
  selectorText,
  wantedOf,
} from './objects.ts';
import { platformOf } from './platform.ts';
import { reservesOf, resizeReserve } from './reserves.ts';
import { stuckPodsOf } from './stuck-pods.ts';
import { type ApiResponse, objectOf, refusalText, type Transport } from './transport.ts';

const CONFIG = '/api/v1/namespaces/throwover-system/configmaps/throwover';
const MERGE = 'application/merge-patch+json';
const RING = 'throwover.dev/ring';
const TOUCHED = 'throwover.dev/touched';
const EXEMPT = 'throwover.dev/exempt';
const TIER = 'throwover.dev/tier';
const CAPACITY = 'throwover.dev/capacity';
const CONCURRENCY = 'throwover.dev/concurrency';
/** On every pod of a Job, by Kubernetes itself (since 1.27). */
const JOB_NAME = 'batch.kubernetes.io/job-name';
const USUAL_TIER = 1;
const ZONE = 'topology.kubernetes.io/zone';

const PATHS = {
  Deployment: '/apis/apps/v1',
  StatefulSet: '/apis/apps/v1',
  CronJob: '/apis/batch/v1',
  Ingress: '/apis/networking.k8s.io/v1',
  Service: '/api/v1',
} as const;

export function clustersOver(transport: Transport): Clusters {
  return {
    async readFence(cluster): Promise<ClusterFenceRead> {
      let answer: ApiResponse;
      try {
        answer = await transport(cluster, { method: 'GET', path: CONFIG });
      } catch (cause) {
        if (cause instanceof ClusterUnreachable) return { kind: 'unreachable', because: cause.message };
        throw cause;
      }
      if (answer.status === 401 || answer.status === 403)
        return { kind: 'unauthorized', because: refusalText(cluster, answer.status) };
      if (answer.status === 404) return { kind: 'missing', because: `${cluster} has no ${CONFIG}` };
      if (answer.status !== 200) return { kind: 'unreachable', because: `${cluster} says ${answer.status}` };
      const { data = {}, metadata } = objectOf<{
        data?: Record<string, string>;
        metadata: { resourceVersion: string };
      }>(answer);
      return { kind: 'fence', data, version: metadata.resourceVersion };
    },

    async writeFence(cluster, change, version): Promise<ClusterFenceAnswer> {
      const body = JSON.stringify({ metadata: { resourceVersion: version }, data: change });
      let answer: ApiResponse;
      try {
        answer = await transport(cluster, {
          method: 'PATCH',
          path: `${CONFIG}?fieldManager=throwover`,
          contentType: MERGE,
          body,
        });
      } catch (cause) {
        if (cause instanceof ClusterUnreachable) return 'unreachable';
        throw cause;
      }
      if (answer.status === 200) return 'written';
      if (answer.status === 409) return 'conflict';
      // a guard's refusal names its causes, a missing right does not
      return answer.status === 403 && answer.body.includes('"causes"') ? 'older' : 'refused';
    },

    async nodes(cluster): Promise<Nodes> {
      const nodes = await listed<Node>(transport, cluster, '/api/v1/nodes');
      const ready = nodes.filter(({ status }) =>
        status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
      );
      const sizes = nodeSizes(ready);
      return { ready: ready.length, total: nodes.length, zones: zonesOf(nodes, new Set(ready)), sizes };
    },

    leases: (cluster) => leasesOf(transport, cluster),

    platform: (cluster, cni) => platformOf(transport, cluster, cni),

    extensions: (cluster) => extensionsOf(transport, cluster),

    workloads: async (cluster) => (await inRings(transport, cluster)).workloads,

    async inventory(cluster) {
      const [{ workloads, others }, sets] = await Promise.all([
        inRings(transport, cluster),
        listed(transport, cluster, `${PATHS.Deployment}/daemonsets`, {}, ({ spec, status }: DaemonSet) => ({
          ...asksOf(spec.template.spec),
          pods: status?.desiredNumberScheduled ?? 0,
        })),
      ]);
      return { workloads, others: bySize(others), daemons: sumOf(sets) };
    },

    async singlePods(cluster) {
      const rings = await ringsOfNamespaces(transport, cluster);
      const [ofJobs, objects] = await Promise.all([
        listed<Pod>(transport, cluster, '/api/v1/pods', { labelSelector: JOB_NAME }),
        deploymentsAndSets(transport, cluster, (_, object) => object, `${CONCURRENCY}=exclusive`),
      ]);
      const ofExclusive = await Promise.all(
        objects.map(({ metadata, spec }) => {
          const path = `/api/v1/namespaces/${metadata.namespace}/pods`;
          return listed<Pod>(transport, cluster, path, { labelSelector: selectorText(spec.selector) });
        }),
      );
      return [ofJobs, ...ofExclusive].flat().flatMap(({ metadata, spec, status }) => {
        const ring = rings.get(metadata.namespace ?? '');
        const ended = status.phase === 'Succeeded' || status.phase === 'Failed';
        // a pod behind a gate does nothing, and nobody opens it here
        const waits = (spec.schedulingGates ?? []).length > 0;
        if (ring === undefined || ended || waits || isExempt(metadata)) return [];
        return [{ pod: `pod/${metadata.namespace}/${metadata.name}`, ring }];
      });
    },

    reserves: (cluster, from) => reservesOf(transport, cluster, from),

    resizeReserve: (cluster, from, group, replicas) => resizeReserve(transport, cluster, from, group, replicas),

    stuckPods: (cluster) => stuckPodsOf(transport, cluster),

    async objects(cluster, kind): Promise<ClusterObject[]> {
      const rings = await ringsOfNamespaces(transport, cluster);
      const kinds = kind === 'batch' ? (['CronJob'] as const) : (['Ingress', 'Service'] as const);
      const found = await Promise.all(
        kinds.map(async (one) => {
          const objects = await listed<Source>(transport, cluster, `${PATHS[one]}/${pluralOf(one)}`);
          return objects.flatMap((object): ClusterObject[] => {
            const { metadata } = object;
            const ring = rings.get(metadata.namespace ?? '');
            if (ring === undefined || isExempt(metadata) || (one === 'Service' && !isPublished(object))) return [];
            return [{ kind: one, namespace: metadata.namespace ?? '', name: metadata.name, ring }];
          });
        }),
      );
      return found.flat();
    },

    async touch(cluster, { kind, namespace, name }, run, desired) {
      const path = `${PATHS[kind]}/namespaces/${namespace}/${pluralOf(kind)}/${name}?fieldManager=throwover`;
      const size = desired === undefined ? {} : { [DESIRED_REPLICAS]: String(desired) };
      const body = JSON.stringify({ metadata: { annotations: { [TOUCHED]: run, ...size } } });
      const answer = await transport(cluster, { method: 'PATCH', path, contentType: MERGE, body });
      if (answer.status === 404) return 'gone';
      // somebody writes the same object, or the API server has too much to do
      if (answer.status === 409 || answer.status === 429) return 'busy';
      // whoever answers is not dead: a webhook of somebody else, a missing right
      if (answer.status !== 200)
        return { refused: `${refusalText(cluster, answer.status)} ${answer.body.slice(0, 200)}`.trim() };
      return touchedOf(objectOf(answer));
    },
  };
}

/** Workloads of the rings, and what the pods of all others ask for. */
async function inRings(transport: Transport, cluster: string): Promise<Pick<Inventory, 'workloads' | 'others'>> {
  const [rings, objects, scaled] = await Promise.all([
    ringsOfNamespaces(transport, cluster),
    deploymentsAndSets(transport, cluster, workloadOf),
    scaledBy(transport, cluster),
  ]);
  const others: PodSize[] = [];
  const workloads = objects.flatMap(({ exempt, pause, ...workload }) => {
    const ring = rings.get(workload.namespace);
    if (ring === undefined || exempt) {
      if (!pause) others.push({ ...workload.asks, pods: workload.replicas });
      return [];
    }
    const bounds = scaled.get(`${workload.kind}/${workload.namespace}/${workload.name}`);
    return [{ ...workload, ring, ...(bounds === undefined ? {} : { scaled: bounds }) }];
  });
  return { workloads, others };
}

async function deploymentsAndSets<Kept>(
  transport: Transport,
  cluster: string,
  keep: (kind: 'Deployment' | 'StatefulSet', object: Deployment) => Kept,
  labelSelector?: string,
): Promise<Kept[]> {
  const selector = labelSelector === undefined ? {} : { labelSelector };
  const found = await Promise.all(
    (['Deployment', 'StatefulSet'] as const).map((kind) => {
      const path = `${PATHS[kind]}/${kind.toLowerCase()}s`;
      return listed(transport, cluster, path, selector, (object: Deployment) => keep(kind, object));
    }),
  );
  return found.flat();
}

/** By `kind/namespace/name`. Bounds are worth knowing and nothing waits for them: who may not list HPAs wakes by the wish. */
async function scaledBy(transport: Transport, cluster: string): Promise<Map<string, { min: number; max: number }>> {
  const path = '/apis/autoscaling/v2/horizontalpodautoscalers';
  const found = await listed<HorizontalPodAutoscaler>(transport, cluster, path).catch((cause: unknown) => {
    if (cause instanceof ClusterUnreachable) return [];
    throw cause;
  });
  return new Map(
    found.map(({ metadata, spec: { scaleTargetRef, minReplicas = 1, maxReplicas } }) => [
      `${scaleTargetRef.kind}/${metadata.namespace}/${scaleTargetRef.name}`,
      { min: minReplicas, max: maxReplicas },
    ]),
  );
}

function zonesOf(nodes: readonly Node[], ready: ReadonlySet<Node>): Nodes['zones'] {
  const zones = Map.groupBy(nodes, ({ metadata }) => metadata.labels?.[ZONE] ?? 'no zone');
  return [...zones]
    .map(([zone, those]) => ({ zone, ready: those.filter((node) => ready.has(node)).length, total: those.length }))
    .sort((a, b) => (a.zone < b.zone ? -1 : 1));
}

/** Namespaces that belong to a ring, by their label; opting in is what makes an object ours to touch. */
async function ringsOfNamespaces(transport: Transport, cluster: string): Promise<Map<string, number>> {
  const namespaces = await listed<Namespace>(transport, cluster, `/api/v1/namespaces`, {
    labelSelector: RING,
  });
  const rings = new Map<string, number>();
  for (const { metadata } of namespaces) {
    const ring = Number(metadata.labels?.[RING]);
    if (Number.isInteger(ring)) rings.set(metadata.name, ring);
  }
  return rings;
}

/** Without its ring, which its namespace says. */
function workloadOf(
  kind: 'Deployment' | 'StatefulSet',
  object: Deployment,
): Omit<Workload, 'ring'> & { exempt: boolean; pause: boolean } {
  const { namespace = '', name, labels } = object.metadata;
  return {
    exempt: isExempt(object.metadata),
    pause: labels?.[CAPACITY] === 'pause',
    asks: asksOf(object.spec.template.spec),
    kind,
    namespace,
    name,
    wanted: wantedOf(object),
    replicas: object.spec.replicas ?? 1,
    ready: readyOf(object),
    images: object.spec.template.spec.containers.map(({ image = '' }) => image),
    tier: tierOf(labels?.[TIER]),
    exclusive: labels?.[CONCURRENCY] === 'exclusive',
  };
}

/** As the policies have it: the label is there, whatever it says. */
function isExempt({ labels = {} }: Metadata): boolean {
  return EXEMPT in labels;
}

/** As in clusters/base/30-dns.yaml: these are the Services that an ExternalDNS may publish. */
function isPublished({ metadata: { annotations = {} }, spec }: Source): boolean {
  return (
    spec?.type === 'LoadBalancer' ||
    'external-dns.kubernetes.io/hostname' in annotations ||
    'external-dns.alpha.kubernetes.io/hostname' in annotations
  );
}

function pluralOf(kind: ClusterObject['kind']): string {
  return kind === 'Ingress' ? 'ingresses' : `${kind.toLowerCase()}s`;
}

function tierOf(label: string | undefined): number {
  const tier = Number.parseInt(label ?? '', 10);
  return Number.isNaN(tier) ? USUAL_TIER : tier;
}

function touchedOf(object: {
  kind?: string;
  metadata: { annotations?: Record<string, string> };
  spec?: { replicas?: number; suspend?: boolean };
}): Touched {
  const { annotations = {} } = object.metadata;
  const weight =
    annotations['external-dns.kubernetes.io/aws-weight'] ?? annotations['external-dns.alpha.kubernetes.io/aws-weight'];
  return {
    ...(DESIRED_REPLICAS in annotations || DESIRED_SUSPEND in annotations ? { held: true as const } : {}),
    ...(object.spec?.replicas === undefined ? {} : { replicas: object.spec.replicas }),
    ...(object.spec?.suspend === undefined ? {} : { suspended: object.spec.suspend }),
    ...(weight === undefined ? {} : { weight: Number(weight) }),
  };
}
