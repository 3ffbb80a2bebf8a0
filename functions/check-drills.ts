/**
 * Once an hour: was every drill that was due begun, and has every one that was begun an end? A rehearsal that silently stops
 * happening is how a failover comes to be tried for the first time in an outage. And each minute while the watch finds a drill
 * under way that moved the pair: one that dies leaves its users where they are.
 */
import * as z from 'zod/mini';
import { DRILL_NOTES, drillsIn } from '../core/drill/drill.ts';
import { LOOKED_SINCE, missedSlot } from '../core/drill/missed.ts';
import { instant } from '../core/gates/wording.ts';
import { type NamedPair, pairOf } from '../core/topology/pair.ts';
import { closeOrphan } from './close-orphan.ts';
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
    records.filter(({ outcome }) => outcome === 'Running').map((record) => closeOrphan(record, world, troubles)),
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
