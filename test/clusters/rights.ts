/** The table of rights: what `can-i` answers our own role, in the lab and on a real server. */

const READ = ['get', 'list'];
const TOUCH = ['get', 'list', 'patch'];
export const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

/** Everything that the group throwover:operators may; whatever is not here is no. */
export const may: Readonly<Record<string, readonly string[]>> = {
  nodes: READ,
  namespaces: READ,
  events: READ,
  pods: TOUCH,
  services: TOUCH,
  'deployments.apps': TOUCH,
  'statefulsets.apps': TOUCH,
  'deployments.apps/scale': ['get', 'patch'],
  'statefulsets.apps/scale': ['get', 'patch'],
  'daemonsets.apps': READ,
  'replicasets.apps': READ,
  'cronjobs.batch': TOUCH,
  'jobs.batch': READ,
  'ingresses.networking.k8s.io': TOUCH,
  'poddisruptionbudgets.policy': READ,
  'horizontalpodautoscalers.autoscaling': READ,
  'nodepools.karpenter.sh': READ,
  'nodepools.karpenter.sh/scale': ['patch'],
  'endpointslices.discovery.k8s.io': READ,
  'leases.coordination.k8s.io': READ,
  'apiservices.apiregistration.k8s.io': READ,
  'nodes.metrics.k8s.io': READ,
  'mutatingadmissionpolicies.admissionregistration.k8s.io': READ,
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io': READ,
  'validatingadmissionpolicies.admissionregistration.k8s.io': READ,
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': READ,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': READ,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': READ,
};

/** What somebody would want who took our credentials. */
export const never = [
  'secrets',
  'configmaps',
  'serviceaccounts',
  'serviceaccounts/token',
  'pods/exec',
  'pods/log',
  'pods/eviction',
  'pods/ephemeralcontainers',
  'nodes/proxy',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'users',
  'groups',
];

/** The attributes of a SelfSubjectAccessReview: `deployments.apps/scale` is a subresource of a resource of a group. */
export function attributesOf(verb: string, resource: string, of: { namespace?: string; name?: string } = {}) {
  const [full = '', subresource] = resource.split('/');
  const [plural = '', ...group] = full.split('.');
  return { verb, group: group.join('.'), resource: plural, ...(subresource && { subresource }), ...of };
}
