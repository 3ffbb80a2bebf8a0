/** Report a drill: one record for auditors, one event for everybody. */
import * as z from 'zod/mini';
import { nextAfter } from '../core/drill/course.ts';
import {
  DRILL_OUTCOMES,
  Drill,
  type DrillRecord,
  KEPT_MILLISECONDS,
  LegEnded,
  noteKey,
  recordAtEnd,
} from '../core/drill/drill.ts';
import { LedgerUnreachable } from '../core/ledger/store.ts';
import { notice } from '../core/notices/notice.ts';
import { keepForGood } from './keep-for-good.ts';
import { tellOrOwe } from './tell-or-owe.ts';
import type { World } from './world.ts';

export const ReportDrillInput = z.object({
  drill: Drill,
  outcome: z.enum(DRILL_OUTCOMES),
  because: z.array(z.string()),
  legs: z.array(LegEnded),
});

type Needs = Pick<World, 'ledger' | 'notes' | 'announcer' | 'records' | 'clock'>;

export async function reportDrill(
  { drill, outcome, because, legs }: z.output<typeof ReportDrillInput>,
  world: Needs,
): Promise<DrillRecord> {
  const { pair, name, kind } = drill;
  const ledger = await world.ledger.read(pair);
  const next = nextAfter(drill, outcome, ledger);
  const record = recordAtEnd(drill, { outcome, because, runs: legs, next, endedAt: world.clock.now() });
  await keep(record, world);
  const stands = ledger?.active === undefined ? {} : { active: ledger.active };
  const finished = notice('Drill Finished', { pair, run: name, kind, outcome, ...stands, because, next });
  const untold = await tellOrOwe(pair, name, finished, world);
  const unkept = await keepForGood(
    { pair, of: 'drills', name, at: drill.at, epoch: ledger?.epoch ?? 0, record },
    world,
  );
  const troubles = [...untold, ...unkept];
  return troubles.length === 0 ? record : { ...record, troubles };
}

const TRIES = 3;

/** In the place of the note it began with; only this drill writes there. */
async function keep(record: DrillRecord, { notes }: Needs): Promise<void> {
  const key = noteKey(record.at);
  for (let attempt = 1; ; attempt++) {
    const there = await notes.read(record.pair, key);
    const answer =
      there === undefined
        ? await notes.add(record.pair, key, record, record.at + KEPT_MILLISECONDS)
        : await notes.replace(record.pair, there, record);
    if (answer === 'added' || answer === 'written') return;
    if (attempt === TRIES) throw new LedgerUnreachable(`the record of ${record.name} could not be kept: ${answer}`);
  }
}
