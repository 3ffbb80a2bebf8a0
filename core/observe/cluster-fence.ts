import type { ClusterFacts } from '../facts.ts';

/** What a cluster's ConfigMap says, sorted: `role.0` is the role of ring 0. Undefined when there is no legal epoch or role in it. */
export function fenceFactsOf(data: Readonly<Record<string, string>>): ClusterFacts['fence'] {
  const { role, epoch = '' } = data;
  if (role === undefined || !/^\d+$/.test(epoch)) return undefined;
  const rings: Record<string, string> = {};
  const facets: Record<string, string> = {};
  for (const [key, value] of Object.entries(data)) {
    if (key.startsWith('role.')) rings[key.slice('role.'.length)] = value;
    else if (/^(workloads|batch|weight)(\.\d+)?$/.test(key)) facets[key] = value;
  }
  return { role, epoch: Number(epoch), rings, facets };
}
