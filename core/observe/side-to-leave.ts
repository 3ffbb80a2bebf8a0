import type { Facts } from '../facts.ts';
import { votesAbout } from './votes.ts';

/**
 * A failover leaves the cluster that is dead, and that need not be the active one: rings may stand apart from the pair. Where
 * the other cluster has rings and looks dead, while the active one does not, its rings are what has to be moved; those that
 * are where they are to go stay there.
 */
export function sideToLeave(facts: Facts): Pick<Facts, 'from' | 'to'> {
  const { from, to, kind, ring, ledger } = facts;
  const asked = { from, to };
  if (kind !== 'automatic failover' || ring !== undefined) return asked;
  if (!Object.values(ledger?.rings ?? {}).includes(to)) return asked;
  const looksDead = (cluster: string, other: string) =>
    votesAbout(cluster, other, 'the other cluster', facts).some(({ says }) => says === 'dead');
  return looksDead(to, from) && !looksDead(from, to) ? { from: to, to: from } : asked;
}
