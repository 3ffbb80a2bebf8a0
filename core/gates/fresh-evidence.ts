import type { Facts } from '../facts.ts';
import type { Situation } from '../observe/situation.ts';
import { independent, isFresh } from '../observe/votes.ts';
import type { Gate } from './gate.ts';
import { isFailover } from './move.ts';

/** Enough classes looked just now, whatever they saw. Nothing may be decided from what was true a minute ago. */
export function freshEvidence(facts: Facts, situation: Situation): Gate {
  const { probe } = facts.pair;
  const ofTarget = situation.target.filter((vote) => isFresh(vote, facts));
  const ofSource = situation.source.filter((vote) => isFresh(vote, facts));
  const least = isFailover(facts.kind) ? Math.min(independent(ofTarget), independent(ofSource)) : independent(ofTarget);
  return {
    name: 'FreshEvidence',
    state: least === 0 ? 'unknown' : least >= probe.unhealthyClassesMin ? 'open' : 'closed',
    because: `${ofSource.length} of ${situation.source.length} classes saw ${facts.from} and ${ofTarget.length} saw ${facts.to} within ${probe.evidenceAgeSecondsMax} s (metrics ${probe.metricAgeSecondsMax} s), ${probe.unhealthyClassesMin} needed`,
    opensWhen: `${probe.unhealthyClassesMin} classes of observers look at ${isFailover(facts.kind) ? 'both clusters' : facts.to} again`,
    applies: 'always',
    overridable: 'person',
  };
}
