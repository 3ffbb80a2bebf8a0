/**
 * The batches that move traffic. Each holds the next fence and both sides of every name in it, A and AAAA together, so
 * that whatever prefix of the batches is applied, each name is answered, and a writer with an older fence moves nothing.
 */
import { assertNeverDark, type Batch, type Change, PlanUnsafe, portioned, replaced } from './batch.ts';
import { type Fence, fenceRecordAfter } from './fence.ts';
import { FULL, hasShare, type NameAsRead, namesOfRun, type ZoneAsRead } from './reading.ts';
import { type RecordSet, weighing } from './records.ts';

/** One movement of traffic in one zone, as a run wants it. */
export interface Move {
  pair: string;
  epoch: number;
  run: string;
  by: string;
  to: string;
  from: string;
  /** What `to` shall have, of FULL. */
  share: number;
  /** Only this ring; every ring when left out. */
  ring?: number;
  /** Where the pair stands when this run began: a move of one ring does not change it. */
  active: string;
}

/** The fence and its record as they stand now: the part of a reading that every batch changes. */
export interface Standpoint {
  fence: Fence;
  record: RecordSet;
}

/**
 * The names that are not yet where the move wants them, cut into portions that fit one change call each. Throws
 * `PlanUnsafe` before any of them is sent when a name cannot be taken along: the fence must never say that the traffic
 * stands elsewhere while a name stayed behind.
 * @param elements the most elements of one call, when tokens are scarce
 */
export function portionsOf(reading: ZoneAsRead, move: Move, elements?: number): NameAsRead[][] {
  return portioned(namesLeft(reading, move), (name) => changesOf(name, move), elements);
}

function namesLeft(reading: ZoneAsRead, move: Move): NameAsRead[] {
  return namesOfRun(reading, move.ring).filter(
    (name) => !isApart(name, reading, move) && !hasShare(name, move.to, move.from, move.share),
  );
}

/** A ring that stood on the target before a move of the whole pair began: its users are there already, and stay. */
function isApart({ ring }: NameAsRead, { fence }: ZoneAsRead, move: Move): boolean {
  return move.ring === undefined && fence.kind === 'fence' && fence.fence.rings[ring] === move.to;
}

function whyStuck({ name, groups }: NameAsRead): string {
  const sides = groups.map(
    (group) => `${group.type} of ${Object.keys(group.sides).join(' and ') || 'neither cluster'}`,
  );
  return `${name} has records ${sides.join(', ')}: both clusters need one of each type before it can be moved`;
}

/**
 * The batch for one portion. `last` says that after it no name is left to move: only then may the fence say that the
 * traffic stands elsewhere. `attempt` keeps two tries apart: a try whose answer was lost may still land; see `attemptAfter`.
 * Throws `PlanUnsafe` for a fence that this run has not raised: what is read under a newer one is not ours to plan from.
 */
export function steerBatch(
  at: Standpoint,
  names: readonly NameAsRead[],
  move: Move,
  last: boolean,
  attempt = 1,
): { batch: Batch; after: Standpoint } {
  if (at.fence.epoch !== move.epoch || at.fence.run !== move.run || at.fence.by !== move.by) {
    throw new PlanUnsafe(
      `the fence is of epoch ${at.fence.epoch}, run ${at.fence.run}: ${move.run} has epoch ${move.epoch}`,
    );
  }
  const next = nextFence(at.fence, move, last, attempt);
  const record = fenceRecordAfter(at.record, next);
  const changes = [...replaced(at.record, record), ...names.flatMap((name) => changesOf(name, move))];
  const batch: Batch = {
    why: `${move.share} of ${FULL} of ${names.length} names to ${move.to}, epoch ${move.epoch}, run ${move.run}`,
    epoch: move.epoch,
    seq: next.seq,
    changes,
  };
  assertNeverDark(
    batch,
    names.flatMap((name) => name.groups.map((group) => Object.values(group.sides))),
  );
  return { batch, after: { fence: next, record } };
}

/**
 * The first attempt whose `seq` is greater than any that this run has sent to the zone. A try whose answer was lost, and
 * that lands after the zone was read again, must not be taken for the one that was planned since.
 * @param sent the greatest `seq` of this run's intent events for the zone; undefined when it has sent nothing
 */
export function attemptAfter(at: Standpoint, sent: number | undefined): number {
  return Math.max(1, (sent ?? 0) - at.fence.seq + 1);
}

/** Is there nothing left to send in this zone: every name where the move wants it, and the fence saying so? */
export function isSteered(reading: ZoneAsRead, move: Move): boolean {
  if (reading.fence.kind !== 'fence' || namesLeft(reading, move).length > 0) return false;
  const { fence } = reading.fence;
  const wanted = nextFence(fence, move, true, 1);
  return (
    fence.epoch === wanted.epoch &&
    fence.active === wanted.active &&
    fence.move?.to === wanted.move?.to &&
    fence.move?.share === wanted.move?.share &&
    JSON.stringify(fence.rings) === JSON.stringify(wanted.rings)
  );
}

/** The fence after a batch of this move. */
function nextFence(fence: Fence, move: Move, last: boolean, attempt: number): Fence {
  const raised = { ...fence, by: move.by, epoch: move.epoch, run: move.run, seq: fence.seq + attempt };
  // a move of the whole pair takes every ring along
  if (last && move.share === FULL && move.ring === undefined) return { ...atRest(raised), active: move.to, rings: {} };
  if (last && move.share === FULL) return { ...atRest(raised), ...standing(fence, move, move.to) };
  if (last && move.share === 0) return { ...atRest(raised), ...standing(fence, move, move.from) };
  return { ...raised, move: { to: move.to, share: move.share } };
}

function atRest(fence: Fence): Fence {
  const { move: _, ...rest } = fence;
  return rest;
}

/** `active` for a move of the whole pair; a ring that stands elsewhere than `active` is listed, one that is back is not. */
function standing(fence: Fence, move: Move, cluster: string): Pick<Fence, 'active' | 'rings'> {
  if (move.ring === undefined) return { active: cluster, rings: cluster === fence.active ? fence.rings : {} };
  const { [String(move.ring)]: _, ...others } = fence.rings;
  return { active: fence.active, rings: cluster === fence.active ? others : { ...others, [move.ring]: cluster } };
}

/** A type with a record of one cluster only stops it: traffic cannot go where no record is, and a move creates none. */
function changesOf(name: NameAsRead, move: Move): Change[] {
  return name.groups.flatMap((group) => {
    const [to, from] = [group.sides[move.to], group.sides[move.from]];
    if (to === undefined || from === undefined) throw new PlanUnsafe(whyStuck(name));
    return [...replaced(to, weighing(to, move.share)), ...replaced(from, weighing(from, FULL - move.share))];
  });
}

/** The reading after a batch of ours was applied: known exactly, so the zone need not be read again. */
export function afterBatch(reading: ZoneAsRead, names: readonly NameAsRead[], move: Move, at: Standpoint): ZoneAsRead {
  const moved = new Set(names.map((name) => name.name));
  return {
    ...reading,
    fence: { kind: 'fence', ...at },
    names: reading.names.map((name) => (moved.has(name.name) ? movedName(name, move) : name)),
  };
}

function movedName(name: NameAsRead, move: Move): NameAsRead {
  return {
    ...name,
    groups: name.groups.map((group) => {
      const [to, from] = [group.sides[move.to], group.sides[move.from]];
      if (to === undefined || from === undefined) return group;
      const sides = {
        ...group.sides,
        [move.to]: weighing(to, move.share),
        [move.from]: weighing(from, FULL - move.share),
      };
      return { ...group, sides };
    }),
  };
}
