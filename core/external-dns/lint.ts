/** Both ExternalDNS of a pair, judged from what anybody can see: the zones, the Deployments' arguments, the annotations. */
import type { ZoneAsRead } from '../plan/reading.ts';
import { clusterNames, type NamedPair } from '../topology/pair.ts';
import type { DnsFinding } from './finding.ts';
import { lintInstances, lintPair } from './lint-instances.ts';
import { lintZone } from './lint-records.ts';
import { type ClusterSeen, lintSources, lintTtls, recordsWithoutSource } from './lint-sources.ts';

export interface DnsFacts {
  readonly pair: NamedPair;
  readonly zones: readonly ZoneAsRead[];
  /** A cluster that could not be looked into is absent. */
  readonly clusters: Readonly<Record<string, ClusterSeen>>;
  readonly unread: readonly { readonly what: string; readonly because: string }[];
}

const LEVELS = ['MUST', 'SHOULD', 'MAY'] as const;

/** Every finding, the worst first. */
export function lint({ pair, zones, clusters, unread }: DnsFacts): DnsFinding[] {
  const seen = clusterNames(pair).flatMap((cluster) => {
    const there = clusters[cluster];
    return there === undefined ? [] : [{ cluster, there }];
  });
  const byCluster = Object.fromEntries(seen.map(({ cluster, there }) => [cluster, there.instances]));
  const records = zones.filter(({ zone }) => zone.layout === 'records');
  const found = [
    ...unread.map(notSeen),
    ...lintPair(seen.flatMap(({ there }) => there.instances)),
    ...seen.flatMap(({ cluster, there }) =>
      lintInstances(cluster, there.instances, pair.clusters[cluster]?.eksName ?? cluster),
    ),
    ...zones.flatMap((reading) => lintZone(pair, reading, { byCluster })),
    ...seen.flatMap(({ cluster, there }) => lintSources(pair, cluster, there)),
    ...lintTtls(clusters),
    ...records.flatMap((reading) => recordsWithoutSource(pair, reading, clusters)),
  ];
  return found.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

function notSeen({ what, because }: DnsFacts['unread'][number]): DnsFinding {
  return {
    level: 'MUST',
    name: 'NotSeen',
    about: what,
    what: `${what} could not be read: ${because}`,
    fix: 'what cannot be seen was not judged: check the way there and the rights of whoever asks',
  };
}
