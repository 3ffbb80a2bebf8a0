import type { ClusterFacts, Facts } from '../facts.ts';
import type { Gate } from './gate.ts';
import { isUnplanned, moves } from './move.ts';
import { someOf } from './wording.ts';

/**
 * Both clusters run the same workloads from the same images. A planned move waits for that: users would otherwise get
 * another release together with another cluster, and nobody could tell which of the two hurt them.
 *
 * An unplanned move is told the difference and not held by it. A deploy that died half-way together with its cluster
 * leaves the clusters different for ever, and a dead cluster's API cannot be compared at all: such a hold would open
 * only when the cluster it protects from is back.
 */
export function clustersAgree(facts: Facts): Gate {
  const { from, to, source, target } = facts;
  const unplanned = isUnplanned(facts);
  const both = comparable(source, from) && comparable(target, to);
  const [compared, differences] = both ? compare(source, target, facts) : [0, []];
  const said = both
    ? `${compared - differences.length} of ${compared} workloads are the same${differences.length === 0 ? '' : `; ${someOf(differences)}`}`
    : `${comparable(source, from) ? to : from} could not be read, nothing was compared`;
  const agree = both ? (compared > 0 && differences.length === 0 ? 'open' : 'closed') : 'unknown';
  return {
    name: 'ClustersAgree',
    state: unplanned ? 'open' : agree,
    because: unplanned && agree !== 'open' ? `${said}; an unplanned move is not held by that` : said,
    opensWhen: `the same release is deployed to ${from} and ${to}`,
    applies: 'before claim',
    overridable: 'person',
  };
}

function comparable(facts: ClusterFacts | undefined, cluster: string): facts is ClusterFacts {
  return facts?.cluster === cluster && facts.api === 'healthy';
}

function compare(source: ClusterFacts, target: ClusterFacts, facts: Facts): [number, string[]] {
  const here = imagesOf(source, facts);
  const there = imagesOf(target, facts);
  const objects = [...new Set([...here.keys(), ...there.keys()])].sort();
  const differences = objects.flatMap((object) => {
    const [old, next] = [here.get(object), there.get(object)];
    if (old === undefined) return [`${object} is missing in ${source.cluster}`];
    if (next === undefined) return [`${object} is missing in ${target.cluster}`];
    return old === next ? [] : [`${object} runs ${old} in ${source.cluster}, ${next} in ${target.cluster}`];
  });
  return [objects.length, differences];
}

function imagesOf(cluster: ClusterFacts, facts: Facts): Map<string, string> {
  return new Map(
    cluster.workloads
      .filter((workload) => moves(workload.ring, facts))
      .map((workload) => [workload.object, [...workload.images].sort().join(' ')]),
  );
}
