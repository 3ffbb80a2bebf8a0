/** The observer that asks AWS: healthy hosts behind each load balancer. It shares no network path with the others. */
import type { Observation } from '../core/observe/observation.ts';
import { clusterNames, type NamedPair, pairOf } from '../core/topology/pair.ts';
import { type LookInput, looks } from './look.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'topology' | 'metrics' | 'nodeGroups' | 'clock'>;

export async function observeAws(input: LookInput, world: Needs) {
  const pair = pairOf(world.topology, input.pair);
  const look = () => Promise.all(clusterNames(pair).map((cluster) => observe(pair, cluster, world)));
  const observations = await looks(world.clock, pair, input, look);
  const nodesMax = await Promise.all(
    clusterNames(pair).map(async (cluster) => [cluster, await world.nodeGroups.nodesMax(cluster)] as const),
  );
  return { observations, nodesMax: Object.fromEntries(nodesMax.filter(([, most]) => most !== undefined)) };
}

async function observe(pair: NamedPair, cluster: string, { metrics, clock }: Needs): Promise<Observation> {
  const balancer = pair.clusters[cluster]?.loadBalancer.host ?? '';
  const point = await metrics.healthyHosts(balancer);
  if (point === undefined) {
    const evidence = `no datapoint of healthy hosts of ${balancer}`;
    return { observer: 'aws', cluster, at: clock.now(), answers: false, canary: 'unknown', evidence };
  }
  return {
    observer: 'aws',
    cluster,
    at: point.at,
    answers: true,
    canary: point.count > 0 ? 'healthy' : 'unhealthy',
    evidence: `${point.count} healthy hosts behind ${balancer}`,
  };
}
