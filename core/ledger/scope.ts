import type { Ledger } from './ledger.ts';
import type { Transition } from './transitions.ts';

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

/**
 * Rings may have moved between the moment in which a move of one ring was asked for and its claim: one that came back would be
 * taken along by a move of the pair, and one that left would leave the pair's active cluster without anybody. Found out by the
 * same write that takes the pair.
 * @param ring what the run would move
 */
export function scopeChanged(
  { askedRing, ring, to }: { askedRing?: number; ring?: number; to: string },
  rings: readonly number[],
  ledger: Ledger,
): Transition | undefined {
  if (askedRing === undefined || scopeOf(askedRing, to, rings, ledger) === ring) return undefined;
  const wouldMove = ring === undefined ? 'the pair' : `ring ${ring} alone`;
  return {
    kind: 'no',
    because: `rings of ${ledger.pair} have moved since ring ${askedRing} was asked for: this run would move ${wouldMove}; start it again`,
  };
}
