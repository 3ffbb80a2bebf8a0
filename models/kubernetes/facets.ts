import type { Labels } from './objects.ts';

/** What the ConfigMap throwover-system/throwover means for one ring: the line of the ring, else of the cluster, else the role. */
export interface Facets {
  readonly role: string;
  readonly workloads: string;
  readonly batch: string;
  readonly weight: string;
}

const byRole: Readonly<Record<string, { workloads: string; batch: string }>> = {
  active: { workloads: 'running', batch: 'running' },
  standby: { workloads: 'stopped', batch: 'suspended' },
};

/** undefined: a role that nobody knows; the policies then refuse every write in that ring. */
export function facetsOf(data: Labels, ring: string): Facets | undefined {
  const role = data[`role.${ring}`] ?? data.role ?? '';
  const given = byRole[role];
  if (given === undefined) return undefined;
  return {
    role,
    workloads: data[`workloads.${ring}`] ?? data.workloads ?? given.workloads,
    batch: data[`batch.${ring}`] ?? data.batch ?? given.batch,
    weight: data[`weight.${ring}`] ?? data.weight ?? (role === 'active' ? (data.activeWeight ?? '100') : '0'),
  };
}

/** The labels that follow the data, so that kube-state-metrics can export them. */
export function labelsOf(data: Labels): Labels {
  const role = data.role ?? '';
  const mixed = Object.keys(data).some((key) => key.startsWith('role.') && data[key] !== role);
  return {
    'throwover.dev/role': role in byRole ? role : 'invalid',
    'throwover.dev/rings': mixed ? 'mixed' : 'same',
  };
}

/** What ExternalDNS reads, under its old prefix and its new one. */
export function weightAnnotations(cluster: string, weight: string): Labels {
  return {
    'external-dns.alpha.kubernetes.io/aws-weight': weight,
    'external-dns.alpha.kubernetes.io/set-identifier': cluster,
    'external-dns.kubernetes.io/aws-weight': weight,
    'external-dns.kubernetes.io/set-identifier': cluster,
  };
}
