/** Brings the record of a drill to its end whose execution is gone, and its users back where nobody stopped it on purpose. */
import { type LegSeen, nextAfter } from '../core/drill/course.ts';
import { type DrillRecord, drillsIn, noteKey } from '../core/drill/drill.ts';
import { orphaned, wayBack } from '../core/drill/orphan.ts';
import { notice } from '../core/notices/notice.ts';
import type { RunRecord } from '../core/record.ts';
import { keepForGood } from './keep-for-good.ts';
import { startLeg } from './start-leg.ts';
import { tellOrOwe } from './tell-or-owe.ts';
import type { World } from './world.ts';

type Needs = Pick<World, 'ledger' | 'notes' | 'announcer' | 'records' | 'executions' | 'clock'>;

/** @returns a sentence about what was done or is waited for; none while its execution runs */
export async function closeOrphan(drill: DrillRecord, world: Needs, troubles: string[]): Promise<string[]> {
  const status = await world.executions.status(drill.execution);
  if (status === 'RUNNING') return [];
  const there = await world.notes.read(drill.pair, noteKey(drill.at));
  if (there === undefined || drillsIn([there])[0]?.outcome !== 'Running') return [];
  const { seenGone = 0 } = there.item as { seenGone?: number };
  const ledger = await world.ledger.read(drill.pair);
  const back = await world.executions.find('switch', wayBack(drill));
  const course = orphaned({
    ...{ drill, status, seenGone, ledger, now: world.clock.now() },
    back: back === undefined ? undefined : legOf(back),
  });
  if (course.do === 'look again') {
    await world.notes.replace(drill.pair, there, { ...there.item, seenGone: seenGone + 1 });
    return [];
  }
  if (course.do === 'wait') return [`${drill.name}: ${course.because}`];
  if (course.do === 'go back') {
    const { run } = await startLeg({ drill: { ...drill, returns: true, bakeSeconds: 0 }, leg: 'back' }, world);
    return [`${drill.name}: ${course.because}: started ${run}`];
  }
  const { outcome } = course;
  const because = [course.because];
  const next = nextAfter(drill, outcome, ledger);
  const ended: DrillRecord = { ...drill, outcome, because, next, endedAt: world.clock.now() };
  if ((await world.notes.replace(drill.pair, there, ended)) !== 'written') return [];
  const { pair, name, kind } = drill;
  const stands = ledger?.active === undefined ? {} : { active: ledger.active };
  const finished = notice('Drill Finished', { pair, run: name, kind, outcome, ...stands, because, next });
  const epoch = ledger?.epoch ?? 0;
  troubles.push(...(await tellOrOwe(pair, name, finished, world)));
  troubles.push(...(await keepForGood({ pair, of: 'drills', name, at: drill.at, epoch, record: ended }, world)));
  return [`${name}: ${because.join()}`];
}

function legOf({ status, record }: Pick<LegSeen, 'status'> & { record?: Readonly<Record<string, unknown>> }): LegSeen {
  return { status, ...(record === undefined ? {} : { record: record as Partial<RunRecord> }) };
}
