/**
 * What a run writes into the clusters' ConfigMaps. Role and facets are apart on purpose: pods start on the target while
 * its role is still standby, so that a run that dies leaves nothing that calls itself active (design, section 5).
 *
 * A line of a ring (`weight.0`) wins over the line of the cluster (`weight`), and both win over what follows from the
 * role. So a ring has lines of its own only while it stands apart from its cluster, or is on its way; then they are said
 * in full, because a line left out would mean whatever the cluster's line says by then. Lines that a ring left behind
 * would keep it asleep, or at weight 0, when the whole pair comes: what is said of the cluster drops them. A null drops
 * a line.
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
  const awake = { workloads: 'running' };
  const still = roleIn(data, writer) === 'active' ? {} : { batch: 'suspended', weight: '0' };
  return { ...joining(writer, data), ...change(writer, { ...awake, ...still }) };
}

/** The weight that the DNS source annotations of this side shall carry from now on. */
export function weighted(writer: Writer, weight: number, data: FenceData): FenceChange {
  return { ...joining(writer, data), ...change(writer, { weight: String(weight) }) };
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
  const { ring } = writer;
  if (ring !== undefined && !standsApart(data, ring)) return { ...change(writer, {}), ...linesOf([ring], data) };
  return { ...joining(writer, data), ...change(writer, byRoleOf(roleIn(data, writer), writer, data)) };
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

/** What is said of the whole cluster is meant for every ring but those that stand apart: what they left behind is dropped. */
function joining({ ring }: Writer, data: FenceData): FenceChange {
  return ring === undefined
    ? linesOf(
        ringsNamed(data).filter((one) => !standsApart(data, one)),
        data,
      )
    : {};
}

function dropped({ ring, apart = [] }: Writer, data: FenceData): FenceChange {
  return ring === undefined
    ? linesOf(
        ringsNamed(data).filter((one) => !apart.includes(one)),
        data,
      )
    : {};
}

/** Has this ring another role here than its cluster? */
function standsApart(data: FenceData, ring: number): boolean {
  const role = data[`role.${ring}`];
  return role !== undefined && role !== data.role;
}

function ringsNamed(data: FenceData): number[] {
  return Object.keys(data).flatMap((key) => {
    const ring = LINE_OF_RING.exec(key)?.[1];
    return ring === undefined ? [] : [Number(ring)];
  });
}

/** Drops every line of these rings that is there. */
function linesOf(rings: readonly number[], data: FenceData): FenceChange {
  const lines = Object.keys(data).filter((key) => rings.includes(Number(LINE_OF_RING.exec(key)?.[1] ?? -1)));
  return Object.fromEntries(lines.map((key) => [key, null]));
}

function change({ epoch, run, ring }: Writer, facets: FenceChange): FenceChange {
  const suffix = ring === undefined ? '' : `.${ring}`;
  const named = Object.entries(facets).map(([facet, value]) => [`${facet}${suffix}`, value] as const);
  return { epoch: String(epoch), run, ...Object.fromEntries(named) };
}
