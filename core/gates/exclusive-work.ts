import type { Facts } from '../facts.ts';
import type { Gate } from './gate.ts';
import { isUnplanned, moves } from './move.ts';
import { someOf } from './wording.ts';

/**
 * During a planned move both clusters run the moving services for a while. Whoever may run only once would have to stop
 * here before it starts there, which is not built yet; and of whom nobody said, nobody knows. An unplanned move is not
 * asked: its old side serves nothing.
 */
export function exclusiveWork(facts: Facts): Gate | undefined {
  if (isUnplanned(facts)) return undefined;
  const moving = Object.entries(facts.pair.services).filter(([, service]) => moves(service.ring, facts));
  const unsafe = moving.filter(([, service]) => service.concurrency !== 'safe');
  return {
    name: 'ExclusiveWork',
    state: unsafe.length === 0 ? 'open' : 'closed',
    because: `${moving.length - unsafe.length} of ${moving.length} services may run in both clusters at once${unsafe.length === 0 ? '' : `; ${someOf(unsafe.map(([name, { concurrency }]) => `${name} is ${concurrency}`))}`}`,
    opensWhen:
      'throwover.yaml says `concurrency: safe` for them; stopping an exclusive service first is not supported yet',
    applies: 'before claim',
    overridable: 'person',
  };
}
