/**
 * What a run writes into the clusters' ConfigMaps. Role and facets are apart on purpose: pods start on the target while
 * its role is still standby, so that a run that dies leaves nothing that calls itself active (design, section 5).
 * A facet that is null is dropped: by role then.
 */
export interface Writer {
  epoch: number;
  run: string;
  /** Only this ring; the whole cluster when left out. */
  ring?: number;
}

export type FenceChange = Readonly<Record<string, string | null>>;

/** Prepare: pods may start; batch work and traffic may not. */
export function preparing(writer: Writer): FenceChange {
  return change(writer, { workloads: 'running', batch: 'suspended', weight: '0' });
}

/** Prepare, when the target is already active by its role and serves: a repair that goes back. Nothing of it may be lowered. */
export function stayingAwake(writer: Writer): FenceChange {
  return change(writer, { workloads: 'running' });
}

/** The weight that the DNS source annotations of this side shall carry from now on. */
export function weighted(writer: Writer, weight: number): FenceChange {
  return change(writer, { weight: String(weight) });
}

/** Commit, new side: active, and everything follows from the role again. */
export function becomingActive(writer: Writer): FenceChange {
  return change(writer, { role: 'active', workloads: null, batch: null, weight: null });
}

/** Commit, old side: no users and no batch work, but its pods serve the clients that have not followed yet. */
export function becomingStandby(writer: Writer): FenceChange {
  return change(writer, { role: 'standby', workloads: 'running', batch: 'suspended', weight: '0' });
}

/** Stand down, and what undoes a Prepare that led nowhere: everything follows from the role again. */
export function byRole(writer: Writer): FenceChange {
  return change(writer, { workloads: null, batch: null, weight: null });
}

function change({ epoch, run, ring }: Writer, facets: Readonly<Record<string, string | null>>): FenceChange {
  const suffix = ring === undefined ? '' : `.${ring}`;
  const named = Object.entries(facets).map(([facet, value]) => [`${facet}${suffix}`, value] as const);
  return { epoch: String(epoch), run, ...Object.fromEntries(named) };
}
