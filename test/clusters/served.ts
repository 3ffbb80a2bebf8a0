/** Two clusters of the lab behind sockets, each with a kubeconfig of its own, as a person has them of real ones. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeconfig } from '../../lab/kubernetes/kubeconfig.ts';
import { startKubernetesServer } from '../../lab/kubernetes/server.ts';
import { shippedSet } from '../../lab/kubernetes/shipped-set.ts';
import { authenticator } from '../../lab/kubernetes/tokens.ts';
import { Authority } from '../../lab/tls.ts';
import { Cluster } from '../../models/kubernetes/cluster.ts';
import { standardCluster } from '../../models/kubernetes/standard-cluster.ts';
import { seeded } from '../../models/random.ts';
import { EagerClock } from '../lab/eager-clock.ts';

export interface Served {
  readonly clock: EagerClock;
  readonly clusters: Readonly<Record<'blue' | 'green', Cluster>>;
  /** Paths of kubeconfig files, whose user is an administrator. */
  readonly kubeconfigs: Readonly<Record<'blue' | 'green', string>>;
  /** Both in one file, the contexts called like the clusters. */
  readonly kubeconfig: string;
  close(): Promise<void>;
}

const services = [
  { name: 'example', hosts: ['example.example.test'], ring: 0 },
  { name: 'shop', hosts: ['shop.example.test'], ring: 1 },
];

/** @param what `installed`: a pair with its services and the set; `empty`: clusters in which nothing of ours is */
export async function served(what: 'installed' | 'empty'): Promise<Served> {
  const clock = new EagerClock(Date.parse('2026-11-20T07:00:00Z'));
  const folder = mkdtempSync(join(tmpdir(), 'throwover-clusters-'));
  const clusterOf = (name: string): Cluster => {
    const options = {
      name,
      clock,
      random: seeded(11),
      authenticate: authenticator({ cluster: name, clock, adminToken: 'admin' }),
      balancerHost: `${name}-lb.elb.test`,
    };
    if (what === 'empty') return emptyCluster(new Cluster(options));
    const role = name === 'blue' ? ('active' as const) : ('standby' as const);
    const canaryHost = `canary.${name}.example.test`;
    return standardCluster({ ...options, set: shippedSet(), role, services, canaryHost });
  };
  const opened = async (name: 'blue' | 'green', address: string) => {
    const authority = await Authority.create(name);
    const cluster = clusterOf(name);
    const server = await startKubernetesServer({ cluster, clock, authority, door: { address, port: 0, flag: '' } });
    const access = { name, endpoint: server.endpoint, certificateAuthorityData: authority.data };
    const path = join(folder, `${name}.kubeconfig`);
    writeFileSync(path, kubeconfig([access], 'admin'));
    return { cluster, server, path, access };
  };
  const blue = await opened('blue', '127.0.0.11');
  const green = await opened('green', '127.0.0.12');
  const both = join(folder, 'kubeconfig');
  writeFileSync(both, kubeconfig([blue.access, green.access], 'admin'));
  return {
    clock,
    kubeconfig: both,
    clusters: { blue: blue.cluster, green: green.cluster },
    kubeconfigs: { blue: blue.path, green: green.path },
    async close() {
      await Promise.all([blue.server.close(), green.server.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** As a cluster is on its first day. */
function emptyCluster(cluster: Cluster): Cluster {
  for (const namespace of ['default', 'kube-system']) cluster.install('namespaces', undefined, namespace, {});
  return cluster.begin();
}
