/** The kinds that this API serves. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs: readonly string[];
  /** `made`: rendered from what lives in the cluster; `kept`: written through the API. */
  readonly origin: 'kept' | 'made';
  readonly scale?: true;
}

const reading = ['get', 'list'] as const;
const writing = ['create', 'delete', 'get', 'list', 'patch', 'update'] as const;
const living = ['create', 'delete', 'get', 'list', 'patch'] as const;

export const kinds = {
  namespaces: kept('', 'v1', 'Namespace', 'namespaces', { namespaced: false, shortNames: ['ns'] }),
  configmaps: kept('', 'v1', 'ConfigMap', 'configmaps', { shortNames: ['cm'] }),
  secrets: made('', 'v1', 'Secret', 'secrets', {}),
  nodes: made('', 'v1', 'Node', 'nodes', { namespaced: false, shortNames: ['no'] }),
  pods: made('', 'v1', 'Pod', 'pods', { shortNames: ['po'], categories: ['all'], verbs: living }),
  services: kept('', 'v1', 'Service', 'services', { shortNames: ['svc'], categories: ['all'] }),
  events: made('', 'v1', 'Event', 'events', { shortNames: ['ev'] }),
  deployments: kept('apps', 'v1', 'Deployment', 'deployments', {
    shortNames: ['deploy'],
    categories: ['all'],
    scale: true,
  }),
  statefulsets: kept('apps', 'v1', 'StatefulSet', 'statefulsets', {
    shortNames: ['sts'],
    categories: ['all'],
    scale: true,
  }),
  daemonsets: kept('apps', 'v1', 'DaemonSet', 'daemonsets', { shortNames: ['ds'], categories: ['all'] }),
  cronjobs: kept('batch', 'v1', 'CronJob', 'cronjobs', { shortNames: ['cj'], categories: ['all'] }),
  jobs: kept('batch', 'v1', 'Job', 'jobs', { categories: ['all'] }),
  horizontalpodautoscalers: kept('autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', {
    shortNames: ['hpa'],
    categories: ['all'],
  }),
  ingresses: kept('networking.k8s.io', 'v1', 'Ingress', 'ingresses', { shortNames: ['ing'] }),
  endpointslices: made('discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices', {}),
  leases: made('coordination.k8s.io', 'v1', 'Lease', 'leases', {}),
  nodepools: kept('karpenter.sh', 'v1', 'NodePool', 'nodepools', {
    namespaced: false,
    categories: ['karpenter'],
    scale: true,
  }),
  mutatingadmissionpolicies: extension('MutatingAdmissionPolicy', 'mutatingadmissionpolicies'),
  mutatingadmissionpolicybindings: extension('MutatingAdmissionPolicyBinding', 'mutatingadmissionpolicybindings'),
  validatingadmissionpolicies: extension('ValidatingAdmissionPolicy', 'validatingadmissionpolicies'),
  validatingadmissionpolicybindings: extension('ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings'),
  mutatingwebhookconfigurations: extension('MutatingWebhookConfiguration', 'mutatingwebhookconfigurations'),
  validatingwebhookconfigurations: extension('ValidatingWebhookConfiguration', 'validatingwebhookconfigurations'),
  apiservices: kept('apiregistration.k8s.io', 'v1', 'APIService', 'apiservices', {
    namespaced: false,
    categories: ['api-extensions'],
  }),
  selfsubjectaccessreviews: made('authorization.k8s.io', 'v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', {
    namespaced: false,
    verbs: ['create'],
  }),
  clusterroles: access('ClusterRole', 'clusterroles', { namespaced: false }),
  clusterrolebindings: access('ClusterRoleBinding', 'clusterrolebindings', { namespaced: false }),
  roles: access('Role', 'roles', {}),
  rolebindings: access('RoleBinding', 'rolebindings', {}),
} as const;

export type Plural = keyof typeof kinds;

export const allKinds: readonly Kind[] = Object.values(kinds);

const byPath = new Map(allKinds.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind]));

/** undefined: no such resource here, or no such group. */
export function kindAt(group: string, version: string, plural: string): Kind | undefined {
  return byPath.get(`${group}/${version}/${plural}`);
}

export function apiVersionOf(kind: Kind): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

type Rest = Partial<Pick<Kind, 'namespaced' | 'shortNames' | 'categories' | 'verbs' | 'scale'>>;

function kept(group: string, version: string, kind: string, plural: string, rest: Rest): Kind {
  return named(group, version, kind, plural, { verbs: writing, ...rest }, 'kept');
}

function extension(kind: string, plural: string): Kind {
  const rest = { namespaced: false, categories: ['api-extensions'] };
  return kept('admissionregistration.k8s.io', 'v1', kind, plural, rest);
}

function access(kind: string, plural: string, rest: Rest): Kind {
  return kept('rbac.authorization.k8s.io', 'v1', kind, plural, rest);
}

function made(group: string, version: string, kind: string, plural: string, rest: Rest): Kind {
  return named(group, version, kind, plural, { verbs: reading, ...rest }, 'made');
}

function named(
  group: string,
  version: string,
  kind: string,
  plural: string,
  rest: Rest & { verbs: readonly string[] },
  origin: Kind['origin'],
): Kind {
  return { group, version, kind, plural, singular: kind.toLowerCase(), namespaced: true, ...rest, origin };
}
