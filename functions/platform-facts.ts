/** What pods that start in a cluster would stand on, and who would stop them: asked for planned moves alone, and by doctor. */
import { ClusterUnreachable } from '../core/errors.ts';
import type { ClusterFacts } from '../core/facts.ts';
import { refusing } from '../core/observe/webhooks.ts';
import { few } from '../core/observe/workloads.ts';
import type { Clusters } from '../core/ports.ts';
import type { NamedPair } from '../core/topology/pair.ts';

type PlatformFacts = Pick<ClusterFacts, 'platform' | 'refusesToWake'>;

/** Empty where it could not be read: a gate takes that for unknown. */
export async function platformFacts(
  { clusters: ours }: NamedPair,
  cluster: string,
  clusters: Pick<Clusters, 'platform' | 'extensions'>,
): Promise<PlatformFacts> {
  const cni = ours[cluster]?.cni;
  if (cni === undefined) throw new RangeError(`the pair has no cluster ${cluster}`);
  try {
    const [platform, { webhooks }] = await Promise.all([clusters.platform(cluster, cni), clusters.extensions(cluster)]);
    return { platform, refusesToWake: few(refusing(webhooks).waking) };
  } catch (cause) {
    if (cause instanceof ClusterUnreachable) return {};
    throw cause;
  }
}
