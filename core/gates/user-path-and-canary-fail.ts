import type { Facts } from '../facts.ts';
import type { Situation } from '../observe/situation.ts';
import { seeingUsersServed } from '../observe/votes.ts';
import type { Gate } from './gate.ts';
import { isFailover } from './move.ts';

/**
 * The active cluster serves nothing: the users' path fails and so does its canary. Services that fail beside a canary
 * that works are a bad release or a dependency, and moving would carry the fault along.
 */
export function userPathAndCanaryFail(facts: Facts, { source }: Situation): Gate | undefined {
  if (!isFailover(facts.kind)) return undefined;
  const voting = source.filter((vote) => vote.says !== 'abstains');
  const looked = voting.filter((vote) => vote.userPath !== 'not looked at');
  const served = seeingUsersServed(source, facts);
  const dead = looked.filter((vote) => vote.says === 'dead');
  return {
    name: 'UserPathAndCanaryFail',
    state: looked.length === 0 ? 'unknown' : dead.length > 0 && served.length === 0 ? 'open' : 'closed',
    because: `${dead.length} of ${looked.length} classes that looked at the users’ path of ${facts.from} see it and the canary fail, ${served.length} see users served${voting.length === 0 ? '' : `: ${voting.map((vote) => vote.because).join('; ')}`}`,
    opensWhen: `≥ ${Math.round(facts.pair.probe.deadServicesFraction * 100)} % of the services and the canary of ${facts.from} fail, and no class sees users served`,
    applies: 'always',
    overridable: 'person',
  };
}
