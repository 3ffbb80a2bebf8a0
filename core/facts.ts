/**
 * Everything a verdict is made from, gathered together with one `now`. What could not be found out is undefined or
 * `unknown`, never left out silently: a gate treats it as closed.
 */
import type { Approval } from './approval.ts';
import type { Kind, Ledger } from './ledger/ledger.ts';
import type { Baselines } from './observe/baseline.ts';
import type { DataPath, Health, Observation } from './observe/observation.ts';
import type { RoomSeen } from './observe/room.ts';
import type { Few, RingCompared, RingOfCertificates, RingOfWorkloads } from './observe/workloads.ts';
import type { ZoneAsRead } from './plan/reading.ts';
import type { Platform } from './ports.ts';
import type { NamedPair } from './topology/pair.ts';

export interface Facts {
  now: number;
  pair: NamedPair;
  kind: Kind;
  /** Left out: as the kind says. A pause stops machines, and only people may override a gate. */
  startedBy?: 'machine' | 'person';
  from: string;
  to: string;
  /** Only this ring is to move; every ring when left out. */
  ring?: number;
  stage: 'before claim' | 'after fence';
  /** Of both clusters, of all classes, over at least the last `confirmSeconds`. */
  observations: readonly Observation[];
  /** The cluster that shall receive traffic, as seen from inside; undefined when nobody could look. */
  target?: TargetFacts;
  /** What is usual for both clusters, this look included; left out by whoever does not remember. */
  usual?: Baselines;
  /** The same look at the cluster that has the traffic, for comparing the two. */
  source?: ClusterFacts;
  zones: readonly ZoneFacts[];
  /** Undefined: the ledger could not be read. */
  ledger?: Ledger;
  /** Undefined: the parameter could not be read. */
  published?: { active: string | undefined; state: string | undefined };
  /** Which ledger is ours: 8 hex digits, as in `by=` of a fence. */
  by: string;
  /** When this run first found after its fence that only evidence is wanting, in milliseconds since the epoch. */
  lookingSince?: number;
  /** When this run began to prepare the target, in milliseconds since the epoch. */
  preparedSince?: number;
  /** The run that is judging, once it holds the pair. */
  run?: { nonce: string; epoch: number };
  /** Which run is judging, also before it holds anything; left out by whoever only looks. */
  self?: { run: string; execution: string; nonce: string };
  /** What a person was asked for this run; undefined: nothing yet, or it could not be read. */
  approval?: Approval;
  /** The rehearsals of this pair; undefined: they could not be read, or nobody asks for them. */
  drill?: { lastSucceededAt?: number };
}

/** A cluster looked at through its Kubernetes API. */
export interface ClusterFacts {
  cluster: string;
  at: number;
  api: Health;
  /** Why `api` is what it is, where it is not healthy. */
  apiBecause?: string;
  /** The cluster fence: the ConfigMap, or undefined when it is missing or unreadable. */
  fence?: {
    role: string;
    epoch: number;
    rings: Readonly<Record<string, string>>;
    facets: Readonly<Record<string, string>>;
  };
  nodes: { ready: number; wanted: number; zones?: readonly { zone: string; ready: number; total: number }[] };
  /** The network of its nodes and its DNS; undefined when nobody asked or it could not be read. */
  platform?: Platform;
  /** Webhooks that would refuse what wakes a ring, a sentence each; undefined as `platform`. */
  refusesToWake?: Few;
  /** Pods that get no network: the kubelet could not create their sandbox. Undefined: nobody could look. */
  stuckPods?: Few;
  /** Pods on a node that have hung before their first container for more than a minute, those among them. */
  creatingPods?: Few;
  /** Each datastore's check by a service, answered by this cluster's own pods. */
  dataPaths?: readonly DataPath[];
  /** By ring, as the objects say: what shall run and what is ready. */
  workloads: readonly RingOfWorkloads[];
  /** By ring, what runs here and what in the other cluster; undefined when one of the two could not be read. */
  compared?: readonly RingCompared[];
}

export interface TargetFacts extends ClusterFacts {
  capacity: RoomSeen;
  /** By ring, what is shown for each host through the target's own load balancer. */
  certificates: readonly RingOfCertificates[];
  dataPaths: readonly DataPath[];
}

/** A zone as read, and what its servers answer. */
export interface ZoneFacts {
  zone: string;
  /** Undefined: the zone could not be read. */
  reading?: ZoneAsRead;
  /** Per name asked at each authoritative server: which cluster its answer leads to. */
  answers: readonly { name: string; server: string; cluster: string | 'both' | 'neither' | 'no answer' }[];
}
