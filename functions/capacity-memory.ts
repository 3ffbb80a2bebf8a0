/**
 * The memory of production's size: one note of the pair, `capacity`. The watch's observing half writes it from what the look
 * inside brings anyway; whoever wakes a cluster reads it, and so does who counts its room while the other one is silent.
 */
import * as z from 'zod/mini';
import type { Verdict } from '../core/decide.ts';
import type { Ledger } from '../core/ledger/ledger.ts';
import { type CapacityMemory, type Counts, REMEMBERED_SECONDS } from '../core/plan/capacity-memory.ts';
import { canonicalJson, fnv1a64 } from '../core/topology/digest.ts';
import type { Seen } from './gather.ts';
import type { World } from './world.ts';

const KEY = 'capacity';

const Kept = z.object({ at: z.number(), counts: z.record(z.string(), z.string()) });

/** What the watch knows of the note without reading it. */
export const CapacityKept = z.object({ at: z.number(), digest: z.string() });
export type CapacityKept = z.output<typeof CapacityKept>;

/** A note that cannot be understood is as good as none. */
export async function recallCapacity(
  pair: string,
  { notes }: Pick<World, 'notes'>,
): Promise<CapacityMemory | undefined> {
  return z.safeParse(Kept, (await notes.read(pair, KEY))?.item).data;
}

/**
 * Writes when something has changed, and every ten minutes; asks for nothing otherwise. Only while all is well: during an
 * outage nobody comes, and an HPA shrinks production to what an outage needs.
 * @param kept what the last tick knew
 */
export async function keepCapacity(
  ledger: Ledger,
  { seen, verdict }: { seen: Pick<Seen, 'clusters' | 'counts'>; verdict: Pick<Verdict, 'situation'> },
  kept: CapacityKept | undefined,
  { notes, clock }: Pick<World, 'notes' | 'clock'>,
): Promise<CapacityKept | undefined> {
  const { counts } = seen;
  if (counts === undefined || !isWell(ledger, seen, verdict)) return kept;
  const now = clock.now();
  const digest = fnv1a64(canonicalJson(counts));
  if (kept?.digest === digest && now - kept.at < REMEMBERED_SECONDS * 1000) return kept;
  const item: { at: number; counts: Counts } = { at: now, counts };
  const note = await notes.read(ledger.pair, KEY);
  const written =
    note === undefined ? await notes.add(ledger.pair, KEY, item) : await notes.replace(ledger.pair, note, item);
  return written === 'added' || written === 'written' ? { at: now, digest } : kept;
}

/** Every cluster that has users says what it runs with, and nobody says that one of them is in trouble. */
function isWell(
  { active, rings, holder }: Ledger,
  { clusters }: Pick<Seen, 'clusters'>,
  { situation }: Pick<Verdict, 'situation'>,
): boolean {
  const used = [...new Set([active, ...Object.values(rings)])];
  const readable = used.every((cluster) => cluster !== undefined && clusters[cluster]?.api === 'healthy');
  return holder === undefined && readable && situation.name === 'Healthy';
}
