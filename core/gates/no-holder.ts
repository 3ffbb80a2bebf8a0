import type { Facts } from '../facts.ts';
import { holds, type Ledger } from '../ledger/ledger.ts';
import { claimed } from '../ledger/transitions.ts';
import { command } from '../observe/commands.ts';
import type { Gate } from './gate.ts';
import { byMachine } from './move.ts';
import { withArticle } from './wording.ts';

/** Nobody has the pair whom this run may not take it from; after the fence: it is this run that has it. */
export function noHolder(facts: Facts): Gate {
  const { ledger, pair, stage } = facts;
  const [state, because] =
    ledger === undefined
      ? (['unknown', 'the ledger could not be read'] as const)
      : stage === 'before claim'
        ? mayClaim(ledger, facts)
        : stillHolds(ledger, facts);
  return {
    name: 'NoHolder',
    state,
    because,
    opensWhen:
      stage === 'before claim'
        ? `that run ends, or \`${command.abort(pair.name)}\` (a planned one), or \`${command.release(pair.name)}\` (what a person took)`
        : `nothing: a newer run acts; \`${command.status(pair.name)}\``,
    applies: stage,
    overridable: 'never',
  };
}

/** Who takes the pair from whom stands in the ledger's transitions; this asks them. */
function mayClaim(ledger: Ledger, facts: Facts): readonly [Gate['state'], string] {
  const held = ledger.holder;
  if (held === undefined) return ['open', `nobody holds ${ledger.pair}`];
  if (facts.run !== undefined && holds(ledger, facts.run.nonce, facts.run.epoch))
    return ['open', `this run already holds ${ledger.pair}`];
  const asked = {
    ...held,
    id: 'this run',
    nonce: `not ${held.nonce}`,
    kind: facts.kind,
    startedBy: byMachine(facts) ? ('machine' as const) : ('person' as const),
  };
  const { awaitsPerson: _, ...claimable } = ledger;
  const claim = claimed(claimable, asked, [], '');
  return claim.kind === 'no'
    ? ['closed', claim.because]
    : ['open', `${held.id} (${held.kind}) holds ${ledger.pair}: ${withArticle(facts.kind)} takes it over`];
}

function stillHolds(ledger: Ledger, { run }: Facts): readonly [Gate['state'], string] {
  if (run === undefined) return ['unknown', 'this run does not say what it claimed'];
  const held = ledger.holder === undefined ? 'nobody' : `${ledger.holder.id} (${ledger.holder.kind})`;
  return holds(ledger, run.nonce, run.epoch)
    ? ['open', `this run holds ${ledger.pair} at epoch ${run.epoch}`]
    : ['closed', `${held} holds ${ledger.pair} at epoch ${ledger.epoch}; this run was given epoch ${run.epoch}`];
}
