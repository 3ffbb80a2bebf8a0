import type { Facts } from '../facts.ts';
import { command } from '../observe/commands.ts';
import type { Gate } from './gate.ts';
import { byMachine } from './move.ts';
import { withArticle } from './wording.ts';

/** What the topology lets automation do. People are not asked. */
export function policy(facts: Facts): Gate | undefined {
  if (!byMachine(facts)) return undefined;
  const { mode, name } = facts.pair;
  return {
    name: 'Policy',
    state: mode === 'auto' ? 'open' : 'closed',
    because: `mode ${mode}: ${mode === 'auto' ? `${withArticle(facts.kind)} may act` : `${withArticle(facts.kind)} would act here and does not`}`,
    opensWhen: `throwover.yaml says \`mode: auto\` for ${name}; a person moves with \`${command.failover(name, facts.to)}\``,
    applies: 'before claim',
    overridable: 'never',
  };
}
