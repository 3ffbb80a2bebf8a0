/**
 * The watch's other half, once a minute for each pair: does the active cluster live, and does everything that says where users
 * go say the same? It starts a failover by itself when every gate is open, and tells people when something has changed. It
 * looks at states, not at events, so a lost alarm costs about a minute. It is a function of its own, because it stays for as
 * long as a suspicion takes, and the books must not wait for that.
 */
import * as z from 'zod/mini';
import type { LastLook } from '../core/observe/last-look.ts';
import { clusterNames, type NamedPair, pairOf } from '../core/topology/pair.ts';
import { keepCapacity } from './capacity-memory.ts';
import { closeTaken } from './looking-out/close-taken.ts';
import { recall, remember } from './looking-out/memory.ts';
import { noteHeld } from './looking-out/note-held.ts';
import { startFailover } from './looking-out/start-failover.ts';
import { type Found, findOut, type SuspicionWorld } from './looking-out/suspicion.ts';
import { tell } from './looking-out/tell.ts';
import { pauseForDispute } from './pause-for-dispute.ts';
import { failed } from './troubles.ts';
import type { World } from './world.ts';

/** Each pair has a schedule of its own. Left out: every pair. */
export const LookOutInput = z.object({ pair: z.exactOptional(z.string()) });

export type LookOutWorld = SuspicionWorld & Pick<World, 'announcer' | 'executions' | 'notes'>;

export interface LookedOut {
  pair: string;
  did: string[];
  situation?: string;
  /** By cluster, how many classes say that it is dead. */
  dead?: Readonly<Record<string, number>>;
}

export async function lookOut({ pair }: z.output<typeof LookOutInput>, world: LookOutWorld): Promise<LookedOut[]> {
  const pairs = pair === undefined ? Object.keys(world.topology.pairs).sort() : [pair];
  return Promise.all(pairs.map((name) => lookOutFor(pairOf(world.topology, name), world)));
}

async function lookOutFor(pair: NamedPair, world: LookOutWorld): Promise<LookedOut> {
  const ledger = await world.ledger.read(pair.name);
  const { active } = ledger ?? {};
  if (ledger === undefined || active === undefined)
    return { pair: pair.name, did: ['not activated yet: `throwover accept --active <cluster>`'] };
  const memory = await recall(pair.name, world);
  const found = await findOut(pair, { ...ledger, active }, memory.was, world);
  // first what cannot wait
  const { did, tried } = await startFailover(pair, found.facts.ledger ?? ledger, found, memory.was, world);
  did.push(...found.prewarmed, ...found.troubles);
  did.push(...(await orWhyNot(did, [], () => noteHeld(found, world))));
  const paused = await orWhyNot(did, [], () => pauseFor(pair, found, world));
  did.push(...paused);
  const { said, found: before } = memory.was;
  const told = await orWhyNot(did, { ...(said === undefined ? {} : { said }), found: before }, () =>
    tell(found, memory.was, paused.length > 0, world),
  );
  const capacity = await orWhyNot(did, memory.was.capacity, () =>
    keepCapacity(ledger, found, memory.was.capacity, world),
  );
  const is = { ...found.remembered, ...told, saw: sawIn(found), ...(tried === undefined ? {} : { tried }) };
  await remember(pair.name, memory, { ...is, ...(capacity === undefined ? {} : { capacity }) }, world);
  const { situation } = found.verdict;
  did.push(...(await orWhyNot(did, [], () => closeTaken(pair.name, situation.name, world))));
  return { pair: pair.name, did, situation: situation.name, dead: deadVotes(pair, found) };
}

const LINE_LONGEST = 500;
const LINES_MOST = 8;

/** What it found in words, so that one command says why nothing moved. */
function sawIn({ facts: { now, from }, verdict: { kind, situation, because, next } }: Found): LastLook {
  const { name } = situation;
  const seen = `${name}: ${situation.because}`;
  const isWell = name === 'Healthy';
  const held = isWell || kind === 'Move' ? [] : because.filter((line) => line !== seen);
  const short = (line: string) => line.slice(0, LINE_LONGEST);
  return {
    at: now,
    active: from,
    situation: name,
    // written every minute: what is well needs no words
    because: isWell ? '' : short(situation.because),
    held: held.slice(0, LINES_MOST).map(short),
    next,
  };
}

/** Somebody else wrote: automation keeps its hands off until a person has judged, or it is as it was. */
async function pauseFor(pair: NamedPair, { facts, verdict }: Found, world: LookOutWorld): Promise<string[]> {
  const isRead = facts.zones.every(({ reading }) => reading !== undefined);
  if (facts.ledger === undefined || !isRead) return [];
  return pauseForDispute(pair, facts.ledger, verdict.situation.faces, facts, world);
}

/** What could not be done or told now is done or told by the next tick. */
async function orWhyNot<T>(did: string[], otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    did.push(failed(cause));
    return otherwise;
  }
}

function deadVotes(pair: NamedPair, { verdict: { situation } }: Found): Record<string, number> {
  const votes = [...situation.source, ...situation.target].filter(({ says }) => says === 'dead');
  return Object.fromEntries(
    clusterNames(pair).map((name) => [name, votes.filter(({ cluster }) => cluster === name).length]),
  );
}
