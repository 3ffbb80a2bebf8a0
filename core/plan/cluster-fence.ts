/**
 * What a run writes into the clusters' ConfigMaps. Role and facets are apart on purpose: pods start on the target while
 * its role is still standby, so that a run that dies leaves nothing that calls itself active (design, section 5).
 *
 * A line of a ring (`weight.0`) wins over the line of the cluster (`weight`), and both win over what follows from the
 * role. So what is said of a ring is said in full: a line left out would mean whatever the cluster's line says by then.
 * What is said of the cluster drops the lines of rings that no longer stand apart, and a null drops a line.
 */
export interface Writer {
  epoch: number;
  run: string;
  /** Only this ring; the whole cluster when left out. */
  ring?: number;
  /** Rings that stand elsewhere than the pair: what is said of the whole cluster does not touch their lines. */
  apart?: readonly number[];
}

export type FenceChange = Readonly<Record<string, string | null>>;
/** The ConfigMap as it stands. */
export type FenceData = Readonly<Record<string, string>>;

/**
 * Prepare: pods may start; batch work and traffic may not. A target that is active already (a repair that goes back) only
 * stays awake: nothing of it may be lowered.
 */
export function preparing(writer: Writer, data: FenceData): FenceChange {
  if (roleIn(data, writer) === 'active') return change(writer, { workloads: 'running' });
  return change(writer, { workloads: 'running', batch: 'suspended', weight: '0' });
}

/** The weight that the DNS source annotations of this side shall carry from now on. */
export function weighted(writer: Writer, weight: number): FenceChange {
  return change(writer, { weight: String(weight) });
}

/** Commit, new side: active, and everything follows from the role again. */
export function becomingActive(writer: Writer, data: FenceData): FenceChange {
  return { ...dropped(writer, data), ...change(writer, { role: 'active', ...byRoleOf('active', writer, data) }) };
}

/**
 * Commit, old side: no users and no batch work, but its pods serve the clients that have not followed yet. A side that
 * was standby before is not woken.
 */
export function becomingStandby(writer: Writer, data: FenceData): FenceChange {
  const awake = roleIn(data, writer) === 'active' ? { workloads: 'running' } : {};
  return {
    ...dropped(writer, data),
    ...change(writer, { role: 'standby', ...awake, batch: 'suspended', weight: '0' }),
  };
}

/** Stand down, and what undoes a Prepare that led nowhere: everything follows from the role again. */
export function byRole(writer: Writer, data: FenceData): FenceChange {
  return change(writer, byRoleOf(roleIn(data, writer), writer, data));
}

function roleIn(data: FenceData, { ring }: Writer): string {
  return (ring === undefined ? undefined : data[`role.${ring}`]) ?? data.role ?? '';
}

function byRoleOf(role: string, { ring }: Writer, data: FenceData): FenceChange {
  if (ring === undefined) return { workloads: null, batch: null, weight: null };
  if (role === 'active') return { workloads: 'running', batch: 'running', weight: data.activeWeight ?? '100' };
  return { workloads: 'stopped', batch: 'suspended', weight: '0' };
}

const LINE_OF_RING = /^(?:role|workloads|batch|weight)\.(\d+)$/;

function dropped({ ring, apart = [] }: Writer, data: FenceData): FenceChange {
  if (ring !== undefined) return {};
  const lines = Object.keys(data).filter((key) => {
    const of = LINE_OF_RING.exec(key)?.[1];
    return of !== undefined && !apart.includes(Number(of));
  });
  return Object.fromEntries(lines.map((key) => [key, null]));
}

function change({ epoch, run, ring }: Writer, facets: FenceChange): FenceChange {
  const suffix = ring === undefined ? '' : `.${ring}`;
  const named = Object.entries(facets).map(([facet, value]) => [`${facet}${suffix}`, value] as const);
  return { epoch: String(epoch), run, ...Object.fromEntries(named) };
}
