/**
 * What people hear of the watch: when the situation, or what stands in the way of a failover, becomes another; and again
 * every quarter of an hour while it lasts and somebody should do something. While a run has the pair, the run speaks.
 */
import type { Verdict } from '../../core/decide.ts';
import type { Facts } from '../../core/facts.ts';
import { EVIDENCE_GATES } from '../../core/gates/index.ts';
import { debtsOwed } from '../../core/ledger/ledger.ts';
import { type Notice, notice } from '../../core/notices/notice.ts';
import { SITUATIONS, type SituationName } from '../../core/observe/situation.ts';
import type { World } from '../world.ts';
import type { Remembered } from './memory.ts';

const AGAIN_MILLISECONDS = 15 * 60_000;
/** Told at the first sight. The others are told when two ticks in a row find them: one lost look is no news. */
const AT_ONCE: readonly SituationName[] = ['ActiveDead', 'StandbyUnfit', 'BothSick', 'Disputed', 'FenceMissing'];
/** Where automation would move users, what the topology lets it do is part of the story; else everybody knows it. */
const WOULD_MOVE: readonly SituationName[] = ['ActiveDead', 'StandbyUnfit', 'BothSick'];

export type Told = Pick<Remembered, 'said' | 'found'>;

/** @param isTold of this people have just been told in other words */
export async function tell(
  { facts, verdict }: { facts: Facts; verdict: Verdict },
  { said, found }: Told,
  isTold: boolean,
  { announcer, clock }: Pick<World, 'announcer' | 'clock'>,
): Promise<Told> {
  const before = said === undefined ? {} : { said };
  const { situation } = verdict;
  if (!isNews(facts, verdict)) return { ...before, found };
  const closed = closedGates(verdict);
  const isWell = situation.name === 'Healthy' && closed.length === 0;
  const what = isWell ? '' : [situation.name, ...closed].join(' ');
  const isNew = (said?.what ?? '') !== what && (AT_ONCE.includes(situation.name) || found === what);
  const isDue = said?.what === what && SITUATIONS[situation.name].pages && clock.now() - said.at >= AGAIN_MILLISECONDS;
  if (!isNew && !isDue) return { ...before, found: what };
  if (!isTold) for (const one of noticesOf(facts, verdict, closed)) await announcer.announce(one);
  return isWell ? { found: what } : { said: { what, at: clock.now() }, found: what };
}

function noticesOf({ pair, from }: Facts, { situation, because, next }: Verdict, closed: string[]): Notice[] {
  const stands = { pair: pair.name, active: from };
  if (situation.name !== 'FenceMissing')
    return [notice('Situation Changed', { ...stands, situation: situation.name, closed, because: [...because], next })];
  const gone = situation.faces.filter(({ state }) => state === 'no fence');
  return gone.map(({ zone }) => notice('Fence Missing', { ...stands, zone }));
}

/**
 * A suspicion is either confirmed or over in a minute. Weights that somebody else wrote after a move are the business of
 * Settle for as long as it is owed: it knows the one writer that is written back.
 */
function isNews({ ledger }: Facts, { situation }: Verdict): boolean {
  if (ledger === undefined || ledger.holder !== undefined || situation.name === 'Suspected') return false;
  const settles = debtsOwed(ledger).some(({ what }) => what === 'settle');
  const byName = situation.faces.some(({ state }) => state === 'foreign fence');
  return situation.name !== 'Disputed' || byName || !settles;
}

function closedGates({ situation, shut }: Verdict): string[] {
  const known = [...EVIDENCE_GATES, 'NoHolder', ...(WOULD_MOVE.includes(situation.name) ? [] : ['Policy'])];
  return shut.filter(({ name, state }) => state === 'closed' && !known.includes(name)).map(({ name }) => name);
}
