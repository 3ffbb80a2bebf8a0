/** Two clusters are equal, and nothing belongs to two of them. */
import { type Problem, problem } from '../problem.ts';
import type { Cluster, Pair } from '../schema.ts';
import { unequalWord } from '../words.ts';

type Pairs = Readonly<Record<string, { clusters?: Pair['clusters'] }>>;

export function clusterNameProblems(clusters: Pair['clusters'], at: readonly (string | number)[]): Problem[] {
  return Object.keys(clusters)
    .filter((name) => unequalWord(name) !== undefined)
    .map((name) =>
      problem(
        [...at, 'clusters', name],
        name,
        `a name that both clusters could have, as in blue and green`,
        `the two are equal: after the first move "${unequalWord(name)}" would say the wrong thing (the name in EKS may stay as it is: eksName)`,
      ),
    );
}

/** Set identifiers differ within a pair: they are part of a record's key. */
export function setIdentifierProblems(clusters: Pair['clusters'], at: readonly (string | number)[]): Problem[] {
  return repeated(Object.entries(clusters), ([, cluster]) => cluster.setIdentifier).map(([[name, cluster], [first]]) =>
    problem(
      [...at, 'clusters', name, 'setIdentifier'],
      cluster.setIdentifier,
      `another one than ${first}`,
      'the set identifier tells the records of the two clusters apart',
    ),
  );
}

/** Requests can only be counted for a ring that there is. */
export function countedRingProblems(
  clusters: Pair['clusters'],
  services: Pair['services'],
  at: readonly (string | number)[],
): Problem[] {
  const known = [...new Set(Object.values(services).map(({ ring }) => String(ring)))].sort();
  return Object.entries(clusters).flatMap(([name, { loadBalancer }]) =>
    Object.keys(loadBalancer.metrics?.rings ?? {})
      .filter((ring) => !known.includes(ring))
      .map((ring) =>
        problem(
          [...at, 'clusters', name, 'loadBalancer', 'metrics', 'rings', ring],
          ring,
          `a ring that a service is in: ${known.join(', ')}`,
          'its requests would be counted for nothing',
        ),
      ),
  );
}

/** One name, one load balancer or one EKS cluster for two clusters, in one pair or in several. */
export function sharedClusterProblems(pairs: Pairs): Problem[] {
  const all = Object.entries(pairs).flatMap(([pair, { clusters = {} }]) =>
    Object.entries(clusters).map(([name, cluster]) => ({ pair, name, cluster })),
  );
  const called = (one: { pair: string; name: string }) => `${one.pair}.${one.name}`;
  const names = repeated(all, ({ name }) => name).map(([one, first]) =>
    problem(
      ['pairs', one.pair, 'clusters', one.name],
      one.name,
      `a name of its own; ${called(first)} has it too`,
      'messages, metrics and commands name a cluster without its pair',
    ),
  );
  const balancers = repeated(all, ({ cluster }) => balancerKey(cluster)).map(([one, first]) =>
    problem(
      ['pairs', one.pair, 'clusters', one.name, 'loadBalancer', 'host'],
      one.cluster.loadBalancer.host,
      `a load balancer of its own; ${called(first)} has it too`,
      'moving traffic from one cluster to the other would move nothing',
    ),
  );
  const clusters = repeated(all, ({ cluster }) => `${cluster.region}/${cluster.eksName}`).map(([one, first]) =>
    problem(
      ['pairs', one.pair, 'clusters', one.name, 'eksName'],
      one.cluster.eksName,
      `a cluster of its own; ${called(first)} is ${one.cluster.eksName} in ${one.cluster.region} too`,
      'a cluster belongs to exactly one pair and is one side of it',
    ),
  );
  return [...names, ...balancers, ...clusters];
}

/** ELB answers under `dualstack.` as well: the same balancer by another name. */
function balancerKey(cluster: Cluster): string {
  return cluster.loadBalancer.host.replace(/^dualstack\./, '');
}

/** Every item whose key an earlier item has, with that earlier item. */
function repeated<Item>(items: readonly Item[], key: (item: Item) => string): [Item, Item][] {
  const firsts = new Map<string, Item>();
  const found: [Item, Item][] = [];
  for (const item of items) {
    const first = firsts.get(key(item));
    if (first === undefined) firsts.set(key(item), item);
    else found.push([item, first]);
  }
  return found;
}
