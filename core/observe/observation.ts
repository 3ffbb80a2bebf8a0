/**
 * What one observer saw of one cluster at one time. Observers come in classes; classes that could be fooled by the same
 * fault count once. An observer that does not see the *other* cluster either may be blind itself, and abstains.
 */
export const OBSERVER_CLASSES = ['outside', 'inside', 'aws'] as const;
export type ObserverClass = (typeof OBSERVER_CLASSES)[number];

export type Health = 'healthy' | 'unhealthy' | 'degraded' | 'unreachable' | 'unauthorized' | 'unknown';

export interface Observation {
  observer: ObserverClass;
  cluster: string;
  /** Milliseconds since the epoch, by the clock of whoever looked. */
  at: number;
  /** Any answer, of any status, from this cluster's canary host through its own load balancer; for `aws`: a datapoint. */
  answers: boolean;
  /** The canary through the cluster's own ingress; for `aws`: healthy hosts behind the load balancer. */
  canary: Health;
  /** The users' path of the services of the lowest tier, through the cluster's own load balancer. Absent: not looked at. */
  services?: { asked: number; failed: number };
  /** The Kubernetes API, for `inside`. */
  api?: Health;
  /** One line for people: what exactly was seen. */
  evidence: string;
}
