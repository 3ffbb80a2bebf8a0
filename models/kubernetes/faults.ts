/** What can happen to a cluster. Several can hold at once. */
export const faults = [
  /** Power off: API and ingress unreachable, pods and ExternalDNS stopped. Healed = comes back as it was: a zombie. */
  'kill',
  /** Nobody reaches the API; pods serve. */
  'api-down',
  /** Cut off: packets to and from it vanish, its balancer loses its targets; its pods go on. Healed = as if nothing had been. */
  'partition',
  /** API fine; pods lose the network and new ones get no address. */
  'cni-broken',
  /** CoreDNS runs and answers nobody: pods that need a name to serve do not, and the canary says so. */
  'dns-broken',
  /** API and pods fine; the ingress controller is gone, so the load balancer has no target. */
  'ingress-down',
  /** Everything answers, later. */
  'slow',
  /** Every service answers 500; the canary is fine. */
  'apps-broken',
  /** etcd takes no reads or writes: only what the API server has in its cache is answered. */
  'etcd-frozen',
  /** etcd is full and takes no writes: every read is answered, by quorum too, with what was written last. What runs goes on. */
  'etcd-full',
  /** The database that the pair shares takes no writes. */
  'database-read-only',
] as const;

export type Fault = (typeof faults)[number];

export interface FaultOptions {
  /** `slow`: how much later. */
  readonly slowMs?: number;
  /**
   * `kill` and `api-down`: connections are refused (default), or packets vanish and only the caller's time-out ends it.
   * `partition`: the other way round.
   */
  readonly how?: 'refused' | 'silent';
}
