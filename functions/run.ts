/** What a run carries from state to state: who it is and what it wants. No record data, or 256 KB would be its end. */
import * as z from 'zod/mini';
import { KINDS } from '../core/ledger/ledger.ts';

export const Run = z.object({
  pair: z.string(),
  mode: z.string(),
  kind: z.enum(KINDS),
  startedBy: z.enum(['machine', 'person']),
  from: z.string(),
  to: z.string(),
  /** What moves alone; missing: the pair. */
  ring: z.exactOptional(z.int()),
  /** The ring that was asked for; the last one on its cluster takes the pair along, and `ring` is missing. */
  askedRing: z.exactOptional(z.int()),
  /** Repair only: where a person says that everything belongs. */
  aim: z.exactOptional(z.string()),
  /** The person who started it, as they said. */
  by: z.exactOptional(z.string()),
  /** Who or what started it, for the record; left out by a run that began under an older version. */
  caller: z.exactOptional(z.string()),
  reason: z.string(),
  override: z.array(z.string()),
  /** The execution: its id for the holder, its name for fences. */
  execution: z.string(),
  run: z.string(),
  nonce: z.string(),
  /** Given by Claim. */
  epoch: z.exactOptional(z.int()),
});
export type Run = z.output<typeof Run>;

export const ClaimedRun = z.extend(Run, { epoch: z.int() });
export type ClaimedRun = z.output<typeof ClaimedRun>;
