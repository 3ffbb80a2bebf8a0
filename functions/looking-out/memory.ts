/** What the watch remembers from one tick to the next: a note beside the ledger, because no two ticks need share a process. */
import * as z from 'zod/mini';
import { Baselines } from '../../core/observe/baseline.ts';
import { LastLook } from '../../core/observe/last-look.ts';
import type { Note } from '../../core/ports.ts';
import { CapacityKept } from '../capacity-memory.ts';
import type { World } from '../world.ts';

const KEY = 'watch';

const Remembered = z.object({
  /** What was told last and when; missing: all was well. */
  said: z.exactOptional(z.object({ what: z.string(), at: z.number() })),
  /** What the last tick found, told or not; empty: all was well. */
  found: z._default(z.string(), ''),
  /** Whose turn it is to be compared, of TURNS. */
  turn: z._default(z.int(), 0),
  /** Names that were not as they should be: they are compared in every tick until they are. */
  strange: z._default(z.array(z.string()), []),
  /** Classes that said dead for so long, while the others did not, that nothing comes of waiting for those again. */
  differed: z._default(z.array(z.string()), []),
  /** How long the answers of both clusters usually take. */
  usual: z._default(Baselines, {}),
  /** What the last look found, for whoever asks where the pair stands; nothing is decided by it. */
  saw: z.exactOptional(LastLook),
  /** When production's size was written down last, and which it was. */
  capacity: z.exactOptional(CapacityKept),
  /** The last failover that was started, how many in a row brought nothing, and when the next may follow. */
  tried: z.exactOptional(z.object({ run: z.string(), tries: z.int(), nextTryAt: z.number() })),
});
export type Remembered = z.output<typeof Remembered>;

export interface Memory {
  readonly note: Note | undefined;
  readonly was: Remembered;
}

/** A note that cannot be understood is as good as none: the next one takes its place. */
export async function recall(pair: string, { notes }: Pick<World, 'notes'>): Promise<Memory> {
  const note = await notes.read(pair, KEY);
  const parsed = z.safeParse(Remembered, note?.item ?? {});
  return { note, was: parsed.success ? parsed.data : Remembered.parse({}) };
}

/** Two ticks at the same time: one of them is remembered. */
export async function remember(
  pair: string,
  { note, was }: Memory,
  is: Remembered,
  { notes }: Pick<World, 'notes'>,
): Promise<void> {
  if (note === undefined) await notes.add(pair, KEY, is);
  else if (JSON.stringify(was) !== JSON.stringify(is)) await notes.replace(pair, note, is);
}
