/**
 * The ledger that the fences tell of, where there is none: the table is lost, or does not answer. The zones know who is
 * active and at which epoch; what else a ledger knew is gone. So it starts paused and unacknowledged: automation waits
 * until a person has looked.
 */
import type { Fence } from '../plan/fence.ts';
import type { Ledger } from './ledger.ts';
import { rebuilt } from './transitions.ts';

/**
 * @param fences of every zone that has one of ours, in the zones' order
 * @param to where a person wants the traffic. Where the fences differ, a move was cut off: it is one away from whatever still
 *   stands elsewhere
 * @returns undefined where no zone has a fence: nobody has ever said who is active
 */
export function ledgerFromFences(
  pair: string,
  fences: readonly Fence[],
  { now, to }: { now: number; to: string },
): Ledger | undefined {
  const [anchor] = fences;
  if (anchor === undefined) return undefined;
  const stays = fences.find(({ active }) => active !== to) ?? anchor;
  const newest = fences.reduce((one, other) => (other.epoch > one.epoch ? other : one));
  const unfinished = fences.some(({ active, move }) => move !== undefined || active !== anchor.active);
  return {
    pair,
    rev: 1,
    epoch: newest.epoch,
    active: stays.active,
    rings: stays.rings,
    run: newest.run,
    debts: [],
    acknowledged: false,
    pause: rebuilt(now),
    ...(unfinished ? { interrupted: { kind: 'break-glass', from: stays.active, to } } : {}),
  };
}
