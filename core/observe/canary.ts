/** What the canary says of itself, beside being served: whether pods of its cluster resolve names and reach their API. */
import type { Health } from './observation.ts';

const RESOLVES_NOTHING = 'resolves no name';
const REACHES_NO_API = 'does not reach the Kubernetes API';

/**
 * A pod that resolves nothing serves nobody for long: `unhealthy`, as one that is not served. One that does not reach its API serves its
 * users all the same: `degraded`. Undefined: nothing is wrong, or it is a web server that says nothing about this.
 * @param body its answer, JSON
 */
export function canaryComplains(body: string | undefined): { health: Health; because: string } | undefined {
  const said = checksIn(body);
  if (said.resolves === false)
    return {
      health: 'unhealthy',
      because: said.api === false ? `${RESOLVES_NOTHING}, ${REACHES_NO_API}` : RESOLVES_NOTHING,
    };
  return said.api === false ? { health: 'degraded', because: REACHES_NO_API } : undefined;
}

function checksIn(body = ''): { resolves?: unknown; api?: unknown } {
  try {
    return Object(JSON.parse(body)) as { resolves?: unknown; api?: unknown };
  } catch {
    return {};
  }
}
