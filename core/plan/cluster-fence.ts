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
  /** Which side of a move of the whole pair this cluster is: rings that are where the move goes already stay as they are. */
  side?: 'to' | 'from';
}

export type FenceChange = Readonly<Record<string, string | null>>;
/** The ConfigMap as it stands. */
export type FenceData = Readonly<Record<string, string>>;

/**
 * Prepare: pods may start; batch work and traffic may not. A target that is active already (a repair that goes back) only
 * stays awake: nothing of it may be lowered.
 */
export function preparing(writer: Writer, data: FenceData): FenceChange {
  const facets = (role: string) => ({
    workloads: 'running',
    ...(role === 'active' ? {} : { batch: 'suspended', weight: '0' }),
  });
  const here = change(writer, facets(roleIn(data, writer)));
  return { ...here, ...ofRings({ ...writer, side: 'to' }, data, facets) };
}

/** The weight that the DNS source annotations of this side shall carry from now on. */
export function weighted(writer: Writer, weight: number, data: FenceData): FenceChange {
  const facets = () => ({ weight: String(weight) });
  return { ...change(writer, facets()), ...ofRings(writer, data, facets) };
}

/**
 * Commit, new side: active, and everything follows from the role again, but for batch work: where it did not run yet it
 * waits until the other side's has ended (`runningBatch`), also when this is written a second time.
 */
export function becomingActive(writer: Writer, data: FenceData): FenceChange {
  const { ring } = writer;
  const line = (ring === undefined ? undefined : data[`batch.${ring}`]) ?? data.batch;
  const waits = line === 'suspended' || (line === undefined && roleIn(data, writer) !== 'active');
  const facets = { role: 'active', ...byRoleOf('active', writer, data), ...(waits ? { batch: 'suspended' } : {}) };
  return { ...dropped(writer, data), ...change(writer, facets) };
}

/** Batch work and what is exclusive run here from now on: on the other side they have ended. */
export function runningBatch(writer: Writer, data: FenceData): FenceChange {
  const { batch = null } = byRoleOf('active', writer, data);
  return change(writer, { batch });
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
  const here = change(writer, byRoleOf(roleIn(data, writer), writer, data));
  return { ...here, ...ofRings(writer, data, () => ({})) };
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

/**
 * What is said of the whole cluster is meant for its rings as well. Lines that a ring left behind are dropped; one that
 * stands apart and takes part in the move is told so in its own lines, its role apart: that changes with Commit.
 */
function ofRings({ ring, side }: Writer, data: FenceData, facets: (role: string) => FenceChange): FenceChange {
  if (ring !== undefined) return {};
  const there = side === 'from' ? 'standby' : 'active';
  const changes = ringsNamed(data).map((one) => {
    const role = data[`role.${one}`];
    if (role === undefined || !standsApart(data, one)) return linesOf([one], data);
    return side === undefined || role === there ? {} : suffixed(facets(role), one);
  });
  return Object.assign({}, ...changes) as FenceChange;
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
  return { epoch: String(epoch), run, ...(ring === undefined ? facets : suffixed(facets, ring)) };
}

function suffixed(facets: FenceChange, ring: number): FenceChange {
  return Object.fromEntries(Object.entries(facets).map(([facet, value]) => [`${facet}.${ring}`, value]));
}
