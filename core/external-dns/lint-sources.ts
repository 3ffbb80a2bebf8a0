/** What the annotations in the clusters say, as the instance of that cluster reads them. */
import { someOf } from '../gates/wording.ts';
import { ownerOf, registryOf, resourceOf } from '../plan/ownership.ts';
import type { ZoneAsRead } from '../plan/reading.ts';
import { type NamedPair, titleOf } from '../topology/pair.ts';
import type { DnsFinding } from './finding.ts';
import type { Instance } from './instance.ts';
import { type Source, saidUnder, unheardKeys } from './source.ts';

export interface ClusterSeen {
  readonly instances: readonly Instance[];
  readonly sources: readonly Source[];
}

/** These decide where users go; others only how. */
const STEERING = ['aws-weight', 'set-identifier'];

export function lintSources(pair: NamedPair, cluster: string, { instances, sources }: ClusterSeen): DnsFinding[] {
  const wanted = pair.clusters[cluster]?.setIdentifier;
  const managed = new Set(Object.values(pair.services).flatMap(({ hosts }) => hosts.map((host) => `${host}.`)));
  const those = sources.filter(({ names }) => names.some((name) => managed.has(name)));
  return instances.flatMap(({ annotationPrefix: prefix, where }): DnsFinding[] => {
    if (prefix === undefined) return [];
    const unheard = those.flatMap((source) => unheardKeys(source, prefix).map((key) => ({ source, key })));
    const deaf = (steering: boolean) =>
      unheard
        .filter(({ key }) => STEERING.includes(key) === steering)
        .map(({ source, key }) => `${source.resource} says ${key}`);
    const strange = those.flatMap((source) => {
      const said = saidUnder(source, prefix, 'set-identifier');
      return said === undefined || said === wanted ? [] : [`${source.resource} says ${said}`];
    });
    const fix = `the same annotations under ${prefix}, which ${where} reads; writing both prefixes is safe while versions differ`;
    const wrong = (level: DnsFinding['level'], told: string[]): DnsFinding[] =>
      told.length === 0
        ? []
        : [
            {
              level,
              name: 'WrongPrefix',
              about: cluster,
              what: `${cluster}: ${someOf(told)}, and it is not read`,
              fix,
            },
          ];
    return [
      ...wrong('MUST', deaf(true)),
      ...wrong('SHOULD', deaf(false)),
      ...(strange.length === 0
        ? []
        : [
            {
              level: 'MUST',
              name: 'OtherSetIdentifier',
              about: cluster,
              what: `${cluster}: ${someOf(strange)}, throwover.yaml says ${wanted}`,
              fix: 'the set identifier is the key of a record and never renamed: write the one that throwover.yaml says',
            } as const,
          ]),
    ];
  });
}

/** Both clusters must ask for the same TTL of a name. */
export function lintTtls(clusters: Readonly<Record<string, ClusterSeen>>): DnsFinding[] {
  const asked = new Map<string, Map<string, string>>();
  for (const [cluster, { instances, sources }] of Object.entries(clusters)) {
    const prefix = instances.find(({ annotationPrefix }) => annotationPrefix !== undefined)?.annotationPrefix;
    if (prefix === undefined) continue;
    for (const source of sources) {
      for (const name of source.names) {
        const there = asked.get(name) ?? new Map<string, string>();
        asked.set(name, there.set(cluster, saidUnder(source, prefix, 'ttl') ?? 'the default'));
      }
    }
  }
  const differing = [...asked]
    .filter(([, ttls]) => new Set(ttls.values()).size > 1)
    .map(([name, ttls]) => `${name} (${[...ttls].map(([cluster, ttl]) => `${cluster}: ${ttl}`).join(', ')})`);
  if (differing.length === 0) return [];
  const what = `the clusters ask for different TTLs of ${someOf(differing)}`;
  return [
    {
      level: 'SHOULD',
      name: 'UnequalTtls',
      about: 'the pair',
      what,
      fix: 'the same annotation ttl in both clusters; an alias has none, every other record is refused with two',
    },
  ];
}

/** Records whose Ingress or Service is not there any more: `sync` will delete them, the other policies keep them for ever. */
export function recordsWithoutSource(
  pair: NamedPair,
  reading: ZoneAsRead,
  clusters: Readonly<Record<string, ClusterSeen>>,
) {
  return Object.entries(clusters).flatMap(([cluster, { sources, instances }]): DnsFinding[] => {
    const { setIdentifier = '' } = pair.clusters[cluster] ?? {};
    const there = new Set(sources.map(({ resource }) => resource));
    const gone = reading.names.flatMap((name) => {
      const registry = registryOf(reading, name, setIdentifier).filter((record) => ownerOf(record) !== undefined);
      const resources = new Set(registry.flatMap((record) => resourceOf(record) ?? []));
      return [...resources]
        .filter((resource) => /^(ingress|service)\//.test(resource) && !there.has(resource))
        .map((resource) => `${name.name} of ${cluster} is there for ${resource}, which is not`);
    });
    if (gone.length === 0) return [];
    const deletes = instances.some(({ policy }) => policy === 'sync');
    return [
      {
        level: 'SHOULD',
        name: 'NoSource',
        about: titleOf(reading.zone),
        what: someOf(gone),
        fix: `bring the object back, or delete the record on both sides${deletes ? `: the ExternalDNS of ${cluster} has policy sync and deletes it, and a move would find one side` : ''}`,
      },
    ];
  });
}
