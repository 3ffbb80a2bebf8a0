import type { Clock } from '../clock.ts';
import { type Random, seeded } from '../random.ts';
import { admitted } from './admission.ts';
import { Api, type Authenticate } from './api.ts';
import type { ApiAnswer, ApiRequest, ObjectAnswer } from './api-request.ts';
import { currentPrefix, type Endpoint, endpointOf } from './endpoints.ts';
import { type Facets, facetsOf } from './facets.ts';
import type { Fault, FaultOptions } from './faults.ts';
import { type Database, Ingress, type IngressAnswer, type IngressRequest } from './ingress.ts';
import { CONFIG_KEY, Inventory } from './inventory.ts';
import { kinds } from './kinds.ts';
import { type LifeSettings, type Range, usualLife } from './life-settings.ts';
import { NetworkError } from './network-error.ts';
import type { NodeGroup, NodeGroupSize } from './node-group.ts';
import type { Labels, Spec } from './objects.ts';
import type { PolicySet } from './policy-set.ts';
import { withGeneration } from './proposal.ts';
import { keyOf } from './store.ts';
import type { Traffic } from './traffic.ts';
import type { Webhook } from './webhooks.ts';
import type { Workload } from './workloads.ts';

export interface ClusterOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly region?: string;
  /** Who holds this bearer token; undefined = 401. */
  readonly authenticate: Authenticate;
  /** Host name of the cluster's load balancer. */
  readonly balancerHost: string;
  /** Shared with the other cluster of the pair. */
  readonly database?: Database;
  readonly life?: Partial<LifeSettings>;
  readonly nodeGroup?: Partial<NodeGroupSize>;
  /** How late admission sees a flip of the ConfigMap; [0, 0] = at once. */
  readonly staleMs?: Range;
  readonly apiServers?: number;
  /** What is installed from the beginning (clusters/base, as `policySet` reads it); left out: nothing. */
  readonly set?: PolicySet;
  /** How old the cluster is when the world begins. */
  readonly ageMs?: number;
}

/** What a chart would install. */
export interface Manifest {
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly spec?: Spec;
  readonly data?: Labels;
  readonly webhooks?: readonly Webhook[];
}

const USUAL_AGE_MS = 41 * 86_400_000;
type Installable =
  | 'namespaces'
  | 'configmaps'
  | 'deployments'
  | 'statefulsets'
  | 'daemonsets'
  | 'cronjobs'
  | 'horizontalpodautoscalers'
  | 'nodepools'
  | 'services'
  | 'ingresses'
  | 'mutatingwebhookconfigurations'
  | 'validatingwebhookconfigurations'
  | 'apiservices';

/**
 * One EKS cluster in memory: its Kubernetes API as a function of a request, its ingress, its nodes and pods in the
 * time of the clock, and the ways in which it breaks. It looks at the clock when it is asked and sets no timers.
 */
export class Cluster {
  readonly name: string;
  readonly region: string;
  readonly balancerHost: string;
  readonly database: Database;
  readonly inventory: Inventory;
  readonly #clock: Clock;
  readonly #api: Api;
  readonly #ingress: Ingress;
  readonly #faults = new Map<Fault, FaultOptions>();
  readonly #published: Endpoint[] = [];

  constructor(options: ClusterOptions) {
    const { name, clock, region = 'eu-west-1', database = { readOnly: false }, ageMs = USUAL_AGE_MS } = options;
    this.name = name;
    this.region = region;
    this.balancerHost = options.balancerHost;
    this.database = database;
    this.#clock = clock;
    const random = seeded(Math.floor(options.random() * 2 ** 32));
    const size = { name: `${name}-nodes`, min: 2, max: 12, ...options.nodeGroup };
    const settings = {
      name,
      region,
      life: { ...usualLife, ...options.life },
      nodeGroup: { desired: size.min, ...size },
      balancerHost: options.balancerHost,
      staleMs: options.staleMs ?? ([0, 0] as const),
      apiServers: options.apiServers ?? 1,
      set: options.set,
    };
    this.inventory = new Inventory(settings, random, clock.now(), clock.now() - ageMs);
    this.#api = new Api(this.inventory, options.authenticate);
    this.#ingress = new Ingress(this.inventory, random, database);
    this.inventory.life.resize();
  }

  /** While the cluster is set up: installs an object as a chart would, through admission, ready at once. */
  install(plural: Installable, namespace: string | undefined, name: string, manifest: Manifest): void {
    const kind = kinds[plural];
    const metadata = this.inventory.newMetadata(kind, namespace, name);
    const { labels, annotations, spec, data, webhooks } = manifest;
    const object = {
      metadata: { ...metadata, ...(labels && { labels }), ...(annotations && { annotations }) },
      ...(spec && { spec }),
      ...(data && { data }),
      ...(webhooks && { webhooks }),
      ...('scale' in kind ? { replicasOwner: 'helm' } : {}),
    };
    const { parameters, life } = this.inventory;
    const after = admitted({
      kind,
      object,
      before: undefined,
      ring: this.inventory.ringOf(namespace),
      parameters: parameters.seen(0, life.now),
      groups: ['system:masters'],
      enforces: (policy) => this.inventory.enforces(policy),
    });
    this.inventory.keep(plural, keyOf(namespace, name), after);
  }

  /** A chart is uninstalled: its object is gone, without a question to admission. */
  uninstall(plural: Installable, namespace: string | undefined, name: string): void {
    this.#catchUp();
    this.inventory.drop(plural, keyOf(namespace, name));
  }

  /**
   * A pipeline applies the chart of a Deployment again, with another image and the chart's own count: through admission, as
   * every write.
   */
  rollOut(namespace: string, name: string, chart: { image: string; replicas: number }): void {
    this.#catchUp();
    const key = keyOf(namespace, name);
    const before = this.inventory.store.get('deployments', key);
    const template = before?.spec?.template;
    const [main, ...sidecars] = template?.spec.containers ?? [];
    if (before === undefined || template === undefined || main === undefined)
      throw new RangeError(`${this.name} has no Deployment ${key}`);
    const containers = [{ ...main, image: chart.image }, ...sidecars];
    const proposed = {
      ...before,
      spec: {
        ...before.spec,
        replicas: chart.replicas,
        template: { ...template, spec: { ...template.spec, containers } },
      },
    };
    const { parameters, life } = this.inventory;
    const after = admitted({
      kind: kinds.deployments,
      object: proposed,
      before,
      ring: this.inventory.ringOf(namespace),
      parameters: parameters.seen(parameters.server(), life.now),
      groups: ['system:masters'],
      enforces: (policy) => this.inventory.enforces(policy),
    });
    this.inventory.keep('deployments', key, withGeneration(kinds.deployments, before, after));
  }

  /** Set-up is over; from here on things take time. */
  begin(): this {
    this.inventory.settle(this.#clock.now());
    return this;
  }

  /** The Kubernetes API. Throws NetworkError when nobody answers; a refusal is an answer. */
  handle(request: ApiRequest): ApiAnswer {
    const { status, body, delayMs } = this.answer(request);
    const plain = typeof body === 'string';
    const type = plain ? 'text/plain; charset=utf-8' : 'application/json';
    return { status, headers: { 'content-type': type }, body: plain ? body : JSON.stringify(body), delayMs };
  }

  /** The same without the text: cheaper for callers in this process. */
  answer(request: ApiRequest): ObjectAnswer {
    const away = this.#away ?? this.#faults.get('api-down');
    if (away !== undefined) throw unreachable(`the API of ${this.name}`, away);
    this.#catchUp();
    const answer = this.#api.answer(request);
    const slowMs = this.#slowMs;
    return slowMs === 0 ? answer : { ...answer, delayMs: answer.delayMs + slowMs };
  }

  /** A request that reached the cluster's load balancer. Throws NetworkError when nobody answers. */
  ingress(request: IngressRequest): IngressAnswer {
    const dead = this.#away;
    if (dead !== undefined) throw unreachable(`the load balancer of ${this.name}`, dead);
    this.#catchUp();
    return this.#ingress.answer(request, {
      networkBroken: this.#faults.has('cni-broken'),
      gone: this.#faults.has('ingress-down'),
      appsBroken: this.#faults.has('apps-broken'),
      dnsBroken: this.#faults.has('dns-broken'),
      apiGone: this.#faults.has('api-down'),
      slowMs: this.#slowMs,
    });
  }

  get traffic(): Traffic {
    return this.#ingress.traffic;
  }

  /** Ready pods of the ingress controller: the healthy hosts of the load balancer. */
  get readyIngressPods(): number {
    this.#catchUp();
    return this.#faults.has('ingress-down') || this.#faults.has('partition') ? 0 : this.#ingress.readyPods;
  }

  /** Whether an ExternalDNS in this cluster works: it lives, and it reaches AWS. A dead API only freezes what it sees. */
  get externalDnsRuns(): boolean {
    return !['kill', 'partition', 'cni-broken'].some((fault) => this.#faults.has(fault as Fault));
  }

  /** What an ExternalDNS finds here, by the annotations of Ingresses and published Services. */
  endpoints(prefix: string = currentPrefix): Endpoint[] {
    this.#catchUp();
    const { store } = this.inventory;
    const found = (['ingresses', 'services'] as const).flatMap((plural) =>
      store.keys(plural).flatMap((key) => {
        const object = store.get(plural, key);
        const kind = plural === 'ingresses' ? 'ingress' : 'service';
        return (object && endpointOf(kind, object, prefix, this.balancerHost)) ?? [];
      }),
    );
    return [...found, ...this.#published];
  }

  /** A DNSEndpoint: published as it is written, no annotation and no policy changes it. */
  publish(endpoint: Endpoint): void {
    this.#published.push(endpoint);
  }

  /** The data of the ConfigMap throwover-system/throwover as it stands, whoever can reach it. */
  config(): Labels | undefined {
    return this.inventory.config();
  }

  facets(ring: string): Facets | undefined {
    return facetsOf(this.inventory.config() ?? {}, ring);
  }

  /** The pods of a Deployment as they are now. */
  deployment(namespace: string, name: string): Workload | undefined {
    this.#catchUp();
    return this.inventory.workload('deployments', `${namespace}/${name}`);
  }

  /** Somebody deletes a pod of a Deployment; another one is made. */
  replacePod(namespace: string, name: string): void {
    const [pod] = this.deployment(namespace, name)?.pods ?? [];
    if (pod !== undefined) this.inventory.life.evict(pod);
  }

  get nodes(): Pick<NodeGroup, 'ready' | 'coming' | 'min' | 'max' | 'desired' | 'name' | 'pool'> {
    this.#catchUp();
    const { ready, coming, min, max, desired, name, pool } = this.inventory.life.nodes;
    return { ready, coming, min, max, desired, name, pool };
  }

  /** EKS was told another size for the node group; nodes take their time. */
  resize(size: { min?: number; max?: number; desired?: number }): void {
    this.#catchUp();
    const { life } = this.inventory;
    life.nodes.min = size.min ?? life.nodes.min;
    life.nodes.max = size.max ?? life.nodes.max;
    life.nodes.desired = Math.max(size.desired ?? life.nodes.desired, life.nodes.min);
    if (!this.#faults.has('kill')) life.resize();
  }

  has(fault: Fault): boolean {
    return fault === 'database-read-only' ? this.database.readOnly : this.#faults.has(fault);
  }

  inflict(fault: Fault, options: FaultOptions = {}): void {
    this.#catchUp();
    const { life } = this.inventory;
    if (fault === 'database-read-only') this.database.readOnly = true;
    else {
      if (fault === 'kill') life.stop();
      this.#faults.set(fault, options);
    }
    if (fault === 'cni-broken') life.networkBroken = true;
    if (fault === 'etcd-frozen') this.#api.etcdFrozen = true;
    if (fault === 'etcd-full') this.#api.etcdFull = true;
    if (fault === 'etcd-frozen' || fault === 'etcd-full') this.inventory.frozenAt ??= life.now;
  }

  /** Ends one fault, or all. A killed cluster comes back as it was: its old role, its old epoch, its pods starting. */
  heal(fault?: Fault): void {
    if (fault === undefined) {
      for (const one of [...this.#faults.keys(), 'database-read-only' as const]) this.heal(one);
      return;
    }
    this.#catchUp();
    if (fault === 'database-read-only') this.database.readOnly = false;
    if (!this.#faults.delete(fault)) return;
    const { inventory } = this;
    if (fault === 'kill') {
      inventory.life.restart();
      inventory.wakeCrons();
    }
    if (fault === 'cni-broken') inventory.life.networkHealed();
    if (fault === 'etcd-frozen') this.#api.etcdFrozen = false;
    if (fault === 'etcd-full') this.#api.etcdFull = false;
    if (!this.has('etcd-frozen') && !this.has('etcd-full')) inventory.frozenAt = undefined;
  }

  /** The ConfigMap vanishes behind the back of its guard (somebody deleted the policies first). */
  loseConfig(): void {
    this.#catchUp();
    this.inventory.drop('configmaps', CONFIG_KEY);
  }

  /** Nobody reaches the cluster at all, and how that looks. */
  get #away(): FaultOptions | undefined {
    const partition = this.#faults.get('partition');
    return this.#faults.get('kill') ?? (partition && { how: 'silent', ...partition });
  }

  get #slowMs(): number {
    const slow = this.#faults.get('slow');
    return slow === undefined ? 0 : (slow.slowMs ?? 3_000);
  }

  #catchUp(): void {
    this.inventory.life.advance(this.#clock.now());
  }
}

function unreachable(what: string, { how }: FaultOptions): NetworkError {
  return how === 'silent'
    ? new NetworkError('ETIMEDOUT', `${what} does not answer`, Number.POSITIVE_INFINITY)
    : new NetworkError('ECONNREFUSED', `${what} refuses connections`);
}
