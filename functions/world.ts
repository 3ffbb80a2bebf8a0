/** Everything a step may ask of the world. On AWS, in the lab, in memory and in break-glass: the same ports. */
import type { LedgerStore } from '../core/ledger/store.ts';
import type { ObserverClass } from '../core/observe/observation.ts';
import type {
  Alarms,
  Announcer,
  Clock,
  Clusters,
  ControlPlanes,
  Dns,
  Executions,
  Ids,
  Metrics,
  NodeGroups,
  Notes,
  Probe,
  Published,
  Records,
  Waiting,
  Zones,
} from '../core/ports.ts';
import type { Topology } from '../core/topology/schema.ts';
import type { LookInput } from './look.ts';

/** Calls another function of ours: one inside the clusters' VPC, or one that the caller would be too large with. */
export interface Inside {
  call(
    name:
      | 'ask-inside'
      | 'check-drills'
      | 'observe-inside'
      | 'tend-approvals'
      | 'tend-capacity'
      | 'tend-cluster'
      | 'tend-reserve',
    input: unknown,
  ): Promise<unknown>;
}

/** Classes with a function of their own; what the others see comes with one of these, or not at all. */
export type LookingClass = Extract<ObserverClass, 'outside' | 'inside' | 'aws'>;

/** Calls a function that looks at both clusters: each class of observers is one, wherever it has to stand. */
export interface Observers {
  /** @returns what `observe-<observer>` answers; throws when it could not be called */
  look(observer: LookingClass, input: LookInput): Promise<unknown>;
}

export interface World {
  topology: Topology;
  /** Digest of the topology. */
  digest: string;
  /** Which deployment of Throwover this is: a part of all its names. */
  stage: string;
  clock: Clock;
  ids: Ids;
  ledger: LedgerStore;
  notes: Notes;
  zones: Zones;
  dns: Dns;
  probe: Probe;
  clusters: Clusters;
  metrics: Metrics;
  nodeGroups: NodeGroups;
  controlPlanes: ControlPlanes;
  published: Published;
  announcer: Announcer;
  records: Records;
  alarms: Alarms;
  executions: Executions;
  waiting: Waiting;
  inside: Inside;
  observers: Observers;
}
