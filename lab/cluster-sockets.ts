/** The sockets of one cluster: its Kubernetes API, and its load balancer over HTTP and HTTPS, all at its own address. */
import type { Clock } from '../models/clock.ts';
import type { AskerAt } from './askers.ts';
import type { Hold } from './hold.ts';
import { startBalancerServers } from './http/server.ts';
import { startKubernetesServer } from './kubernetes/server.ts';
import type { Authority } from './tls.ts';
import type { PairWorld } from './world.ts';

export interface ClusterPorts {
  http: number;
  https: number;
  kubernetes: number;
}

export interface ClusterSockets {
  address: string;
  http: string;
  https: string;
  kubernetes: string;
  httpPort: number;
  httpsPort: number;
  /** After a fault or its end: ports are closed and opened as the cluster is. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface ClusterToOpen {
  world: PairWorld;
  name: string;
  address: string;
  ports: ClusterPorts;
  authority: Authority;
  clock: Clock;
  hold: Hold;
  askerAt: AskerAt;
}

export async function openCluster({
  world,
  name,
  address,
  ports,
  authority,
  clock,
  hold,
  askerAt,
}: ClusterToOpen): Promise<ClusterSockets> {
  const { pair, clusters, balancers } = world;
  const settings = pair.clusters[name];
  const [cluster, balancer] = [clusters[name], balancers.get(settings?.loadBalancer.host ?? '')];
  if (settings === undefined || cluster === undefined || balancer === undefined)
    throw new RangeError(`no cluster ${name} in ${pair.name}`);
  const api = await startKubernetesServer({
    cluster,
    clock,
    authority,
    hold,
    askerAt,
    door: { address, port: ports.kubernetes, flag: '--kubernetes-port' },
  });
  try {
    const front = await startBalancerServers({
      balancer,
      clock,
      authority,
      hold,
      askerAt,
      http: { address, port: ports.http, flag: '--http-port' },
      https: { address, port: ports.https, flag: '--https-port' },
      hosts: [settings.canaryHost, ...Object.values(pair.services).flatMap(({ hosts }) => hosts)],
      certificateEndsAt: (host) => balancer.certificateEndsAt(host),
    });
    const { httpPort, httpsPort } = front;
    return {
      address,
      http: `http://${address}:${httpPort}`,
      https: `https://${address}:${httpsPort}`,
      kubernetes: api.endpoint,
      httpPort,
      httpsPort,
      refresh: async () => void (await Promise.all([api.refresh(), front.refresh()])),
      close: async () => void (await Promise.all([api.close(), front.close()])),
    };
  } catch (cause) {
    await api.close();
    throw cause;
  }
}
