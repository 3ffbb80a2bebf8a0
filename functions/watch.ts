/**
 * The watch, once a minute: who died holding the pair, what is owed, what became of each batch, is the published copy right, is a fence gone, was a
 * move cut off? It looks at states, not at events, so a lost event costs about a minute. What one part of it cannot do
 * does not keep the others from their work.
 */
import * as z from 'zod/mini';
import { DRILL_NOTES, drillsIn } from '../core/drill/drill.ts';
import { movedByDrill } from '../core/drill/orphan.ts';
import { debtsOwed, emptyLedger, type Ledger } from '../core/ledger/ledger.ts';
import { toLower } from '../core/ledger/raised.ts';
import { change } from '../core/ledger/store.ts';
import { reaped } from '../core/ledger/transitions.ts';
import { notice } from '../core/notices/notice.ts';
import { clusterNames, type NamedPair, pairOf } from '../core/topology/pair.ts';
import { somethingWaits } from './approvals.ts';
import { closeIntents } from './close-intents.ts';
import type { DebtWorld } from './debts/payments.ts';
import { noteReaped } from './note-reaped.ts';
import { payDebts } from './pay-debts.ts';
import { publish, stateOf } from './publish.ts';
import { fencesOf, ledgerBehind, startRepair } from './start-repair.ts';
import { tellOrOwe } from './tell-or-owe.ts';
import { failed } from './troubles.ts';
import type { World } from './world.ts';

export type WatchWorld = DebtWorld & Pick<World, 'executions' | 'notes'>;

/** The schedule sends whatever it likes. */
export const WatchInput = z.unknown();

export interface Watched {
  pair: string;
  did: string[];
  /** Which of the pair's clusters is active, counted from 1 in the order of their names; 0: none alone is, or a run moves users. */
  active?: number;
}

export async function watch(_input: unknown, world: WatchWorld): Promise<Watched[]> {
  const pairs = Object.keys(world.topology.pairs).sort();
  return Promise.all(
    pairs.map(async (name) => {
      const pair = pairOf(world.topology, name);
      const watched = await orWhyNot(() => watchPair(pair, world));
      return { pair: name, ...(Array.isArray(watched) ? { did: watched } : watched) };
    }),
  );
}

/** What was done; undefined: there was nothing to do, and the ledger is still as it was read. */
type Part = (ledger: Ledger) => Promise<string[] | undefined>;

async function watchPair(pair: NamedPair, world: WatchWorld): Promise<string[] | Omit<Watched, 'pair'>> {
  const found = await fencesOf(pair, world);
  let ledger = await world.ledger.read(pair.name);
  if (ledger === undefined && found.newest !== undefined)
    return startRepair(pair, found, emptyLedger(pair.name), world);
  if (ledger === undefined) return ['not activated yet: `throwover accept --active <cluster>`'];
  const parts: readonly Part[] = [
    (now) => reap(now, world),
    (now) => pay(pair, now, world),
    () => tend(pair, world),
    (now) => giveNodesBack(now, world),
    (now) => closeIntents(pair, now, world),
    // what a ledger says that is behind the zones is not the truth, and is not published for it
    async (now) => (ledgerBehind(found, now) === undefined ? rightCopy(now, world) : undefined),
    (now) => startRepair(pair, found, now, world),
    (now) => tendDrill(now, world),
  ];
  const did: string[] = [];
  for (const [at, part] of parts.entries()) {
    const now: Ledger = ledger;
    const done = await orWhyNot(() => part(now));
    if (done === undefined) continue;
    did.push(...done);
    // one read serves all, until one of them has written, or has taken its time
    if (at < parts.length - 1) ledger = (await world.ledger.read(pair.name).catch(() => undefined)) ?? now;
  }
  return { did, active: activeAlone(pair, ledger) };
}

/** For alarms on where users are: while a run, a drill of a ring or a doubt moves them on purpose, none of these speaks. */
function activeAlone(pair: NamedPair, { active, holder, rings, awaitsPerson }: Ledger): number {
  const isMoving = holder !== undefined || awaitsPerson !== undefined || Object.keys(rings).length > 0;
  return isMoving || active === undefined ? 0 : clusterNames(pair).indexOf(active) + 1;
}

async function orWhyNot<T>(work: () => Promise<T>): Promise<T | string[]> {
  try {
    return await work();
  } catch (cause) {
    return [failed(cause)];
  }
}

async function reap(ledger: Ledger, world: WatchWorld): Promise<string[] | undefined> {
  const { holder } = ledger;
  if (holder === undefined || !holder.id.startsWith('sfn:')) return undefined;
  const status = await world.executions.status(holder.id.slice('sfn:'.length));
  const seen = status === 'RUNNING' ? 'running' : status === 'ABORTED' ? 'stopped by a person' : 'ended';
  const asSeen = ledger.rev;
  const written = await change(
    world.ledger,
    emptyLedger(ledger.pair),
    (now) => reaped(now, seen, asSeen),
    (now) => now.rev === asSeen + 1 && (now.holder === undefined || now.holder.nonce === holder.nonce),
  );
  const gone = written.kind === 'written' && written.ledger.holder === undefined;
  if (gone) await noteReaped(ledger, holder, status ?? 'unknown to Step Functions', world);
  return gone ? [`reaped ${holder.id} (${status ?? 'unknown to Step Functions'})`] : [];
}

async function pay(pair: NamedPair, ledger: Ledger, world: WatchWorld): Promise<string[] | undefined> {
  const isDue = debtsOwed(ledger).some(({ nextTryAt }) => nextTryAt <= world.clock.now());
  if (!isDue || ledger.holder !== undefined) return undefined;
  const { paid, troubles } = await payDebts({ pair: pair.name }, world);
  return [...paid.map((debt) => `paid: ${debt}`), ...troubles.map((because) => failed(because))];
}

/** A drill moved the pair last. If it has not ended, somebody has to see whether it lives: its users may be left. */
async function tendDrill(ledger: Ledger, world: WatchWorld): Promise<string[] | undefined> {
  if (!movedByDrill(ledger)) return undefined;
  const newest = await world.notes.list(ledger.pair, DRILL_NOTES, { newestFirst: true, limit: DRILLS_LOOKED_AT });
  if (!drillsIn(newest).some(({ outcome }) => outcome === 'Running')) return undefined;
  const checked = (await world.inside.call('check-drills', {})) as { pair: string; because: string[] }[];
  return checked.find(({ pair }) => pair === ledger.pair)?.because ?? [];
}

/** Previews by hand may be newer than the one that is under way. */
const DRILLS_LOOKED_AT = 5;

/** Runs that wait for a person live from tick to tick. */
async function tend(pair: NamedPair, world: WatchWorld): Promise<string[] | undefined> {
  if (!(await somethingWaits(pair, world))) return undefined;
  return (await world.inside.call('tend-approvals', { pair: pair.name })) as string[];
}

/** What was raised for a move, or for one that did not come. */
async function giveNodesBack(ledger: Ledger, world: WatchWorld): Promise<string[] | undefined> {
  if (toLower(ledger, world.clock.now()).length === 0) return undefined;
  const { did } = (await world.inside.call('tend-capacity', { kind: 'restore', pair: ledger.pair })) as {
    did: string[];
  };
  return did;
}

/** Rewrites any difference. One that is not just an older word of ours was written by somebody else: that is told. */
async function rightCopy(asRead: Ledger, world: WatchWorld): Promise<string[] | undefined> {
  const { pair, active } = asRead;
  if (active === undefined) return undefined;
  const there = await world.published.read(pair);
  if (there.active === active && there.state === stateOf(asRead)) return undefined;
  // a run may have committed since, and has published what this ledger does not know
  const ledger = await world.ledger.read(pair);
  if (ledger?.active === undefined) return [];
  const wrong: { active: string | undefined; state: string | undefined }[] = [];
  const unpublished = await publish(pair, ledger, world, (before) => wrong.push(before));
  const [first] = wrong;
  if (first === undefined) return unpublished === undefined ? [] : [`the published copy is wrong: ${unpublished}`];
  if (isOlderWordOfOurs(first, ledger)) return ['the published copy was behind and is right again'];
  const found = first.active === undefined ? {} : { found: first.active };
  const wasWrong = notice('Published Copy Was Wrong', { pair, ...found, active: ledger.active });
  const troubles = await tellOrOwe(pair, 'published-copy', wasWrong, world);
  return ['the published copy was wrong and is right again', ...troubles.map((because) => failed(because))];
}

function isOlderWordOfOurs({ active, state }: { active: string | undefined; state: string | undefined }, now: Ledger) {
  try {
    const said = JSON.parse(state ?? '') as { v?: unknown; active?: unknown; epoch?: unknown };
    return said.v === 1 && said.active === active && Number(said.epoch) <= now.epoch;
  } catch {
    // nothing was ever published, or only half of it
    return active === undefined && state === undefined && now.epoch <= 1;
  }
}
