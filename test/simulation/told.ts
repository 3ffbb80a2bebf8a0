/** Changes as a trace tells them. */
import type { AppliedBatch } from '../../models/route53/route53.ts';
import type { LedgerSeen } from '../invariants/ledger-write.ts';
import type { ZoneChange } from '../invariants/zone-change.ts';
import type { Claim } from './claims.ts';
import { moves } from './weights.ts';

export function toldLedger(
  ledger: LedgerSeen & { holder?: Omit<Claim, 'judged'> | undefined; interrupted?: { kind: string; to: string } },
): string {
  const { rev, epoch, active, holder, acknowledged, debts, pause, awaitsPerson, interrupted } = ledger;
  return [
    `rev ${rev} epoch ${epoch} active ${active}`,
    ...(holder === undefined ? [] : [`held for ${holder.kind} to ${holder.to}`]),
    ...(interrupted === undefined ? [] : [`interrupted ${interrupted.kind} to ${interrupted.to}`]),
    ...(acknowledged ? [] : ['unacknowledged']),
    ...(pause === undefined ? [] : ['paused']),
    ...(awaitsPerson === undefined ? [] : [`awaits a person: ${awaitsPerson}`]),
    ...(debts.length === 0
      ? []
      : [`owes ${debts.map(({ what, epoch: of }) => (of === epoch ? what : `(${what})`)).join(', ')}`]),
  ].join(', ');
}

export function toldChange({ caller, fence, groups }: ZoneChange, { changes }: AppliedBatch): string {
  const { after } = fence;
  const moved = groups.filter(moves).map(({ name, after: now }) => {
    const weights = Object.entries(now).map(([side, weight]) => `${side} ${weight}`);
    return `${name} → ${weights.join('/')}`;
  });
  const fenced =
    after === undefined
      ? 'no fence'
      : `epoch ${after.epoch}.${after.seq} active ${after.active}${after.to === undefined ? '' : ` to ${after.to} ${after.share}`} run ${after.run}`;
  return `${caller}, ${changes.length} changes, ${fenced}${moved.length === 0 ? '' : `; ${moved.join('; ')}`}`;
}
