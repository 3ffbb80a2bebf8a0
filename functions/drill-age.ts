/** Tells once when rehearsals become too old, and once when automation therefore begins to ask: never silently. */
import { drillAge } from '../core/gates/drill-is-fresh.ts';
import { instantOf, notice } from '../core/notices/notice.ts';
import { pairOf } from '../core/topology/pair.ts';
import { lastDrill } from './last-drill.ts';
import type { World } from './world.ts';

const KEPT_MILLISECONDS = 400 * 86_400_000;

export async function tellDrillAge(
  name: string,
  world: Pick<World, 'topology' | 'notes' | 'announcer' | 'clock'>,
): Promise<string[]> {
  const pair = pairOf(world.topology, name);
  const { ageDaysMax } = pair.drills;
  if (ageDaysMax === undefined || pair.mode !== 'auto') return [];
  const now = world.clock.now();
  const { lastSucceededAt } = await lastDrill(name, world);
  const { days, warns, stale } = drillAge(pair, lastSucceededAt === undefined ? {} : { lastSucceededAt }, now);
  if (!warns) return [];
  const key = `told#drill#${lastSucceededAt ?? 'never'}#${stale ? 'stale' : 'soon'}`;
  if ((await world.notes.read(name, key)) !== undefined) return [];
  const age =
    days === undefined || lastSucceededAt === undefined ? {} : { ageDays: days, lastAt: instantOf(lastSucceededAt) };
  await world.announcer.announce(notice('Drill Is Stale', { pair: name, ...age, ageDaysMax, asksPerson: stale }));
  await world.notes.add(name, key, { at: now }, now + KEPT_MILLISECONDS);
  return [stale ? 'told that drills are stale: automation asks first' : 'told that the next drill is due'];
}
