import type { Facts } from '../facts.ts';
import { isConfirmed, type Situation } from '../observe/situation.ts';
import { independent } from '../observe/votes.ts';
import type { Gate } from './gate.ts';
import { isFailover } from './move.ts';

/**
 * Classes that no single fault can fool agree that the active cluster is dead. Each of them sees the other cluster, or
 * it would have abstained. Automation needs them to have said so for `confirmSeconds`; a person who asks for the move is
 * the confirmation.
 */
export function enoughObservers(facts: Facts, situation: Situation): Gate | undefined {
  if (!isFailover(facts.kind)) return undefined;
  const { probe, timing } = facts.pair;
  const dead = situation.source.filter((vote) => vote.says === 'dead');
  const voting = situation.source.filter((vote) => vote.says !== 'abstains');
  const agree = independent(dead) >= probe.unhealthyClassesMin;
  const waits = facts.kind === 'automatic failover' && facts.stage === 'before claim';
  const confirmed = dead.filter((vote) => vote.confirmed).length;
  return {
    name: 'EnoughObservers',
    state:
      voting.length === 0 ? 'unknown' : agree && (!waits || isConfirmed(situation.source, facts)) ? 'open' : 'closed',
    because: `${dead.length} of ${situation.source.length} classes say ${facts.from} is dead, ${situation.source.length - voting.length} abstain, ${probe.unhealthyClassesMin} needed${waits ? `; ${confirmed} for ${timing.confirmSeconds} s` : ''}`,
    opensWhen: `${probe.unhealthyClassesMin} classes without a shared cause, each of which sees ${facts.to}, say that ${facts.from} is dead${waits ? ` for ${timing.confirmSeconds} s` : ''}`,
    applies: 'always',
    overridable: 'person',
  };
}
