import { type Rendered, timestamp, uidOf } from './objects.ts';

/** The policy set of reference/clusters, by name: that it is there can be asked, its expressions are not kept here. */
const names = {
  mutatingadmissionpolicies: [
    'throwover-config-label',
    'throwover-cronjobs-resume',
    'throwover-cronjobs-suspend',
    'throwover-dns-weight',
    'throwover-pod-gate',
    'throwover-workloads-restore',
    'throwover-workloads-stop',
  ],
  validatingadmissionpolicies: [
    'throwover-config-guard',
    'throwover-namespace-guard',
    'throwover-operator-guard-cronjobs',
    'throwover-operator-guard-ingresses',
    'throwover-operator-guard-pods',
    'throwover-operator-guard-services',
    'throwover-operator-guard-workloads',
    'throwover-scale-guard',
    'throwover-volume-guard',
  ],
};

export function installedPolicies(plural: keyof typeof names, since: number): Rendered[] {
  return names[plural].map((name, at) => ({
    metadata: {
      name,
      uid: uidOf(`policy ${name}`),
      resourceVersion: String(at + 1),
      generation: 1,
      creationTimestamp: timestamp(since),
    },
    spec: { failurePolicy: 'Fail' },
  }));
}
