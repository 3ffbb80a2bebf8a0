/**
 * Change locks: who changes a cluster of a pair, and until when. Two equal clusters protect from a bad change only while the
 * change is in one of them, so at most one is held at any time, and none while a run moves users between the two: a run
 * that holds the pair holds both clusters. Locks stand in the ledger itself, because claiming the pair and locking a
 * cluster must be one question, answered by one compare-and-set. They end by time: a pipeline that died locks nothing.
 */
import { instant } from '../gates/wording.ts';
import { command } from '../observe/commands.ts';
import { type Holder, isPlanned, type Kind, type Ledger } from './ledger.ts';
import { type Transition, write } from './transitions.ts';

export interface ChangeLock {
  cluster: string;
  /** Who changes it, as they say: the name of a pipeline, or `person:<who>@<host>`. */
  by: string;
  reason: string;
  /** Milliseconds since the epoch. */
  since: number;
  until: number;
}

/** Those that still hold at this time. */
export function locksAt({ locks = [] }: Pick<Ledger, 'locks'>, now: number): readonly ChangeLock[] {
  return locks.filter(({ until }) => until > now);
}

/**
 * Takes a cluster for a change; who has it already is given a new end and a new reason.
 * @param runSecondsMax how long a run holds the pair at the most
 * @param drills those whose end nobody has written yet: between its legs a drill holds nothing, and the leg back would be
 *   held by the lock. Before its first leg it has moved nobody, and is held itself
 */
export function locking(
  ledger: Ledger,
  lock: ChangeLock,
  runSecondsMax: number,
  drills: readonly { name: string; told: string }[] = [],
): Transition {
  const { holder, interrupted, active, pair, run } = ledger;
  const live = locksAt(ledger, lock.since);
  if (active === undefined)
    return no(`${pair} was never activated, or its ledger was lost: \`throwover accept --active …\` says what is true`);
  if (holder !== undefined) return no(`${heldByRun(holder, runSecondsMax)}; a run holds both clusters of ${pair}`);
  if (interrupted !== undefined)
    return no(
      `a ${interrupted.kind} ${interrupted.from} -> ${interrupted.to} was cut off and users may be on both clusters: \`${command.repair(pair)}\` first`,
    );
  const drill = drills.find(({ name }) => run?.startsWith(`${name}-`));
  if (drill !== undefined) return no(drill.told);
  const others = live.filter(({ cluster, by }) => cluster !== lock.cluster || by !== lock.by);
  const [other] = others;
  if (other !== undefined)
    return no(
      other.cluster === lock.cluster
        ? lockTold(other)
        : `${lockTold(other)}; never both clusters of ${pair} are changed at the same time`,
    );
  const mine = live.find(({ cluster }) => cluster === lock.cluster);
  return write(ledger, { locks: [{ ...lock, since: mine?.since ?? lock.since }] });
}

/** Gives it back before its time. Whoever names the owner may: a pipeline that died cannot do it itself. */
export function unlocking(
  ledger: Ledger,
  { cluster, by }: Pick<ChangeLock, 'cluster' | 'by'>,
  now: number,
): Transition {
  const live = locksAt(ledger, now);
  const held = live.find((one) => one.cluster === cluster);
  if (held === undefined) return no(`nobody has locked ${cluster}`);
  if (held.by !== by)
    return no(
      `${lockTold(held)}; not by ${by}: \`${command.unlock(ledger.pair, cluster, held.by)}\` takes it from them`,
    );
  return write(ledger, { locks: live.filter((one) => one !== held) });
}

/** Why a run of this kind may not take the pair now; undefined: it may. An outage does not wait for a pipeline. */
export function lockedAgainst(ledger: Ledger, kind: Kind, now: number): string | undefined {
  const [lock] = isPlanned(kind) ? locksAt(ledger, now) : [];
  return lock === undefined ? undefined : lockTold(lock);
}

export function lockTold({ cluster, by, reason, since, until }: ChangeLock): string {
  return `${cluster} is locked by ${by} since ${instant(since)} until ${instant(until)}: ${reason}`;
}

export function heldByRun({ id, kind, from, to, since }: Holder, runSecondsMax: number): string {
  return `${id} (${kind}, ${from} -> ${to}) holds both since ${instant(since)}, until ${instant(since + runSecondsMax * 1_000)} at the latest`;
}

function no(because: string): Transition {
  return { kind: 'no', because };
}
