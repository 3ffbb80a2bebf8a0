/**
 * What makes nodes inside a cluster when its count is raised: Deployments of pause pods, or static NodePools of Karpenter. Only those
 * that carry our label, and no further than they say themselves.
 */
import type { NodesInside, Reserve } from '../../core/ports.ts';
import { asksOf } from './amounts.ts';
import { listed } from './lists.ts';
import type { Deployment, NodePool } from './objects.ts';
import type { Transport } from './transport.ts';

const CAPACITY = 'throwover.dev/capacity';
/** How many pause pods there may be; left out: no more than there are. */
const CAPACITY_MAX = 'throwover.dev/capacity-max';
const DEPLOYMENTS = '/apis/apps/v1';
const NODE_POOLS = '/apis/karpenter.sh/v1/nodepools';
const MERGE = 'application/merge-patch+json';

export async function reservesOf(transport: Transport, cluster: string, from: NodesInside): Promise<Reserve[]> {
  const found = from === 'karpenter' ? await staticPools(transport, cluster) : await pausePods(transport, cluster);
  // a limit that is no number is none that may be used
  return found.filter(({ max }) => Number.isInteger(max));
}

function pausePods(transport: Transport, cluster: string): Promise<Reserve[]> {
  const selector = { labelSelector: `${CAPACITY}=pause` };
  return listed(transport, cluster, `${DEPLOYMENTS}/deployments`, selector, ({ metadata, spec }: Deployment) => {
    const replicas = spec.replicas ?? 1;
    const max = Number(metadata.annotations?.[CAPACITY_MAX] ?? replicas);
    const group = `${metadata.namespace}/${metadata.name}`;
    return { group, min: replicas, max, desired: replicas, asks: asksOf(spec.template.spec) };
  });
}

/** A pool without `replicas` follows its pods, and may not be made static. */
async function staticPools(transport: Transport, cluster: string): Promise<Reserve[]> {
  const selector = { labelSelector: `${CAPACITY}=static` };
  const pools = await listed<NodePool>(transport, cluster, NODE_POOLS, selector);
  return pools.flatMap(({ metadata, spec: { replicas, limits } }) =>
    replicas === undefined
      ? []
      : [{ group: metadata.name, min: replicas, max: Number(limits?.nodes ?? replicas), desired: replicas }],
  );
}

export async function resizeReserve(
  transport: Transport,
  cluster: string,
  from: NodesInside,
  group: string,
  replicas: number,
): Promise<'begun' | 'refused'> {
  const [namespace, name] = group.split('/');
  // of a pool the scale alone: it holds nothing but the count, so that no more has to be allowed
  const path =
    from === 'karpenter'
      ? `${NODE_POOLS}/${group}/scale`
      : `${DEPLOYMENTS}/namespaces/${namespace}/deployments/${name}`;
  const body = JSON.stringify({ spec: { replicas } });
  const { status } = await transport(cluster, {
    method: 'PATCH',
    path: `${path}?fieldManager=throwover`,
    contentType: MERGE,
    body,
  });
  return status === 200 ? 'begun' : 'refused';
}
