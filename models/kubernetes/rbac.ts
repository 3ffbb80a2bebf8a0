import type { Asked } from './status.ts';

export interface User {
  readonly username: string;
  readonly groups: readonly string[];
}

const read = ['get', 'list'];

/** ClusterRoles throwover-probe and throwover-operate (reference/clusters/70-rbac.yaml), by group and resource. */
const rights: ReadonlyMap<string, readonly string[]> = new Map([
  ...every('', ['nodes', 'namespaces', 'events'], read),
  ...every('', ['pods', 'services'], [...read, 'patch']),
  ...every('apps', ['deployments', 'statefulsets'], [...read, 'patch']),
  ...every('apps', ['daemonsets', 'replicasets'], read),
  ...every('apps', ['deployments/scale', 'statefulsets/scale'], ['get', 'patch']),
  ...every('batch', ['cronjobs'], [...read, 'patch']),
  ...every('batch', ['jobs'], read),
  ...every('networking.k8s.io', ['ingresses'], [...read, 'patch']),
  ...every('policy', ['poddisruptionbudgets'], read),
  ...every('autoscaling', ['horizontalpodautoscalers'], read),
  ...every('discovery.k8s.io', ['endpointslices'], read),
  ...every('coordination.k8s.io', ['leases'], read),
  ...every('apiregistration.k8s.io', ['apiservices'], read),
  ...every('metrics.k8s.io', ['nodes'], read),
  ...every(
    'admissionregistration.k8s.io',
    [
      'mutatingadmissionpolicies',
      'mutatingadmissionpolicybindings',
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
      'mutatingwebhookconfigurations',
      'validatingwebhookconfigurations',
    ],
    read,
  ),
]);

/** Role throwover-config-writer adds the one ConfigMap; everybody else needs system:masters. */
export function allowed({ groups }: User, asked: Asked): boolean {
  if (groups.includes('system:masters')) return true;
  if (!groups.includes('throwover:operators')) return false;
  if (asked.resource === 'configmaps' && asked.group === '') {
    const theOne = asked.namespace === 'throwover-system' && asked.name === 'throwover';
    return theOne && (asked.verb === 'get' || asked.verb === 'patch');
  }
  const resource = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
  return rights.get(`${asked.group}/${resource}`)?.includes(asked.verb) ?? false;
}

/** Paths that are no resources: discovery and version for everybody known, health for everybody who may probe. */
export function allowedPath({ groups }: User, path: string): boolean {
  if (groups.includes('system:masters')) return true;
  if (/^\/(api|apis|openapi|version)(\/|$)/.test(path) || /^\/(healthz|livez|readyz)$/.test(path)) return true;
  return groups.includes('throwover:operators') && /^\/(livez|readyz)\//.test(path);
}

function every(group: string, resources: readonly string[], verbs: readonly string[]): [string, readonly string[]][] {
  return resources.map((resource) => [`${group}/${resource}`, verbs]);
}
