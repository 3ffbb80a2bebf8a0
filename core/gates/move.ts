/** What gates ask about the move itself. */
import type { Facts } from '../facts.ts';
import { isAutomatic, isPlanned, type Kind } from '../ledger/ledger.ts';

/** A move away from a cluster that is said to serve nothing. */
export function isFailover(kind: Kind): boolean {
  return kind === 'automatic failover' || kind === 'failover by a person' || kind === 'break-glass';
}

/**
 * Users are without service, so a lack of polish does not hold the move. A repair counts as the move it repairs; when
 * nobody knows what that was, the stricter rules hold.
 */
export function isUnplanned({ kind, ledger }: Pick<Facts, 'kind' | 'ledger'>): boolean {
  return (
    isFailover(kind) || (kind === 'repair' && ledger?.interrupted !== undefined && !isPlanned(ledger.interrupted.kind))
  );
}

export function byMachine({ kind, startedBy }: Pick<Facts, 'kind' | 'startedBy'>): boolean {
  return startedBy === undefined ? isAutomatic(kind) : startedBy === 'machine';
}

/** Does the run move this ring? */
export function moves(ring: number, { ring: only }: Pick<Facts, 'ring'>): boolean {
  return only === undefined || only === ring;
}
