/**
 * Once an hour: was every drill that was due begun, and has every one that was begun an end? A rehearsal that silently stops
 * happening is how a failover comes to be tried for the first time in an outage.
 */
import * as z from 'zod/mini';
import { nextAfter } from '../core/drill/course.ts';
import { DRILL_NOTES, type DrillRecord, drillsIn, noteKey } from '../core/drill/drill.ts';
import { LOOKED_SINCE, missedSlot } from '../core/drill/missed.ts';
import { instant } from '../core/gates/wording.ts';
import { notice } from '../core/notices/notice.ts';
import { type NamedPair, pairOf } from '../core/topology/pair.ts';
import { keepForGood } from './keep-for-good.ts';
import { tellOrOwe } from './tell-or-owe.ts';
import type { World } from './world.ts';

/** The schedule sends whatever it likes. */
export const CheckDrillsInput = z.unknown();

export interface DrillsChecked {
  pair: string;
  missed: boolean;
  because: string[];
  /** What was gone on without. */
  troubles: string[];
}

type Needs = Pick<World, 'topology' | 'ledger' | 'notes' | 'announcer' | 'records' | 'executions' | 'clock'>;

/** Enough to reach back over two slots, whoever rehearses by hand between them. */
const LOOKED_AT = 20;

export async function checkDrills(_input: unknown, world: Needs): Promise<DrillsChecked[]> {
  const pairs = Object.keys(world.topology.pairs).sort();
  return Promise.all(pairs.map((name) => checkPair(pairOf(world.topology, name), world)));
}

async function checkPair(pair: NamedPair, world: Needs): Promise<DrillsChecked> {
  const notes = await world.notes.list(pair.name, DRILL_NOTES, { newestFirst: true, limit: LOOKED_AT });
  const records = drillsIn(notes);
  const troubles: string[] = [];
  const closed = await Promise.all(
    records.filter(({ outcome }) => outcome === 'Running').map((record) => closeIfGone(record, world, troubles)),
  );
  const now = world.clock.now();
  const missed = missedSlot(pair.drills, records, await watchedSince(pair.name, now, world), now);
  return {
    pair: pair.name,
    missed: missed !== undefined,
    because: [
      ...(missed === undefined ? [] : [`no drill began at ${instant(missed)}: is the schedule still there?`]),
      ...closed.flat(),
    ],
    troubles,
  };
}

/** A schedule that was made after its slot has not missed it. */
async function watchedSince(pair: string, now: number, { notes }: Needs): Promise<number> {
  if ((await notes.add(pair, LOOKED_SINCE, { since: now })) === 'added') return now;
  const since = (await notes.read(pair, LOOKED_SINCE))?.item.since;
  return typeof since === 'number' ? since : now;
}

/** Its execution is gone without a word: stopped by a person, or broken. It moves nobody any more; who was moved stays. */
async function closeIfGone(record: DrillRecord, world: Needs, troubles: string[]): Promise<string[]> {
  const status = await world.executions.status(record.execution);
  if (status === 'RUNNING') return [];
  const ledger = await world.ledger.read(record.pair);
  const because = [`its execution ended ${status ?? 'unknown to Step Functions'} without a report`];
  const next = nextAfter(record, 'Interrupted', ledger);
  const there = await world.notes.read(record.pair, noteKey(record.at));
  if (there === undefined || drillsIn([there])[0]?.outcome !== 'Running') return [];
  const ended: DrillRecord = { ...record, outcome: 'Interrupted', because, next, endedAt: world.clock.now() };
  if ((await world.notes.replace(record.pair, there, ended)) !== 'written') return [];
  const { pair, name, kind } = record;
  const stands = ledger?.active === undefined ? {} : { active: ledger.active };
  const finished = notice('Drill Finished', {
    pair,
    run: name,
    kind,
    outcome: 'Interrupted',
    ...stands,
    because,
    next,
  });
  const epoch = ledger?.epoch ?? 0;
  troubles.push(...(await tellOrOwe(pair, name, finished, world)));
  troubles.push(...(await keepForGood({ pair, of: 'drills', name, at: record.at, epoch, record: ended }, world)));
  return [`${name}: ${because.join()}`];
}
