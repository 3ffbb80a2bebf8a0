/**
 * Is the active cluster dead, and may automation move? A tick whose first look finds somebody who says dead does not go: it
 * looks again every few seconds until that is confirmed or over, so that a lost alarm costs no more than the way to the
 * next tick.
 */
import { decide, type Verdict } from '../../core/decide.ts';
import type { Facts } from '../../core/facts.ts';
import { sparedIn } from '../../core/ledger/leaving.ts';
import { KINDS, type Ledger } from '../../core/ledger/ledger.ts';
import { learned } from '../../core/observe/baseline.ts';
import { type Situation, situationOf } from '../../core/observe/situation.ts';
import { strangeNames } from '../../core/observe/strange-names.ts';
import { namesOfTurn, TURNS } from '../../core/observe/turns.ts';
import { independent } from '../../core/observe/votes.ts';
import { type NamedPair, otherCluster } from '../../core/topology/pair.ts';
import { keepEvidence } from '../evidence.ts';
import { type GatherWorld, gather, type Judging, type ReadZone, type Seen } from '../gather.ts';
import { causeOf, failed } from '../troubles.ts';
import type { World } from '../world.ts';
import { readSteered } from '../zones-read.ts';
import { look, together } from './looking.ts';
import type { Remembered } from './memory.ts';

export type SuspicionWorld = GatherWorld & Pick<World, 'observers' | 'notes'>;

export interface Found {
  facts: Facts;
  verdict: Verdict;
  seen: Seen;
  /** What was said of the nodes of the cluster that would receive the users. */
  prewarmed: string[];
  /** Enough classes agree, and what is still wanting is only time: longer than a tick may stay. */
  needsTime: boolean;
  remembered: Pick<Remembered, 'turn' | 'strange' | 'differed' | 'usual'>;
  /** What could not be asked or kept, and was gone on without. */
  troubles: string[];
}

/** Longer than a suspicion lasts with the shortest `confirmSeconds`; what takes longer is confirmed by the run. */
const STAY_MILLISECONDS = 100_000;
const CONFIRMED = ['ActiveDead', 'StandbyUnfit', 'BothSick'];

export async function findOut(
  pair: NamedPair,
  ledger: Ledger & { active: string },
  was: Remembered,
  world: SuspicionWorld,
): Promise<Found> {
  const run = ifItDied(pair, ledger);
  const readTurn: ReadZone = (_, zone) =>
    readSteered(pair, zone, namesOfTurn(pair, zone, was.turn, was.strange), world);
  // a run reads for itself and speaks for itself, and needs every request that Route 53 allows
  const someNames = ledger.holder === undefined ? readTurn : 'unread';
  const began = world.clock.now();
  const troubles = new Set<string>();
  let seen = await look(pair, ledger.active, sparedIn(ledger, pair), world, troubles);
  const usual = learned(was.usual, seen.observations, pair);
  let facts = await gather({ run, seen, ledger, usual }, 'before claim', world, someNames);
  const strange = strangeNames(facts);
  let verdict = decide(facts);
  if (verdict.situation.name !== 'Healthy') {
    // it was read before anybody looked: what has to do with a run that began meanwhile is no news
    const { ledger: _, ...seenSince } = facts;
    facts = { ...seenSince, ...(await ledgerNow(pair.name, world)) };
    verdict = decide(facts);
  }
  let { situation } = verdict;
  const stayed = isWorthStaying(verdict, was, facts);
  const prewarmed = stayed ? await prewarm(pair.name, world) : [];
  for (let due = began; stayed && situation.name === 'Suspected' && due - began < STAY_MILLISECONDS; ) {
    due += pair.probe.intervalSeconds * 1000;
    await world.clock.wait(Math.max(0, due - world.clock.now()));
    seen = together(seen, await look(pair, ledger.active, undefined, world, troubles));
    const now = await gather({ run, seen }, 'before claim', world, 'unread');
    situation = situationOf(now);
    if (isInGoodHands(now)) break;
    await keepForTheRun(pair.name, ledger.active, seen, world, troubles);
  }
  if (stayed) {
    // who is to move users reads everything first; who is not, what it has to read in this tick
    const all = CONFIRMED.includes(situation.name) || situation.name === 'Suspected';
    facts = await gather({ run, seen, usual }, 'before claim', world, all ? 'read' : someNames);
    verdict = decide(facts);
  }
  // a batch that lands between two pages looks like somebody else's; what is still so is not. And before automation pauses,
  // or goes on after it had paused, everything is looked at
  if (verdict.situation.name === 'Disputed' || (ledger.disputed !== undefined && ledger.holder === undefined)) {
    facts = await gather({ run, seen, usual }, 'before claim', world, 'read');
    verdict = decide(facts);
  }
  const dead = deadIn(verdict.situation);
  return {
    facts,
    verdict,
    seen,
    prewarmed,
    troubles: [...troubles].map((because) => failed(because)),
    needsTime: stayed && verdict.kind === 'LookAgain' && independent(dead) >= pair.probe.unhealthyClassesMin,
    remembered: {
      turn: (was.turn + 1) % TURNS,
      strange,
      usual,
      differed: dead.length === 0 ? [] : stayed ? dead.map(({ observer }) => observer) : was.differed,
    },
  };
}

async function ledgerNow(pair: string, { ledger }: Pick<World, 'ledger'>): Promise<Pick<Facts, 'ledger'>> {
  try {
    const now = await ledger.read(pair);
    return now === undefined ? {} : { ledger: now };
  } catch {
    return {};
  }
}

/**
 * Nodes take minutes, a suspicion one: they are ordered now, for a move that may not come. Nobody waits for them here, and
 * the watch gives them back.
 */
async function prewarm(pair: string, { inside }: Pick<World, 'inside'>): Promise<string[]> {
  try {
    const { did } = (await inside.call('tend-capacity', { kind: 'prewarm', pair })) as { did: string[] };
    return did;
  } catch (cause) {
    return [failed(cause, 'no nodes were ordered')];
  }
}

/** A run that finds none looks for itself, a minute longer: no reason to leave the suspicion. */
async function keepForTheRun(
  pair: string,
  active: string,
  seen: Seen,
  world: SuspicionWorld,
  troubles: Set<string>,
): Promise<void> {
  try {
    await keepEvidence(pair, active, seen, world);
  } catch (cause) {
    troubles.add(`what was seen could not be kept: ${causeOf(cause)}`);
  }
}

/** The failover that would be due. */
function ifItDied(pair: NamedPair, { active }: { active: string }): Judging['run'] {
  const to = otherCluster(pair, active);
  return {
    pair: pair.name,
    kind: 'automatic failover',
    startedBy: 'machine',
    from: active,
    to,
    run: '',
    execution: '',
    nonce: '',
  };
}

/**
 * Not while somebody sees to it already, who looks for himself. And not again for classes that said so for as long as a
 * suspicion lasts while the others saw users served: waiting for them would never end.
 */
function isWorthStaying({ situation }: Verdict, { differed }: Remembered, facts: Facts): boolean {
  if (situation.name !== 'Suspected') return false;
  if (isInGoodHands(facts)) return false;
  const dead = deadIn(situation);
  const served = situation.source.some(({ says, userPath }) => says !== 'abstains' && userPath === 'serves');
  const agree = independent(dead) >= facts.pair.probe.unhealthyClassesMin && !served;
  return agree || dead.some(({ observer }) => !differed.includes(observer));
}

/** A failover has the pair, or a move was cut off: repair brings that to its end, away from the dead. */
function isInGoodHands({ ledger }: Facts): boolean {
  if (ledger?.interrupted !== undefined) return true;
  const held = ledger?.holder;
  return held !== undefined && KINDS.indexOf(held.kind) >= KINDS.indexOf('automatic failover');
}

function deadIn({ source }: Pick<Situation, 'source'>) {
  return source.filter(({ says }) => says === 'dead');
}
