import type { Facts } from '../facts.ts';
import { command } from '../observe/commands.ts';
import type { Gate } from './gate.ts';
import { byMachine } from './move.ts';
import { withArticle } from './wording.ts';

/** What the topology lets automation do. People are not asked. */
export function policy(facts: Facts): Gate | undefined {
  if (!byMachine(facts)) return undefined;
  const { mode, name } = facts.pair;
  // whoever waits for a person is asked about by the gate Approved
  const asks = mode === 'approve' && facts.kind === 'automatic failover';
  const may = mode === 'auto' || asks;
  const said = mode === 'auto' ? 'may act' : asks ? 'may act when a person approves' : 'would act here and does not';
  return {
    name: 'Policy',
    state: may ? 'open' : 'closed',
    because: `mode ${mode}: ${withArticle(facts.kind)} ${said}`,
    opensWhen: `throwover.yaml says \`mode: auto\` for ${name}; a person moves with \`${command.failover(name, facts.to)}\``,
    applies: 'before claim',
    overridable: 'never',
  };
}
