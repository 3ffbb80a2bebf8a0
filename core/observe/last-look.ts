/**
 * The verdict of the watch's last look, kept for people: who asks where a pair stands has no observers of his own. It is told
 * for as long as the watch could not have looked again, and nothing is ever decided by it.
 */
import * as z from 'zod/mini';
import type { Facts } from '../facts.ts';
import { SITUATION_NAMES, type SituationName } from './situations.ts';

export const LastLook = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** The cluster that was asked about: the active one, by the ledger of that time. */
  active: z.string(),
  /** A name of the table; one that a newer watch knows is told as well. */
  situation: z.string(),
  /** Empty when all was well. */
  because: z.string(),
  /** Why no failover followed from it: what blocks it, said first, then every gate that was not open. Empty: it followed, or all was well. */
  held: z._default(z.array(z.string()), []),
  /** The one next command. */
  next: z.string(),
});
export type LastLook = z.output<typeof LastLook>;

/** Recognised by what zones and servers say; who has read those knows as much as the watch, and later. */
export const WRITTEN = ['NeverActivated', 'Disputed', 'FenceMissing', 'ImplicitFailover'] as const;

/** The watch looks each minute; a tick that stays with a suspicion takes almost three. */
const COUNTS_MILLISECONDS = 240_000;

/** Undefined: it is too old, or something has changed since of which it could not know. */
export function stillSaid(
  look: LastLook | undefined,
  { now, ledger, zones }: Pick<Facts, 'now' | 'ledger' | 'zones'>,
): LastLook | undefined {
  if (look === undefined || isOverdue(look, now)) return undefined;
  if (look.active !== ledger?.active || (ledger.since ?? 0) > look.at) return undefined;
  const isRead = zones.every(({ reading, answers }) => reading !== undefined && answers.length > 0);
  return isRead && WRITTEN.some((name) => name === look.situation) ? undefined : look;
}

/** Has the watch not looked for longer than a tick may take? */
export function isOverdue({ at }: Pick<LastLook, 'at'>, now: number): boolean {
  return Math.abs(now - at) > COUNTS_MILLISECONDS;
}

/** Of two names for the same minute the one that is asked for first. */
export function comesFirst(name: string, other: SituationName): boolean {
  const place = (one: string) => (SITUATION_NAMES as readonly string[]).indexOf(one);
  return place(name) < place(other);
}
