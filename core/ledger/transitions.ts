/**
 * The legal ways from one state of the ledger to the next. Each takes what was read and gives what shall be written, or
 * the reason why not; writing it under the condition on `rev` is the store's business.
 */
import { type Debt, type Holder, holds, isPlanned, KINDS, type Kind, type Ledger, type Pause } from './ledger.ts';

export type Transition = { kind: 'write'; next: Ledger } | { kind: 'no'; because: string };

const no = (because: string): Transition => ({ kind: 'no', because });
const write = (ledger: Ledger, change: Partial<Ledger>): Transition => ({
  kind: 'write',
  next: { ...ledger, ...change, rev: ledger.rev + 1 },
});

/**
 * Takes the pair for one run, at a new epoch. Epochs seen elsewhere (fences, cluster fences) raise it, so that a ledger
 * restored from yesterday cannot hand out a number that was used.
 */
export function claimed(ledger: Ledger, holder: Holder, epochsSeen: readonly number[], topology: string): Transition {
  const held = ledger.holder;
  if (held?.nonce === holder.nonce) return no(`${holder.id} already holds ${ledger.pair}`);
  if (held !== undefined && rankOf(holder.kind) <= rankOf(held.kind)) {
    return no(
      `${held.id} (${held.kind}, to ${held.to}) holds ${ledger.pair}; a ${holder.kind} does not take it from a ${held.kind}`,
    );
  }
  if (ledger.awaitsPerson !== undefined && holder.startedBy === 'machine') {
    return no(`automation waits for a person: ${ledger.awaitsPerson}`);
  }
  const { abort: _, interrupted: before, awaitsPerson: __, ...rest } = ledger;
  const cutOff = held === undefined ? before : kindOfMove(held.kind, before);
  return write(rest, {
    epoch: Math.max(ledger.epoch, ...epochsSeen) + 1,
    holder,
    run: holder.run,
    topology,
    // nobody knows whether a run that was cut off had moved anything: repair will need to know what it was
    ...(holder.kind === 'repair'
      ? cutOff === undefined
        ? {}
        : { interrupted: cutOff }
      : { interrupted: isPlanned(holder.kind) ? 'planned' : 'unplanned' }),
  });
}

function kindOfMove(kind: Kind, before: Ledger['interrupted']): Ledger['interrupted'] {
  return kind === 'repair' ? before : isPlanned(kind) ? 'planned' : 'unplanned';
}

/** break-glass > failover by a person > automatic failover > switchover, repair > drill. */
function rankOf(kind: Kind): number {
  return kind === 'repair' ? KINDS.indexOf('switchover') : KINDS.indexOf(kind);
}

export interface Committed {
  nonce: string;
  epoch: number;
  active: string;
  rings: Readonly<Record<string, string>>;
  debts: readonly Debt[];
  now: number;
}

/** The end of a move: who is active, what is owed, and nobody holds the pair any more. */
export function committed(ledger: Ledger, end: Committed): Transition {
  if (!holds(ledger, end.nonce, end.epoch)) return no(notHolder(ledger, end.epoch));
  const { holder, interrupted: _, abort: __, ...rest } = ledger;
  const moved = ledger.active !== end.active || JSON.stringify(ledger.rings) !== JSON.stringify(end.rings);
  const counts = holder?.kind === 'automatic failover' && moved;
  return write(rest, {
    active: end.active,
    rings: end.rings,
    ...(ledger.active === end.active && ledger.since !== undefined ? {} : { since: end.now }),
    debts: end.debts,
    ...(counts ? { lastAutomaticMove: { epoch: end.epoch, at: end.now }, acknowledged: false } : {}),
  });
}

/** A run ends without having moved anything, or cannot say: it lets go of the pair and leaves what it owes. */
export function released(
  ledger: Ledger,
  nonce: string,
  epoch: number,
  end: { debts: readonly Debt[]; usersMoved: boolean; awaitsPerson?: string },
): Transition {
  if (!holds(ledger, nonce, epoch)) return no(notHolder(ledger, epoch));
  const { holder: _, abort: __, interrupted, ...rest } = ledger;
  return write(rest, {
    // what was owed before this run is still owed after it, at the epoch that stands now
    debts: [...ledger.debts.map((debt) => ({ ...debt, epoch })), ...end.debts],
    ...(end.usersMoved && interrupted !== undefined ? { interrupted } : {}),
    ...(end.awaitsPerson === undefined ? {} : { awaitsPerson: end.awaitsPerson }),
  });
}

function notHolder(ledger: Ledger, epoch: number): string {
  const holder = ledger.holder === undefined ? 'nobody' : `${ledger.holder.id} (${ledger.holder.kind})`;
  return `${holder} holds ${ledger.pair} at epoch ${ledger.epoch}; this run was given epoch ${epoch}`;
}

/**
 * One tick of the reaper: an execution that is seen ended twice in a row loses the pair at a new epoch, so that whatever
 * of it still runs is fenced out. People's claims are never reaped, and what a person stopped is not repaired by machine.
 */
export function reaped(ledger: Ledger, status: 'running' | 'ended' | 'stopped by a person'): Transition {
  const { holder, abort: _, ...rest } = ledger;
  if (holder === undefined) return no('nobody holds the pair');
  if (!holder.id.startsWith('sfn:')) return no(`${holder.id} is a person: \`throwover release\` ends that`);
  const { seenEnded = 0, ...living } = holder;
  if (status === 'running') return seenEnded === 0 ? no(`${holder.id} is running`) : write(ledger, { holder: living });
  if (seenEnded + 1 < TICKS_TO_REAP) return write(ledger, { holder: { ...living, seenEnded: seenEnded + 1 } });
  const interrupted = kindOfMove(holder.kind, ledger.interrupted) ?? 'unplanned';
  const stopped =
    status === 'ended' ? {} : { awaitsPerson: `a person stopped ${holder.id} (${holder.kind} to ${holder.to})` };
  return write(rest, { epoch: ledger.epoch + 1, interrupted, ...stopped });
}

const TICKS_TO_REAP = 2;

/** A person lets go of what a person took. */
export function letGo(ledger: Ledger): Transition {
  const { holder, abort: _, ...rest } = ledger;
  if (holder === undefined) return no(`nobody holds ${ledger.pair}`);
  return write(rest, {
    epoch: ledger.epoch + 1,
    interrupted: kindOfMove(holder.kind, ledger.interrupted) ?? 'unplanned',
  });
}

export function paused(ledger: Ledger, pause: Pause): Transition {
  return write(ledger, { pause });
}

export function resumed(ledger: Ledger): Transition {
  if (ledger.pause === undefined) return no(`${ledger.pair} is not paused`);
  const { pause: _, ...rest } = ledger;
  return write(rest, {});
}

/** A person knows of the automatic move; the next one is no longer held back for their sake. */
export function acknowledged(ledger: Ledger): Transition {
  return ledger.acknowledged
    ? no(`nothing to acknowledge: no automatic move since the last time`)
    : write(ledger, { acknowledged: true });
}

/** Asks the planned run that holds the pair to end: where it stands, or back where it came from. */
export function abortAsked(ledger: Ledger, abort: NonNullable<Ledger['abort']>): Transition {
  if (ledger.holder === undefined) return no(`no run holds ${ledger.pair}: there is nothing to abort`);
  if (!isPlanned(ledger.holder.kind))
    return no(
      `the run that holds ${ledger.pair} is a ${ledger.holder.kind}: only a planned run can be aborted; \`throwover pause\` stops its next batch`,
    );
  return write(ledger, { abort });
}

/** What a person says is true: the zones are right about who is active. */
export function accepted(
  ledger: Ledger,
  truth: {
    active: string;
    rings: Readonly<Record<string, string>>;
    epoch: number;
    now: number;
    debts: readonly Debt[];
  },
): Transition {
  if (ledger.holder !== undefined) return no(`${ledger.holder.id} holds ${ledger.pair}: wait for its end or abort it`);
  const { awaitsPerson: _, interrupted: __, ...rest } = ledger;
  return write(rest, {
    active: truth.active,
    rings: truth.rings,
    epoch: Math.max(truth.epoch, ledger.epoch),
    since: truth.now,
    debts: truth.debts,
  });
}

/** Debts that are still owed at this epoch, after some were paid and others tried in vain. */
export function debtsAfter(ledger: Ledger, epoch: number, left: readonly Debt[]): Transition {
  if (ledger.epoch !== epoch) return no(`epoch ${ledger.epoch} is newer than the debts of ${epoch}`);
  return write(ledger, { debts: left });
}
