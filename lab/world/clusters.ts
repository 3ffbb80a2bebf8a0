import type { NamedPair } from '../../core/topology/pair.ts';
import type { Clock } from '../../models/clock.ts';
import type { Cluster } from '../../models/kubernetes/cluster.ts';
import type { LifeSettings } from '../../models/kubernetes/life-settings.ts';
import { standardCluster } from '../../models/kubernetes/standard-cluster.ts';
import { LoadBalancer } from '../../models/load-balancer.ts';
import type { Random } from '../../models/random.ts';
import { shippedSet } from '../kubernetes/shipped-set.ts';

export interface ClusterAddresses {
  readonly v4: string;
  readonly v6: string;
}

const DAY_MILLISECONDS = 86_400_000;
const CERTIFICATE_DAYS = 60;

/** The user whom the lab's own functions and people are in a cluster. */
export const OPERATORS = { username: 'throwover', groups: ['throwover:operators'] };

/** Who holds this bearer token at this cluster; undefined is a 401. */
export type AuthenticateAt = (cluster: string, token: string) => { username: string; groups: string[] } | undefined;

/** Both clusters with their services, and a load balancer in front of each. They share one database. */
export function clustersOf(
  pair: NamedPair,
  clock: Clock,
  own: () => Random,
  active: string,
  addresses: Readonly<Record<string, ClusterAddresses>>,
  life: Partial<LifeSettings> | undefined,
  authenticate: AuthenticateAt = () => OPERATORS,
): { clusters: Record<string, Cluster>; balancers: Map<string, LoadBalancer> } {
  const database = { readOnly: false };
  const clusters: Record<string, Cluster> = {};
  const balancers = new Map<string, LoadBalancer>();
  const services = Object.entries(pair.services).map(([name, { hosts, ring, healthPath }]) => ({
    name,
    hosts,
    ring,
    healthPath,
    ingressAnnotations: NO_TARGET_HEALTH,
  }));
  for (const [name, { setIdentifier, loadBalancer, canaryHost }] of Object.entries(pair.clusters)) {
    const cluster = standardCluster({
      name: setIdentifier,
      clock,
      random: own(),
      role: name === active ? 'active' : 'standby',
      services,
      canaryHost,
      authenticate: (token) => authenticate(name, token),
      balancerHost: loadBalancer.host,
      database,
      set: shippedSet(),
      ...(life === undefined ? {} : { life }),
    });
    const { v4, v6 } = addresses[name] ?? { v4: '127.0.0.1', v6: '::1' };
    const ends = clock.now() + CERTIFICATE_DAYS * DAY_MILLISECONDS;
    clusters[name] = cluster;
    balancers.set(
      loadBalancer.host,
      new LoadBalancer({
        cluster,
        dnsName: loadBalancer.host,
        zoneId: loadBalancer.zone,
        addresses: { v4: [v4], v6: [v6] },
        certificateEndsAt: () => ends,
      }),
    );
  }
  return { clusters, balancers };
}

/** Without this a standby whose weight is 0 is answered as soon as the active side looks sick (facts/route53.md, section 2). */
const NO_TARGET_HEALTH = {
  'external-dns.kubernetes.io/aws-evaluate-target-health': 'false',
  'external-dns.alpha.kubernetes.io/aws-evaluate-target-health': 'false',
};
