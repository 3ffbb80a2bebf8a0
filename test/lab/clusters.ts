import { shippedSet } from '../../lab/kubernetes/shipped-set.ts';
import type { Clock } from '../../models/clock.ts';
import type { Authenticate } from '../../models/kubernetes/api.ts';
import type { Cluster } from '../../models/kubernetes/cluster.ts';
import { standardCluster } from '../../models/kubernetes/standard-cluster.ts';
import { seeded } from '../../models/random.ts';

/** An active cluster with one service, `shop`, and its canary. */
export function shopCluster(name: string, clock: Clock, authenticate: Authenticate = () => undefined): Cluster {
  return standardCluster({
    set: shippedSet(),
    name,
    clock,
    random: seeded(3),
    authenticate,
    balancerHost: `${name}-lb.elb.test`,
    role: 'active',
    services: [{ name: 'shop', hosts: ['shop.example.test'], ring: 1 }],
    canaryHost: `canary.${name}.example.test`,
  });
}
