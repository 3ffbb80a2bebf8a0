/**
 * What the watch has seen since it began to stay with a suspicion, for every automatic failover that starts meanwhile: its own
 * and an alarm's. Looking for another minute would be a minute of outage. It lies in the ledger's table, where only our
 * functions write; a run judges it as its own, by the same rules about age and unbroken spans.
 */
import * as z from 'zod/mini';
import { Seen } from './gather.ts';
import type { World } from './world.ts';

const KEY = 'seen';

const Evidence = z.object({ at: z.number(), from: z.string(), seen: Seen });

type Needs = Pick<World, 'notes' | 'clock'>;

/** @param from the cluster that is suspected */
export async function keepEvidence(pair: string, from: string, seen: Seen, { notes, clock }: Needs): Promise<void> {
  const note = await notes.read(pair, KEY);
  // what the clusters ran with has a note of its own
  const { counts: _, ...evidence } = seen;
  const item = { at: clock.now(), from, seen: evidence };
  if (note === undefined) await notes.add(pair, KEY, item);
  else await notes.replace(pair, note, item);
}

/** Undefined: there is none about this cluster, or it is so old that the run has to look for itself. */
export async function evidenceLately(
  pair: string,
  from: string,
  ageSecondsMax: number,
  { notes, clock }: Needs,
): Promise<Seen | undefined> {
  const parsed = z.safeParse(Evidence, (await notes.read(pair, KEY))?.item);
  if (!parsed.success || parsed.data.from !== from) return undefined;
  return Math.abs(clock.now() - parsed.data.at) <= ageSecondsMax * 1000 ? parsed.data.seen : undefined;
}
