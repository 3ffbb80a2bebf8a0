import type { Ledger } from './ledger.ts';

/**
 * What a move of one ring moves: that ring, or the pair. The last ring that stands on the active cluster takes the pair along:
 * after it nothing of the pair is left there, and a ledger that went on calling that cluster active would send the next
 * failover away from the cluster that serves nobody.
 * @param rings every ring of the pair
 * @returns undefined: the whole pair; rings that stand on `to` already stay as they are
 */
export function scopeOf(
  ring: number | undefined,
  to: string,
  rings: readonly number[],
  ledger: Pick<Ledger, 'active' | 'rings'> | undefined,
): number | undefined {
  if (ring === undefined || ledger?.active === undefined || ledger.active === to) return ring;
  const stays = rings.some((other) => other !== ring && (ledger.rings[other] ?? ledger.active) !== to);
  return stays ? ring : undefined;
}
