/** What the ConfigMap of a cluster means for a ring, for people and charts. The policies in clusters/base say the same in CEL. */
export interface Facets {
  readonly role: string;
  readonly workloads: string;
  readonly batch: string;
  readonly weight: string;
}

/** The line of the ring, else of the cluster, else what follows from the role. */
export function facetsOf(data: Readonly<Record<string, string>>, ring: string): Facets {
  const said = (key: string) => data[`${key}.${ring}`] ?? data[key];
  const role = said('role') ?? '';
  const active = role === 'active';
  return {
    role,
    workloads: said('workloads') ?? (active ? 'running' : 'stopped'),
    batch: said('batch') ?? (active ? 'running' : 'suspended'),
    weight: said('weight') ?? (active ? (data.activeWeight ?? '100') : '0'),
  };
}

/** The values contract: what a pipeline gives every chart of a ring where no policy writes it. */
export function valuesOf(data: Readonly<Record<string, string>>, ring: string): object {
  const { role, workloads, batch, weight } = facetsOf(data, ring);
  return {
    throwover: {
      role,
      workloads: { stopped: workloads === 'stopped' }, // true: replicas 0, and no HPA
      batch: { suspended: batch === 'suspended' }, // true: suspend
      dns: { setIdentifier: data.cluster ?? '', weight: Number(weight) }, // the annotations of ExternalDNS
    },
  };
}
