import type { Facts } from '../facts.ts';
import { command } from '../observe/commands.ts';
import { dataPathsOf } from '../observe/data-paths.ts';
import type { Health } from '../observe/observation.ts';
import type { Gate } from './gate.ts';
import { moves } from './move.ts';
import { someOf } from './wording.ts';

/**
 * The receiving cluster reaches its data. A check by a metric can be asked at any time; one by a service is answered by
 * that service's own pods, which sleep until the run has started them, so it is asked after the fence.
 */
export function dataPathWorks(facts: Facts): Gate | undefined {
  const { pair, to } = facts;
  const asked = Object.entries(pair.datastores).filter(([, { check }]) =>
    'metric' in check ? true : facts.stage === 'after fence' && moves(pair.services[check.service]?.ring ?? -1, facts),
  );
  if (asked.length === 0) return undefined;
  const answered = new Map(dataPathsOf('target', facts).map((path) => [path.datastore, path]));
  const told = asked.map(([datastore]) => {
    const path = answered.get(datastore);
    return { datastore, state: stateOf(path?.health), evidence: path?.evidence ?? 'was not asked' };
  });
  const bad = told.filter(({ state }) => state !== 'open');
  return {
    name: 'DataPathWorks',
    state: bad.some(({ state }) => state === 'unknown') ? 'unknown' : bad.length > 0 ? 'closed' : 'open',
    because: `${told.length - bad.length} of ${told.length} datastores answer ${to}${bad.length === 0 ? '' : `; ${someOf(bad.map(({ datastore, evidence }) => `${datastore}: ${evidence}`))}`}`,
    opensWhen: `every datastore can be read and written from ${to}; \`${command.status(pair.name)}\` asks again`,
    applies: facts.stage,
    overridable: 'person',
  };
}

function stateOf(health: Health | undefined): Gate['state'] {
  if (health === 'healthy') return 'open';
  return health === undefined || health === 'unknown' || health === 'unauthorized' ? 'unknown' : 'closed';
}
