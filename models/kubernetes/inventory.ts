import type { Random } from '../random.ts';
import { admittedPod, POD_GATE } from './admission.ts';
import { CronJobs } from './cron-jobs.ts';
import { allKinds, type Kind, type Plural } from './kinds.ts';
import { Life } from './life.ts';
import type { LifeSettings, Range } from './life-settings.ts';
import { NodeGroup, type NodeGroupSize } from './node-group.ts';
import { type Labels, type Rendered, type Stored, timestamp, uidOf } from './objects.ts';
import { Parameters } from './parameters.ts';
import { bare, type PolicySet } from './policy-set.ts';
import { Grants } from './rbac.ts';
import { renderEvents } from './render/events.ts';
import { renderEndpointSlice, renderIngress, renderLeases, renderService } from './render/network.ts';
import { renderNode } from './render/nodes.ts';
import { renderPod } from './render/pods.ts';
import { renderDaemonSet, renderDeployment, renderJob, renderStatefulSet, workloadKind } from './render/workloads.ts';
import { byBytes, keyOf, Store } from './store.ts';
import { availability, refusalOf } from './webhooks.ts';
import { describe, type Pod, podName, type Workload, workloadOf } from './workloads.ts';

export const CONFIG_KEY = 'throwover-system/throwover';
const RING = 'throwover.dev/ring';

export interface InventorySettings {
  readonly name: string;
  readonly region: string;
  readonly life: LifeSettings;
  readonly nodeGroup: NodeGroupSize;
  readonly balancerHost: string;
  /** How late the API servers' admission sees a flip. */
  readonly staleMs: Range;
  readonly apiServers: number;
  /** Left out: a cluster in which nothing of ours is installed. */
  readonly set?: PolicySet | undefined;
}

/** One kind in one namespace or in all: keys in order, objects made when asked for. */
export interface Collection {
  readonly keys: readonly string[];
  at(key: string): Rendered | undefined;
}

/** Everything that is in one cluster: the objects that people wrote, and what the controllers made of them. */
export class Inventory {
  readonly settings: InventorySettings;
  readonly store: Store;
  readonly life: Life;
  readonly parameters: Parameters;
  readonly bornAt: number;
  /** Changes when a write may have changed where a host leads. */
  routing = 0;
  /** Set while etcd takes no writes. */
  frozenAt: number | undefined;
  readonly #crons: CronJobs;
  #grants: Grants | undefined;

  constructor(settings: InventorySettings, random: Random, now: number, bornAt: number) {
    this.settings = settings;
    this.bornAt = bornAt;
    this.store = new Store(now);
    const { objects, grants } = settings.set ?? bare;
    for (const [plural, seeded] of objects) this.store.seed(plural, seeded);
    this.#grants = grants;
    this.parameters = new Parameters(settings.staleMs, settings.apiServers, random);
    const nodes = new NodeGroup(settings.nodeGroup, settings.region, settings.life);
    this.life = new Life(bornAt, random, settings.life, nodes, {
      admits: (workload) => this.admits(workload),
      changed: (workload) => this.#changed(workload),
      finished: (workload) => this.#finished(workload),
    });
    this.#crons = new CronJobs(this, random);
  }

  /** The ring that a namespace takes part in. */
  ringOf(namespace: string | undefined): string | undefined {
    return namespace === undefined ? undefined : this.store.get('namespaces', namespace)?.metadata.labels?.[RING];
  }

  /** Who may what, by the roles and bindings as they are now. */
  get grants(): Grants {
    this.#grants ??= new Grants((plural) => this.store.values(plural));
    return this.#grants;
  }

  /** Whether a policy of ours is there and bound. The model knows its effect by its name, whatever its expressions say. */
  enforces(policy: string): boolean {
    const { store } = this;
    const mutates =
      store.get('mutatingadmissionpolicies', policy) && store.get('mutatingadmissionpolicybindings', policy);
    return (
      mutates !== undefined ||
      (store.get('validatingadmissionpolicies', policy) && store.get('validatingadmissionpolicybindings', policy)) !==
        undefined
    );
  }

  /** The data of the ConfigMap that says what this cluster is. */
  config(): Labels | undefined {
    return this.store.get('configmaps', CONFIG_KEY)?.data;
  }

  workload(plural: Plural, key: string): Workload | undefined {
    return this.life.workload(`${workloadKind(plural)} ${key}`);
  }

  /** Metadata of a new object. */
  newMetadata(kind: Kind, namespace: string | undefined, name: string): Stored['metadata'] {
    const counted = !['', 'rbac.authorization.k8s.io'].includes(kind.group) || kind.plural === 'pods';
    return {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: uidOf(`${this.settings.name} ${kind.plural} ${keyOf(namespace, name)} ${this.store.revision}`),
      resourceVersion: '0',
      ...(counted ? { generation: 1 } : {}),
      creationTimestamp: timestamp(this.life.now),
    };
  }

  /** Writes an object under the next resourceVersion, and lets the controllers know. */
  keep(plural: Plural, key: string, object: Stored): Stored {
    const kept = { ...object, metadata: { ...object.metadata, resourceVersion: this.store.next() } };
    this.store.put(plural, key, kept);
    if (isAccess(plural)) this.#grants = undefined;
    if (plural === 'configmaps') {
      // What is there from the beginning was seen long ago.
      const at = this.life.instant ? Number.NEGATIVE_INFINITY : this.life.now;
      if (key === CONFIG_KEY) this.parameters.write(kept.data ?? {}, at);
    } else if (plural === 'nodepools') {
      const { replicas, limits } = kept.spec ?? {};
      if (replicas !== undefined) this.life.pooled(key, replicas, Number(limits?.nodes ?? Number.POSITIVE_INFINITY));
    } else if (plural === 'cronjobs') this.#crons.changed(key, kept);
    else if (plural === 'ingresses' || plural === 'services') this.routing++;
    else this.#wish(plural, key, kept);
    return kept;
  }

  drop(plural: Plural, key: string): void {
    this.store.delete(plural, key);
    if (isAccess(plural)) this.#grants = undefined;
    this.store.next();
    this.routing++;
    if (plural === 'configmaps' && key === CONFIG_KEY) this.parameters.write(undefined, this.life.now);
    const workload = this.workload(plural, key);
    if (workload !== undefined) this.life.remove(workload);
    if (plural === 'cronjobs') this.#crons.forget(key);
  }

  /** A namespace goes with all that is in it; at once, where the real server takes seconds. */
  dropNamespace(name: string): void {
    for (const { plural, namespaced, origin } of allKinds) {
      if (!namespaced || origin !== 'kept') continue;
      for (const key of this.store.keys(plural as Plural)) {
        if (key.startsWith(`${name}/`)) this.drop(plural as Plural, key);
      }
    }
    for (const pod of [...this.life.pods]) if (pod.workload.namespace === name) this.life.evict(pod);
    this.drop('namespaces', name);
  }

  /** The set-up is over: what was built is old and at rest, and time goes on from `now`. */
  settle(now: number): void {
    this.life.settle(now);
    this.#crons.settle(now);
  }

  collection(kind: Kind, namespace?: string): Collection {
    const plural = kind.plural as Plural;
    const inside = (key: string) => namespace === undefined || key.startsWith(`${namespace}/`);
    if (kind.origin === 'kept') {
      const keys = this.store.keys(plural);
      const rendered = (key: string) => this.#render(plural, key);
      return { keys: namespace === undefined ? keys : keys.filter(inside), at: rendered };
    }
    const made = this.#made(plural, namespace);
    return { keys: [...made.keys()].sort(byBytes), at: (key) => made.get(key)?.() };
  }

  object(kind: Kind, key: string): Rendered | undefined {
    const plural = kind.plural as Plural;
    if (kind.origin === 'kept') return this.#render(plural, key);
    const [namespace] = key.split('/');
    return this.#made(plural, kind.namespaced ? namespace : undefined).get(key)?.();
  }

  pod(key: string): Pod | undefined {
    for (const pod of this.life.pods) {
      if (key.startsWith(pod.workload.namespace) && keyOf(pod.workload.namespace, podName(pod)) === key) return pod;
    }
    return undefined;
  }

  /** What a scale counts: pods, or the nodes of a static NodePool. */
  counted(plural: Plural, key: string): Workload | number | undefined {
    if (plural !== 'nodepools') return this.workload(plural, key);
    return this.store.get(plural, key)?.spec?.replicas === undefined ? undefined : this.life.nodes.all.length;
  }

  renderedPod(pod: Pod): Rendered {
    return renderPod(pod, this.life.nodes, this.store.revision);
  }

  /** The cluster is powered on again: what was to happen in it was forgotten, so the clocks are set anew. */
  wakeCrons(): void {
    this.#crons.wake();
  }

  #render(plural: Plural, key: string): Rendered | undefined {
    const object = this.store.get(plural, key);
    if (object === undefined) return undefined;
    const workload = this.workload(plural, key);
    const { metadata, spec, data, immutable } = object;
    switch (plural) {
      case 'deployments':
        return workload && renderDeployment(object, workload, this.life.now);
      case 'statefulsets':
        return workload && renderStatefulSet(object, workload);
      case 'jobs':
        return renderJob(object, workload);
      case 'daemonsets':
        return renderDaemonSet(object, this.life.nodes);
      case 'ingresses':
        return renderIngress(object, this.settings.balancerHost);
      case 'services':
        return renderService(object, this.settings.balancerHost);
      case 'cronjobs':
        return { metadata, spec, status: this.#crons.status(key) };
      case 'horizontalpodautoscalers':
        return { metadata, spec };
      case 'nodepools':
        return { metadata, spec, status: { nodes: this.life.nodes.all.length } };
      case 'namespaces':
        return { metadata, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
      case 'mutatingadmissionpolicies':
      case 'mutatingadmissionpolicybindings':
      case 'validatingadmissionpolicies':
      case 'validatingadmissionpolicybindings':
        return { metadata: this.#dated(metadata), spec };
      case 'mutatingwebhookconfigurations':
      case 'validatingwebhookconfigurations':
        return { metadata: this.#dated(metadata), webhooks: object.webhooks ?? [] };
      case 'apiservices':
        return { metadata: this.#dated(metadata), spec, status: availability(object, this) };
      case 'clusterroles':
      case 'roles':
        return { metadata: this.#dated(metadata), rules: object.rules ?? null };
      case 'clusterrolebindings':
      case 'rolebindings':
        return { metadata: this.#dated(metadata), subjects: object.subjects ?? [], roleRef: object.roleRef };
      default:
        return { metadata, ...(immutable === undefined ? {} : { immutable }), ...(data === undefined ? {} : { data }) };
    }
  }

  /** What came with the cluster is as old as the cluster. */
  #dated(metadata: Stored['metadata']): Stored['metadata'] {
    return metadata.creationTimestamp === '' ? { ...metadata, creationTimestamp: timestamp(this.bornAt) } : metadata;
  }

  #made(plural: Plural, namespace: string | undefined): Map<string, () => Rendered> {
    const { life, store, settings } = this;
    const made = new Map<string, () => Rendered>();
    const all = (objects: readonly Rendered[]) => {
      for (const object of objects) {
        const { metadata } = object;
        if (namespace !== undefined && metadata.namespace !== namespace) continue;
        made.set(keyOf(metadata.namespace, metadata.name), () => object);
      }
    };
    if (plural === 'nodes') {
      for (const node of life.nodes.all) {
        made.set(node.name, () => renderNode(node, life.nodes, settings.life, store.revision, life.now));
      }
    } else if (plural === 'pods') {
      for (const pod of life.pods) {
        if (namespace !== undefined && pod.workload.namespace !== namespace) continue;
        made.set(keyOf(pod.workload.namespace, podName(pod)), () => this.renderedPod(pod));
      }
    } else if (plural === 'events') all(renderEvents(life, store.revision));
    else if (plural === 'leases') {
      all(renderLeases(this.frozenAt ?? life.now, this.bornAt, store.revision));
    } else if (plural === 'endpointslices') {
      all([...store.values('services')].map((service) => renderEndpointSlice(service, life, store.revision)));
    }
    return made;
  }

  #wish(plural: Plural, key: string, object: Stored): void {
    const kind = workloadKind(plural);
    if (kind === undefined) return;
    const known = this.workload(plural, key);
    const workload = known ?? workloadOf(kind, key, object, this.life.now);
    if (known !== undefined) describe(workload, object);
    if (workload.finishedAt !== undefined) return;
    this.life.wish(workload, kind === 'Job' ? 1 : (object.spec?.replicas ?? 1));
    if (known === undefined) this.routing++;
  }

  /** What becomes of a new pod of this workload, by what one of the API servers knows now. */
  admits(workload: Workload): 'free' | 'gated' | 'refused' {
    if (this.#webhookRefuses(workload)) return 'refused';
    const ring = this.ringOf(workload.namespace);
    if (ring === undefined || !this.enforces(POD_GATE)) return 'free';
    const { parameters, life } = this;
    return admittedPod(workload.labels, ring, parameters.seen(parameters.server(), life.now));
  }

  /** What the controllers write for a pod of it passes webhooks as every write does. */
  #webhookRefuses({ kind, namespace, labels }: Workload): boolean {
    const written = [
      { operation: 'CREATE', group: '', resource: 'pods' },
      ...(kind === 'Deployment' ? [{ operation: 'UPDATE', group: 'apps', resource: 'replicasets' } as const] : []),
    ] as const;
    return written.some((one) => refusalOf(this, { ...one, namespace, labels }) !== undefined);
  }

  #changed(workload: Workload): void {
    if (workload.kind === 'Pod' || this.frozenAt !== undefined) return;
    this.store.statusChanged(
      workload.kind === 'Deployment' ? 'deployments' : workload.kind === 'Job' ? 'jobs' : 'statefulsets',
      workload.key,
    );
  }

  #finished(workload: Workload): void {
    this.store.statusChanged('jobs', workload.key);
    this.#crons.finished(workload.key);
  }
}

function isAccess(plural: Plural): boolean {
  return ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'].includes(plural);
}
