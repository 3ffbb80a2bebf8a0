import type { ClusterFacts, Facts } from '../facts.ts';
import type { Gate } from './gate.ts';
import { isUnplanned, moves } from './move.ts';
import { someOf, withArticle } from './wording.ts';

/**
 * Both clusters run the same workloads from the same images. A planned move waits for that: users would otherwise get
 * another release together with another cluster, and nobody could tell which of the two hurt them.
 *
 * An unplanned move is told the difference and not held by it. A deploy that died half-way together with its cluster
 * leaves the clusters different for ever, and a dead cluster's API cannot be compared at all: such a hold would open
 * only when the cluster it protects from is back. Nor is a repair: its users are on both sides already, so both releases
 * meet them until it has ended, and one of the two clusters may be dead.
 *
 * It is asked again after the fence: a pipeline may deploy to one of the two while the other wakes up, and nobody has judged
 * that release. An old side that has died by then holds a planned move, and a failover takes the pair from it.
 */
export function clustersAgree(facts: Facts): Gate {
  const { from, to, source, target } = facts;
  const both = comparable(source, from) && comparable(target, to);
  const rings = both ? (target.compared ?? []).filter(({ ring }) => moves(ring, facts)) : [];
  const workloads = rings.reduce((sum, ring) => sum + ring.workloads, 0);
  const different = rings.reduce((sum, ring) => sum + ring.different.count, 0);
  const some = rings.flatMap((ring) => ring.different.some);
  const said = both
    ? `${workloads - different} of ${workloads} workloads are the same${different === 0 ? '' : `; ${someOf(some, 3, different)}`}`
    : `${comparable(source, from) ? to : from} could not be read, nothing was compared`;
  const agree = both ? (workloads > 0 && different === 0 ? 'open' : 'closed') : 'unknown';
  const told = isUnplanned(facts) || facts.kind === 'repair';
  return {
    name: 'ClustersAgree',
    state: told ? 'open' : agree,
    because:
      told && agree !== 'open'
        ? `${said}; ${withArticle(facts.kind === 'repair' ? 'repair' : 'unplanned move')} is not held by that`
        : said,
    opensWhen: `the same release is deployed to ${from} and ${to}`,
    applies: facts.stage,
    overridable: 'person',
  };
}

function comparable(facts: ClusterFacts | undefined, cluster: string): facts is ClusterFacts {
  return facts?.cluster === cluster && facts.api === 'healthy';
}
