/** Which writes a cluster refuses because whoever must be asked about them is not there. */
import type { Webhook } from '../ports.ts';

interface Written {
  operation: 'CREATE' | 'UPDATE';
  group: string;
  resource: string;
  /** Left out: in the namespaces of the rings. */
  namespace?: string;
}

const OWN = 'throwover-system';
/** What is written when a ring wakes: the role by us, a touch by us, and what the controllers make of it. */
const WAKING: readonly Written[] = [
  { operation: 'UPDATE', group: '', resource: 'configmaps', namespace: OWN },
  { operation: 'UPDATE', group: 'apps', resource: 'deployments' },
  { operation: 'UPDATE', group: 'apps', resource: 'statefulsets' },
  { operation: 'UPDATE', group: 'apps', resource: 'replicasets' },
  { operation: 'CREATE', group: '', resource: 'pods' },
];

/**
 * A sentence for each webhook that fails closed and has nobody behind it: those that would stop a ring from waking, and the others. A
 * webhook that looks at some objects only (`objectSelector`, `matchConditions`) is taken for one that looks at all: it may be ours.
 */
export function refusing(webhooks: readonly Webhook[]): { waking: string[]; other: string[] } {
  const found = { waking: [] as string[], other: [] as string[] };
  for (const webhook of webhooks) {
    const { name, service, endpoints } = webhook;
    if (endpoints > 0) continue;
    const stopped = WAKING.filter((written) => isAskedAbout(written, webhook));
    const what = stopped.map(({ operation, resource }) => `${operation} ${resource}`).join(', ');
    const behind = `${name} fails closed and ${service} has no ready endpoint`;
    if (stopped.length > 0) found.waking.push(`${behind}: ${what} would be refused`);
    else found.other.push(behind);
  }
  return found;
}

function isAskedAbout({ operation, group, resource, namespace }: Written, { rules, namespaces }: Webhook): boolean {
  const has = (all: readonly string[], one: string) => all.includes(one) || all.includes('*');
  const named = (all: readonly string[]) => has(all, resource) || all.includes('*/*');
  const isThere = namespace === undefined ? namespaces.some((one) => one !== OWN) : namespaces.includes(namespace);
  return (
    isThere &&
    rules.some(
      ({ operations, groups, resources }) => has(operations, operation) && has(groups, group) && named(resources),
    )
  );
}
