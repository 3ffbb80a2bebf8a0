/**
 * Whether anything is still written in a cluster. Every list may be answered from what was true once; a Lease carries the time of
 * its last renewal, and that cannot be answered from a cache without growing old. Its age is told by the server's own clock, so
 * that ours need not be right.
 */
import { ClusterUnreachable } from '../../core/errors.ts';
import type { Lease } from '../../core/ports.ts';
import { objectOf, refusalText, type Transport } from './transport.ts';

/** The election of the controllers and of the scheduler, renewed every 2 s, and the API servers' own, every 10 s. */
const PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?limit=500';

interface LeaseObject {
  metadata: { name: string };
  spec?: { renewTime?: string | null };
}

/** Throws `ClusterUnreachable`, also when the cluster gives no right to look. */
export async function leasesOf(transport: Transport, cluster: string): Promise<Lease[]> {
  const answer = await transport(cluster, { method: 'GET', path: PATH });
  if (answer.status !== 200) throw new ClusterUnreachable(`leases: ${refusalText(cluster, answer.status)}`);
  const { at } = answer;
  // without the server's clock an age would be a guess
  if (at === undefined) return [];
  return objectOf<{ items: LeaseObject[] }>(answer).items.flatMap(({ metadata, spec }) => {
    const renewedAt = Date.parse(spec?.renewTime ?? '');
    return Number.isNaN(renewedAt) ? [] : [{ name: metadata.name, ageSeconds: Math.max(0, (at - renewedAt) / 1000) }];
  });
}
