/**
 * Whatever comes from outside: alarms, alerts, schedules, people. It suggests: a run starts, which looks for itself and
 * decides. What the event says about targets, records or addresses is not read.
 *
 * Every signal is kept with what was done and why, and is taken before anything is done with it: who dies on the way leaves
 * it `taken`, and the next try of the same event, or the same news from elsewhere, brings it to its end.
 */
import * as z from 'zod/mini';
import { Refused } from '../core/errors.ts';
import type { Note } from '../core/ports.ts';
import { type Disposition, needless, unfit } from '../core/signals/disposition.ts';
import { kept, keptIn, keptRefusal, keptUntil, NO_PAIR } from '../core/signals/kept.ts';
import { fingerprintOf, pairOfSignal, type Signal, signalKey } from '../core/signals/signal.ts';
import { pairOf } from '../core/topology/pair.ts';
import { heardIn } from '../events/heard.ts';
import { suggestRun } from './suggest-run.ts';
import type { World } from './world.ts';

/** Many kinds of events: `events/` reads them, and what it cannot read is `Refused`. */
export const InboundEvent = z.unknown();

const REASON_LONGEST = 500;

type Needs = Pick<World, 'topology' | 'stage' | 'ledger' | 'notes' | 'clock' | 'executions'>;

export interface SignalTold extends Omit<Disposition, 'did'> {
  pair: string;
  name: string;
  did: Disposition['did'] | 'duplicate';
}

export interface Taken {
  signals: SignalTold[];
  because: string;
}

/** Throws `Refused` when nothing of the event can be read: it belongs to the dead letters, with the reason. */
export async function onAlarm(event: unknown, world: Needs): Promise<Taken> {
  const heard = heardIn(event, world.clock.now());
  const signals: SignalTold[] = [];
  for (const signal of heard.signals) signals.push(await take(signal, world));
  for (const because of heard.refused) await keepRefusal(because, world);
  if (heard.signals.length === 0) throw new Refused(heard.refused.join('; '));
  const told = signals.map(({ name, did, because }) => `${name}: ${did}, ${because}`);
  return { signals, because: [...told, ...heard.refused].join('; ') };
}

async function take(signal: Signal, world: Needs): Promise<SignalTold> {
  const now = world.clock.now();
  const name = pairOfSignal(world.topology, world.stage, signal.hints);
  const about = { pair: name ?? NO_PAIR, name: signal.name };
  const key = signalKey(signal);
  const first = unfit(signal, name === undefined ? undefined : pairOf(world.topology, name), now) ?? TAKEN;
  const before = await addOrRead(about.pair, key, signal, first, world);
  if (before !== undefined && keptIn(before)?.did !== 'taken') return again(about, before, world);
  if (first !== TAKEN && before === undefined) return { ...about, ...first };
  const done = first === TAKEN ? await bringToEnd(about.pair, key, signal, world) : first;
  const rev = before?.rev ?? 1;
  // lost: somebody else with the same signal has brought it to its end, which was the same one
  await world.notes.replace(about.pair, { key, rev, expiresAt: keptUntil(now) }, { ...kept(signal, now, done) });
  return { ...about, ...done };
}

const TAKEN: Disposition = { did: 'taken', because: 'nobody has brought it to its end yet' };

/** The note that was there before; undefined: it is new, and now there. */
async function addOrRead(
  pair: string,
  key: string,
  signal: Signal,
  first: Disposition,
  { notes, clock }: Needs,
): Promise<Note | undefined> {
  const now = clock.now();
  const before = await notes.read(pair, key);
  if (before !== undefined) return before;
  const answer = await notes.add(pair, key, { ...kept(signal, now, first) }, keptUntil(now));
  return answer === 'added' ? undefined : notes.read(pair, key);
}

async function bringToEnd(pair: string, key: string, signal: Signal, world: Needs): Promise<Disposition> {
  const ledger = await world.ledger.read(pair);
  const needs = needless(signal, ledger, undefined);
  return needs ?? suggestRun(pair, key, signal, ledger, world);
}

/** The count is for people: somebody who counted at the same moment is not waited for. */
async function again(
  about: Pick<SignalTold, 'pair' | 'name'>,
  before: Note,
  { notes }: Pick<Needs, 'notes'>,
): Promise<SignalTold> {
  const there = keptIn(before);
  if (there !== undefined) await notes.replace(about.pair, before, { ...there, times: there.times + 1 });
  return { ...about, did: 'duplicate', because: `the same as ${before.key}: ${there?.because ?? 'unreadable'}` };
}

/**
 * Kept for the list of what came, once a minute for each reason: the dead letters have all of them. So a table that is down
 * does not change the reason either.
 */
async function keepRefusal(because: string, { notes, clock }: Needs): Promise<void> {
  const now = clock.now();
  const key = signalKey({ at: now, fingerprint: fingerprintOf('refused', because) });
  const item = keptRefusal(because.slice(0, REASON_LONGEST), now);
  try {
    if ((await notes.add(NO_PAIR, key, { ...item }, keptUntil(now))) === 'added') return;
    const before = await notes.read(NO_PAIR, key);
    if (before !== undefined) await again({ pair: NO_PAIR, name: '' }, before, { notes });
  } catch {
    // said above
  }
}
