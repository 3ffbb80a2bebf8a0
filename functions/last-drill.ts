/** When a rehearsal last succeeded: the notes `drill#…` that drills leave, newest first. */
import * as z from 'zod/mini';
import type { World } from './world.ts';

const Drill = z.object({ at: z.number(), kind: z.string(), outcome: z.string() });

/** Many in a row may have been skipped or failed; further back nobody looks. */
const LOOKS_BACK = 50;
/** A preview changes nothing, so it proves nothing. */
const PROVES = ['ring', 'full'];

export async function lastDrill(pair: string, { notes }: Pick<World, 'notes'>): Promise<{ lastSucceededAt?: number }> {
  const drills = (await notes.list(pair, 'drill#', { newestFirst: true, limit: LOOKS_BACK })).flatMap(
    ({ item }) => z.safeParse(Drill, item).data ?? [],
  );
  const times = drills
    .filter(({ outcome, kind }) => outcome === 'Succeeded' && PROVES.includes(kind))
    .map(({ at }) => at);
  return times.length === 0 ? {} : { lastSucceededAt: Math.max(...times) };
}
