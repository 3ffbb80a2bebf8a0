/** When a rehearsal last succeeded: the notes that drills leave, newest first. */
import { DRILL_NOTES, drillsIn, proves } from '../core/drill/drill.ts';
import type { World } from './world.ts';

/** Many in a row may have been skipped or failed; further back nobody looks. */
const LOOKS_BACK = 50;

export async function lastDrill(pair: string, { notes }: Pick<World, 'notes'>): Promise<{ lastSucceededAt?: number }> {
  const drills = drillsIn(await notes.list(pair, DRILL_NOTES, { newestFirst: true, limit: LOOKS_BACK }));
  const times = drills.filter(proves).map(({ at }) => at);
  return times.length === 0 ? {} : { lastSucceededAt: Math.max(...times) };
}
