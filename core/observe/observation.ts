/**
 * What one observer saw of one cluster at one time. Observers come in classes (`classes.ts`); classes that could be fooled
 * by the same fault count once. An observer that does not see the *other* cluster either may be blind itself, and abstains.
 */
export const OBSERVER_CLASSES = ['outside', 'inside', 'aws', 'prometheus', 'resolvers'] as const;
export type ObserverClass = (typeof OBSERVER_CLASSES)[number];

export type Health = 'healthy' | 'unhealthy' | 'degraded' | 'unreachable' | 'unauthorized' | 'unknown';

/** One datastore's check, as the cluster itself answers for it. */
export interface DataPath {
  datastore: string;
  health: Health;
  evidence: string;
}

/** What EKS is doing to a cluster: an update in progress of the cluster itself, of a node group or of an add-on. */
export interface ControlPlaneChange {
  /** `the cluster`, `node group workers`, `add-on vpc-cni`. */
  of: string;
  /** What EKS says of it: `UPDATING`, or the type of the update (`VersionUpdate`) where that is known. */
  what: string;
  /** EKS's own id of the update, where it said one. */
  update?: string;
  since?: number;
}

export interface Observation {
  observer: ObserverClass;
  cluster: string;
  /** Milliseconds since the epoch, by the clock of whoever looked. */
  at: number;
  /**
   * This observer sees the cluster: any answer, of any status, from its canary host through its own load balancer; for `aws`
   * and `prometheus` a datapoint of it; for `resolvers` an answer about its names.
   */
  answers: boolean;
  /**
   * The canary through the cluster's own ingress, `degraded` when it answers slowly; for `aws`: healthy hosts behind the load
   * balancer; for `prometheus`: a value within its bounds.
   */
  canary: Health;
  /** What the canary that was served says is wrong. */
  canaryBecause?: string;
  /**
   * The users' path of the services of the lowest tier, through the cluster's own load balancer; for `aws`: the requests of a
   * minute, and those answered 5xx. Absent: not looked at.
   */
  services?: { asked: number; failed: number };
  /** The longer of: the canary's answer, and the median of the services that answered. */
  milliseconds?: number;
  /** The Kubernetes API: asked by `inside`, counted by `aws`. */
  api?: Health;
  /** Why, where it is not healthy. */
  apiBecause?: string;
  /** Where public resolvers lead users who ask for the names that move. Only from `resolvers`. */
  leads?: 'here' | 'elsewhere' | 'nowhere';
  /** What metrics say of the cluster's datastores. */
  dataPaths?: readonly DataPath[];
  /** What EKS is changing, read at `at` by the clock of whoever looked. Absent: not asked, or EKS did not say. Only from `aws`. */
  changes?: { at: number; found: readonly ControlPlaneChange[] };
  /** One line for people: what exactly was seen. */
  evidence: string;
}
