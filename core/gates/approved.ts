import { mayNeedApproval, whyNotReleased } from '../approval.ts';
import type { Facts } from '../facts.ts';
import { intentDigest, intentOf } from '../intent.ts';
import { command } from '../observe/commands.ts';
import { drillAge } from './drill-is-fresh.ts';
import type { Gate } from './gate.ts';
import { byMachine } from './move.ts';

/**
 * A person let this run do this: asked where the policy says `approve`, where a stale drill makes it so, and before planned
 * moves where two people are to know of each. After the fence once more: what is read then is what was approved, or nothing
 * moves.
 */
export function approved(facts: Facts): Gate | undefined {
  const { pair, kind, approval, self } = facts;
  const why = whyAsked(facts);
  if (why === undefined) return undefined;
  const intent = intentOf(facts);
  const digest = intent === undefined ? undefined : intentDigest(intent);
  const missing = self === undefined ? 'this is no run yet' : whyNotReleased(approval, { ...self, digest });
  const { answer } = approval ?? {};
  return {
    name: 'Approved',
    state: missing === undefined ? 'open' : 'closed',
    because:
      missing === undefined
        ? `${answer?.by} approved intent ${digest}${answer?.reason ? `: ${answer.reason}` : ''}`
        : `${why}; ${missing}`,
    opensWhen:
      kind === 'switchover'
        ? `another person answers: \`${command.approve(pair.name, self?.run)}\``
        : `a person answers: \`${command.approve(pair.name, self?.run)}\``,
    applies: 'always',
    overridable: 'never',
  };
}

/** Undefined: this run needs nobody's approval. A repair that a person started was asked for by that person. */
export function whyAsked(facts: Facts): string | undefined {
  const { pair, kind, drill, now } = facts;
  if (!mayNeedApproval(pair, kind) || (kind === 'repair' && !byMachine(facts))) return undefined;
  if (kind === 'switchover') return 'planned moves are approved by a second person';
  if (pair.mode === 'approve') return 'mode approve: a person is asked first';
  return pair.mode === 'auto' && drillAge(pair, drill, now).stale
    ? 'no fresh drill: mode auto falls back to approve'
    : undefined;
}
