/**
 * What the core and the functions need from the world, in our words. Each port has an adapter that speaks to AWS, DNS,
 * HTTP or Kubernetes and a twin on `models/`. No AWS type appears here, and no port decides anything.
 */
import type { Notice } from './notices/notice.ts';
import type { ControlPlaneChange } from './observe/observation.ts';
import type { NodesOfGroup } from './observe/room.ts';
import type { Batch } from './plan/batch.ts';
import type { NodeGroupSize } from './plan/capacity.ts';
import type { Amounts, PodSize } from './plan/packing.ts';
import type { RecordSet } from './plan/records.ts';
import type { Cluster } from './topology/schema.ts';

/** Milliseconds since the epoch; waiting goes through here too, so that a test decides how long a minute is. */
export interface Clock {
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

/** Where names that must be unlike any other come from. */
export interface Ids {
  /** Short, unique, safe in a fence and in an execution name: `[0-9a-z-]`. */
  fresh(): string;
}

/**
 * What became of a change call. `refused`: the zone said no to the batch (a record or the fence was not as read).
 * `unknown`: the answer was lost; read the fence, never assume. `busy` and `throttled`: nothing happened, later perhaps.
 * `denied`: this zone takes no change from us now (locked, no rights).
 */
export type ChangeAnswer =
  | { kind: 'applied'; change: string }
  | { kind: 'refused' | 'busy' | 'throttled' | 'unknown' | 'denied'; because: string };

/** The hosted zones of a pair. Zones are named by the id that the topology gives them. */
export interface Zones {
  /** Every record set of the zone, all pages, in the zone's own order. */
  read(zoneId: string): Promise<RecordSet[]>;
  /** The record sets of one name only: a point read. Names are fully qualified and end with a dot. */
  readName(zoneId: string, name: string): Promise<RecordSet[]>;
  /** The record sets of these names. Asks for fewer pages than `read` where other names lie between them, and hardly for more. */
  readNames(zoneId: string, names: readonly string[]): Promise<RecordSet[]>;
  /** Sends one batch, once: a change call is never retried below this port. */
  apply(zoneId: string, batch: Batch): Promise<ChangeAnswer>;
  /** Has the change reached every authoritative server? */
  isInsync(change: string): Promise<boolean>;
}

/** One answer to a DNS question, and how it was come by. */
export interface DnsAnswer {
  rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED' | 'SERVFAIL' | 'unreachable';
  addresses: string[];
  texts: string[];
  ttlSeconds?: number;
}

export interface Dns {
  /** Asks one authoritative server of the zone, without recursion. */
  askServer(server: string, name: string, type: 'A' | 'AAAA' | 'TXT'): Promise<DnsAnswer>;
  /** Asks one resolver of the public, with recursion; `address:port`. */
  askResolver(resolver: string, name: string, type: 'A' | 'AAAA' | 'TXT'): Promise<DnsAnswer>;
  /** Asks the resolver that clients use. */
  ask(name: string, type: 'A' | 'AAAA' | 'TXT'): Promise<DnsAnswer>;
  /** Addresses of the authoritative servers of a zone (name with its dot). Throws `ZoneUnreadable` when there are none. */
  serversOf(zoneName: string): Promise<string[]>;
}

/** An HTTP answer as a probe sees it; `unreachable` when there was none within the time-out. */
export type ProbeAnswer =
  | {
      kind: 'answered';
      status: number;
      headers: Readonly<Record<string, string>>;
      milliseconds: number;
      /** The first characters of its text. */
      body?: string;
    }
  | { kind: 'unreachable'; because: string };

/** What a metrics server says of one query: one value with its time, or why there is none. */
export type QueryAnswer =
  | { kind: 'value'; at: number; value: number }
  | { kind: 'none' | 'unauthorized' | 'unreachable'; because: string };

export interface Probe {
  /** GET through one cluster's own load balancer: dials its address, sends `host` as Host header and SNI. */
  get(target: { balancer: string; port: number; secure: boolean; host: string; path: string }): Promise<ProbeAnswer>;
  /** Whole days that the certificate shown for `host` is still valid; undefined when none could be read. */
  certificateDaysLeft(target: { balancer: string; port: number; host: string }): Promise<number | undefined>;
  /** Prometheus' instant query. Samples older than `ageSeconds` are not taken into account. */
  query(asked: { url: string; query: string; ageSeconds: number }): Promise<QueryAnswer>;
}

/** Requests, and how many of them were answered 5xx. */
export interface Requests {
  asked: number;
  failed: number;
}

/** A minute of a load balancer. `at` is its end, or now while it runs; a minute that runs has no `users` yet. */
export interface BalancerMinute {
  at: number;
  hosts: number;
  users?: Requests;
}

/** Which series, and nothing about how it is judged. */
export interface MetricName {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

/** What CloudWatch says. Undefined: no datapoint, which is not zero. */
export interface Metrics {
  /** The last minutes that have a datapoint of healthy hosts, oldest first. */
  minutes(balancer: string): Promise<readonly BalancerMinute[]>;
  /** Requests to the Kubernetes API in the newest minute. */
  controlPlane(cluster: string): Promise<Requests | undefined>;
  /** The newest average of a series in the region of the cluster. */
  datapoint(cluster: string, metric: MetricName): Promise<number | undefined>;
  /** vCPUs of running On-Demand Standard instances in the region of the cluster, and how many there may be. Undefined: nobody says. */
  standardVcpus(cluster: string): Promise<{ used: number; quota: number } | undefined>;
  healthyHosts(balancer: string): Promise<{ at: number; count: number } | undefined>;
  /** Requests in the last `seconds` seconds: all of the balancer, or those of one ring, where they are counted by themselves. */
  requests(balancer: string, seconds: number, ring?: number): Promise<number | undefined>;
}

/** Executions of our own state machines. */
export interface Executions {
  /** What `status` knows the execution of that name by. */
  idOf(machine: 'switch', name: string): string;
  /** Undefined: there is no such execution. */
  status(id: string): Promise<'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | undefined>;
  start(machine: 'switch', name: string, input: unknown): Promise<'started' | 'exists'>;
  /** By its name: how it stands, and the record it left, where that is one. Undefined: there is no such execution. */
  find(machine: 'switch', name: string): Promise<ExecutionSeen | undefined>;
}

export interface ExecutionSeen {
  id: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  record?: Readonly<Record<string, unknown>>;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** CloudWatch alarms of the account, metric and composite. */
export interface Alarms {
  /** By name. One that is missing in the answer is not there. */
  states(names: readonly string[]): Promise<Readonly<Record<string, AlarmState>>>;
}

/** One thing beside the ledger, as it was read: a signal, a decision, an approval, a measurement. */
export interface Note {
  /** Sorts among the notes of its pair: `signal#…`, `decision#…`, `approval#…`, `capacity`, `drill#…`. */
  readonly key: string;
  /** Grows by one with every write. */
  readonly rev: number;
  /** Plain JSON; members that are undefined are not kept. */
  readonly item: Readonly<Record<string, unknown>>;
  /** From when on it may be thrown away, in milliseconds since the epoch, kept to the second. It may still be there for days. */
  readonly expiresAt?: number;
}

/**
 * What is kept beside the ledger, in the same table: reads are consistent, nothing is ever deleted but what has expired.
 * Throws `LedgerUnreachable` where nothing else is said.
 */
export interface Notes {
  /** Keeps it if there is nothing under this key. Throws after a lost answer: it may have been added; ask again. */
  add(pair: string, key: string, item: Note['item'], expiresAt?: number): Promise<'added' | 'there'>;
  /** Another item under the key of the note that was read, if its rev is still the same. Expires as the note did. `unknown`: read again. */
  replace(
    pair: string,
    note: Pick<Note, 'key' | 'rev' | 'expiresAt'>,
    item: Note['item'],
  ): Promise<'written' | 'lost' | 'unknown'>;
  read(pair: string, key: string): Promise<Note | undefined>;
  /** All whose keys begin so, in the order of their keys or the other way round; the first `limit` (≥ 1) of them. */
  list(pair: string, prefix: string, options?: { newestFirst?: boolean; limit?: number }): Promise<Note[]>;
}

/** Runs that wait for a person's answer, by the token that Step Functions gave for each. */
export interface Waiting {
  /** Wakes the run with what was said. `gone`: nothing waits under this token any more. */
  wake(token: string, said: Readonly<Record<string, unknown>>): Promise<'told' | 'gone'>;
  /** Says that the answer is still wanted; otherwise the run gives up after its heartbeat. */
  keep(token: string): Promise<'told' | 'gone'>;
}

/** The published copy. Never read to decide anything. */
export interface Published {
  read(pair: string): Promise<{ active: string | undefined; state: string | undefined }>;
  write(pair: string, active: string, state: string): Promise<void>;
}

/** Tells the rest of the company: an event on the bus. */
export interface Announcer {
  announce(notice: Notice): Promise<void>;
}

/** Where records stay when the ledger's table is long gone. */
export interface Records {
  /** Under the same key again it is a newer version of the same record. Throws when it was not kept. */
  keep(key: string, record: object): Promise<void>;
}

/** What the one ConfigMap of a cluster says, and the version to write it against. */
export type ClusterFenceRead =
  | { kind: 'fence'; data: Readonly<Record<string, string>>; version: string }
  | { kind: 'missing' | 'unreachable' | 'unauthorized'; because: string };

/** `older`: the cluster knows a newer epoch and refused ours. `conflict`: somebody was faster; read again. */
export type ClusterFenceAnswer = 'written' | 'conflict' | 'older' | 'refused' | 'unreachable';

/** A workload, a CronJob or a DNS source of a namespace that belongs to a ring. */
export interface ClusterObject {
  kind: 'Deployment' | 'StatefulSet' | 'CronJob' | 'Ingress' | 'Service';
  namespace: string;
  name: string;
  ring: number;
}

export interface Workload extends ClusterObject {
  /** What it shall run with when its ring is running: remembered while it is stopped. */
  wanted: number;
  /** What the object asks for now. */
  replicas: number;
  /** Ready pods of the newest generation that the controller has seen; 0 when it has not caught up. */
  ready: number;
  images: readonly string[];
  /** What each of its pods asks for; 0 where it says nothing. */
  asks: Amounts;
  /** Its label `throwover.dev/tier`: 0 is woken first. */
  tier: number;
  /** Labelled `throwover.dev/concurrency: exclusive`: it runs where batch work runs, never in both clusters. */
  exclusive: boolean;
  /** The bounds of the HPA that sets its count; left out: none does, or it could not be read. */
  scaled?: { min: number; max: number };
}

/** What a touched object says after admission has seen it: the effect, not the status code, is the proof. */
export interface Touched {
  /** Admission keeps the object's own wish back: it is stopped, or suspended. A wish to be suspended looks the same without it. */
  held?: true;
  replicas?: number;
  suspended?: boolean;
  weight?: number;
}

export interface Nodes {
  ready: number;
  total: number;
  /** By availability zone, sorted by its name. */
  zones: readonly { zone: string; ready: number; total: number }[];
  /** Those that are ready and not cordoned, by what they can give to pods. */
  sizes: readonly NodesOfGroup[];
}

/** Everything that wants a place on nodes. */
export interface Inventory {
  /** As `workloads` lists them. */
  workloads: Workload[];
  /** Pods of Deployments and StatefulSets of no ring, or exempt. Pause pods are left out: they give way. */
  others: readonly PodSize[];
  /** Of DaemonSets, as many pods as there are now, with what all of them together ask for. */
  daemons: PodSize;
}

/** A Deployment of pause pods, each as large as a node, or a static NodePool: its size is a number of nodes. */
export interface Reserve extends NodeGroupSize {
  /** What each of its pods asks for; left out where none has to run for a node to be there. */
  asks?: Amounts;
}

/** What makes nodes within a cluster, as the topology says it. */
export type NodesInside = Exclude<Cluster['nodesFrom'], 'node groups'>;

/** What every pod of a cluster stands on. */
export interface Platform {
  /** The DaemonSet of the CNI: pods wanted, of its newest generation, ready. Undefined: it has none, or none is there. */
  cni?: { name: string; wanted: number; updated: number; ready: number };
  /** `namespace/name` of a DaemonSet that should be there, and is not. */
  cniMissing?: string;
  /** CoreDNS. */
  dns?: { wanted: number; ready: number };
}

/** What is asked in the API server's own way, and refuses what it was not asked about: a webhook with failurePolicy Fail. */
export interface Webhook {
  /** `ValidatingWebhookConfiguration/policy-engine validate.policy-engine.test` */
  name: string;
  /** `namespace/name` of the Service behind it, and how many of its endpoints are ready. */
  service: string;
  endpoints: number;
  /** `*` stands for all; a subresource stands behind its resource, as in `deployments/scale`. */
  rules: readonly { operations: readonly string[]; groups: readonly string[]; resources: readonly string[] }[];
  /** Namespaces of the rings, and our own, whose objects it is asked about. Which of their objects is not looked at. */
  namespaces: readonly string[];
}

/** What stands between a write and the cluster, or serves a part of its API. */
export interface ApiExtensions {
  webhooks: readonly Webhook[];
  /** APIServices that are not available, each with the reason that the API server gives. */
  unavailable: readonly { name: string; because: string }[];
}

/** Times in milliseconds since the epoch, as the cluster wrote them. */
export interface StuckPod {
  /** `namespace/name` */
  pod: string;
  /** It has been on its node since then and has no sandbox; left out: it has one, or is gone. */
  creatingSince?: number;
  /** When the kubelet last said that it gets no network (`FailedCreatePodSandBox`). */
  noNetworkAt?: number;
}

/** A Lease of the control plane, and how long ago it was renewed by the API server's own clock. */
export interface Lease {
  name: string;
  ageSeconds: number;
}

/** The Kubernetes API of the clusters of a pair. Throws `ClusterUnreachable` where nothing else is said. */
export interface Clusters {
  readFence(cluster: string): Promise<ClusterFenceRead>;
  /** Writes these keys (null drops one) if the version is still the one read. */
  writeFence(
    cluster: string,
    change: Readonly<Record<string, string | null>>,
    version: string,
  ): Promise<ClusterFenceAnswer>;
  nodes(cluster: string): Promise<Nodes>;
  /** Of kube-system; none where they are hidden, or the server does not say what time it is. */
  leases(cluster: string): Promise<Lease[]>;
  /** @param cni where the DaemonSet of its CNI is */
  platform(cluster: string, cni: Cluster['cni']): Promise<Platform>;
  /** Webhooks that fail closed, and what of its API is not served. */
  extensions(cluster: string): Promise<ApiExtensions>;
  workloads(cluster: string): Promise<Workload[]>;
  inventory(cluster: string): Promise<Inventory>;
  /** Pods that wait on their node for their first container, or were said to get no network: each once. */
  stuckPods(cluster: string): Promise<StuckPod[]>;
  /** Pods of Jobs and of exclusive workloads of the rings that run, end, or may yet start: `pod/namespace/name`, with their ring. */
  singlePods(cluster: string): Promise<{ pod: string; ring: number }[]>;
  /** Deployments of pause pods by `namespace/name`, or NodePools by their name, and how many nodes each may stand for. */
  reserves(cluster: string, from: NodesInside): Promise<Reserve[]>;
  /** Asks for another count. `refused`: there is no such reserve, or no right to it. */
  resizeReserve(cluster: string, from: NodesInside, group: string, replicas: number): Promise<'begun' | 'refused'>;
  /** CronJobs, and Ingresses and Services with DNS annotations, of the rings. */
  objects(cluster: string, kind: 'batch' | 'dns'): Promise<ClusterObject[]>;
  /**
   * Writes one annotation, so that admission looks at the object again.
   * @param desired the count that it shall be restored to, in the place of the remembered one
   * @returns `gone`: somebody deleted it. `busy`: nothing was written now; again in a moment. `refused`: with these words,
   *   and so by a cluster that answers; one that does not is a `ClusterUnreachable`.
   */
  touch(
    cluster: string,
    object: ClusterObject,
    run: string,
    desired?: number,
  ): Promise<Touched | 'gone' | 'busy' | { refused: string }>;
}

/** What EKS says of a cluster as a whole, from outside the VPC: it answers while the cluster is dead. Throws when it does not say. */
export interface ControlPlanes {
  /** Updates in progress; an empty list says that there are none. */
  changes(cluster: string): Promise<ControlPlaneChange[]>;
  /** Kubernetes version, as `1.36`, and the id of its VPC. */
  about(cluster: string): Promise<{ version: string; vpc: string }>;
}

/** The EKS API, from outside the VPC. */
export interface NodeGroups {
  /** How many nodes each of the cluster's node groups may have; undefined when it could not be found out. */
  nodesMax(cluster: string): Promise<Readonly<Record<string, number>> | undefined>;
  /** Every managed node group; none where something else makes the nodes. Throws when EKS does not say. */
  sizes(cluster: string): Promise<NodeGroupSize[]>;
  /** Asks for another minimum; nodes come and go later. `refused`: another update is in progress, or the size is not allowed. */
  resize(
    cluster: string,
    size: { group: string; min: number; desired?: number },
  ): Promise<{ kind: 'begun'; update?: string } | { kind: 'refused'; because: string }>;
}
