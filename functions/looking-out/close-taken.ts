/**
 * Signals that somebody took and died over. They suggested a look, and the watch has looked since: it says so in their place,
 * and starts nothing for them that it would not start by itself.
 */
import { type KeptSignal, keptIn, SIGNALS } from '../../core/signals/kept.ts';
import type { World } from '../world.ts';

/** Longer than the function and its second try may take. */
const AT_WORK_MILLISECONDS = 180_000;
/** The newest: what is older was closed by a tick before, or is older than anybody asks for. */
const SIGNALS_MAX = 50;

/** @param found what the watch has just found */
export async function closeTaken(
  pair: string,
  found: string,
  { notes, clock }: Pick<World, 'notes' | 'clock'>,
): Promise<string[]> {
  const before = clock.now() - AT_WORK_MILLISECONDS;
  const newest = await notes.list(pair, SIGNALS, { newestFirst: true, limit: SIGNALS_MAX });
  const closed: string[] = [];
  for (const note of newest) {
    const signal = keptIn(note);
    if (signal?.did !== 'taken' || signal.cameAt > before) continue;
    const because = `whoever took it died over it; the watch has looked since: ${found}`;
    const item: KeptSignal = { ...signal, did: 'answered', because };
    // lost: somebody has brought it to its end after all
    if ((await notes.replace(pair, note, { ...item })) === 'written') closed.push(`closed the signal ${signal.name}`);
  }
  return closed;
}
