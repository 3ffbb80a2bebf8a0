/**
 * The legal ways from one state of the ledger to the next. Each takes what was read and gives what shall be written, or
 * the reason why not; writing it under the condition on `rev` is the store's business.
 */
import {
  AUTOMATION,
  type Debt,
  debtsOwed,
  type Holder,
  holds,
  type Interrupted,
  isPlanned,
  KINDS,
  type Kind,
  type Ledger,
  type Pause,
  pausedAt,
  type RepairTried,
} from './ledger.ts';

export type Transition = { kind: 'write'; next: Ledger } | { kind: 'no'; because: string };

const no = (because: string): Transition => ({ kind: 'no', because });
export const write = (ledger: Ledger, change: Partial<Ledger>): Transition => ({
  kind: 'write',
  next: { ...ledger, ...change, rev: ledger.rev + 1 },
});

/**
 * Takes the pair for one run, at a new epoch. A run of a lower kind loses it by the same write; whether it had moved
 * anything is not known, so it is remembered for repair. What waits for a person, and an automatic move that nobody has
 * acknowledged, hold back machines even if the gates were judged before somebody else's write.
 *
 * A repair that finds the zones ahead of the ledger makes it again from the fences. It starts paused and unacknowledged:
 * whatever else it knew is gone, so automation moves nobody until a person has looked.
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
  // zones at an epoch that this ledger never gave: it was lost, restored from a backup, or a person moved without it
  const behind = holder.kind === 'repair' && Math.max(0, ...epochsSeen) > ledger.epoch;
  if (ledger.active === undefined && holder.startedBy === 'machine' && !behind) {
    return no(
      `${ledger.pair} was never activated, or its ledger was lost: \`throwover accept --active …\` says what is true`,
    );
  }
  if (!ledger.acknowledged && holder.kind === 'automatic failover') {
    const before = ledger.lastAutomaticMove === undefined ? '' : ` of epoch ${ledger.lastAutomaticMove.epoch}`;
    return no(`the automatic move${before} was not acknowledged: \`throwover ack\` opens the way for the next one`);
  }
  const { abort: _, ...rest } = ledger;
  return write(rest, {
    epoch: newEpoch(holder.kind, [ledger.epoch, ...epochsSeen]),
    holder,
    run: holder.run,
    topology,
    ...(behind ? { acknowledged: false, pause: pausedAt(ledger, holder.since) ?? rebuilt(holder.since) } : {}),
    ...(held === undefined ? {} : { interrupted: cutOff(ledger, held) }),
  });
}

const BREAK_GLASS_LEAP = 1_000;

/**
 * The number of the next move, above every one that was seen in ledger, fences and cluster fences: a ledger restored from
 * yesterday cannot hand out a number that was used. Break-glass leaps ahead of runs it may not be able to see.
 */
export function newEpoch(kind: Kind, seen: readonly number[]): number {
  return Math.max(0, ...seen) + 1 + (kind === 'break-glass' ? BREAK_GLASS_LEAP : 0);
}

/** What is left of a move when its run loses the pair. Repair is no move of its own; one ring stays one ring only if no other was moving. */
function cutOff({ interrupted }: Ledger, { kind, from, to, ring }: Holder): Interrupted {
  if (kind === 'repair' && interrupted !== undefined) return interrupted;
  const sameRing = ring !== undefined && (interrupted === undefined || interrupted.ring === ring);
  return { kind, from, to, ...(sameRing ? { ring } : {}) };
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
  /** Users were moved, though the pair ends where it stood: repair that went back. */
  usersMoved?: boolean;
  /** Committed with a zone behind, and the like: automation stays away until a person answers. */
  awaitsPerson?: string;
}

/**
 * The end of a move: who is active, what is owed, and nobody holds the pair any more. An automatic failover counts, also
 * when it was repair that finished it: the next one waits for an acknowledgement.
 */
export function committed(ledger: Ledger, end: Committed): Transition {
  if (!holds(ledger, end.nonce, end.epoch)) return no(notHolder(ledger, end.epoch));
  const { holder, interrupted, abort: _, awaitsPerson: __, repair: ___, ...rest } = withoutDispute(ledger);
  const kind = holder?.kind === 'repair' ? interrupted?.kind : holder?.kind;
  const moved = ledger.active !== end.active || !sameRings(ledger.rings, end.rings) || end.usersMoved === true;
  return write(rest, {
    active: end.active,
    rings: end.rings,
    ...(ledger.active === end.active && ledger.since !== undefined ? {} : { since: end.now }),
    debts: end.debts,
    ...(kind === 'automatic failover' && moved
      ? { lastAutomaticMove: { epoch: end.epoch, at: end.now }, acknowledged: false }
      : {}),
    ...(end.awaitsPerson === undefined ? {} : { awaitsPerson: end.awaitsPerson }),
  });
}

function sameRings(a: Ledger['rings'], b: Ledger['rings']): boolean {
  const rings = Object.keys(a);
  return rings.length === Object.keys(b).length && rings.every((ring) => a[ring] === b[ring]);
}

/** A run ends without having moved anything, or cannot say: it lets go of the pair and leaves what it owes. */
export function released(
  ledger: Ledger,
  nonce: string,
  epoch: number,
  end: { debts: readonly Debt[]; usersMoved: boolean; awaitsPerson?: string },
): Transition {
  if (!holds(ledger, nonce, epoch)) return no(notHolder(ledger, epoch));
  const { holder, abort: _, ...rest } = ledger;
  return write(rest, {
    // what was owed before this run is still owed after it, at the epoch that stands now
    debts: [
      ...ledger.debts
        .filter((debt) => !end.debts.some((one) => isSameDebt(one, debt)))
        .map((debt) => ({ ...debt, epoch })),
      ...end.debts,
    ],
    // an older move that was cut off is as unfinished as before this run
    ...(end.usersMoved && holder !== undefined ? { interrupted: cutOff(ledger, holder) } : {}),
    ...(end.awaitsPerson === undefined ? {} : { awaitsPerson: end.awaitsPerson }),
  });
}

/** Runs that are held again and again owe the same: it is owed once. */
function isSameDebt(one: Debt, other: Debt): boolean {
  return one.what === other.what && one.about === other.about && one.ring === other.ring;
}

function notHolder(ledger: Ledger, epoch: number): string {
  const holder = ledger.holder === undefined ? 'nobody' : `${ledger.holder.id} (${ledger.holder.kind})`;
  return `${holder} holds ${ledger.pair} at epoch ${ledger.epoch}; this run was given epoch ${epoch}`;
}

/**
 * One tick of the reaper: an execution that is seen ended twice in a row loses the pair at a new epoch, so that whatever
 * of it still runs is fenced out. People's claims are never reaped, and what a person stopped is not repaired by machine.
 * @param revSeen the `rev` under which the execution's status was asked for: on another one this tick says nothing, about
 *   another holder least of all, and two watches at the same time are not two ticks
 */
export function reaped(
  ledger: Ledger,
  status: 'running' | 'ended' | 'stopped by a person',
  revSeen: number,
): Transition {
  const { holder, abort: _, ...rest } = ledger;
  if (holder === undefined) return no('nobody holds the pair');
  if (!holder.id.startsWith('sfn:')) return no(`${holder.id} is a person: \`throwover release\` ends that`);
  if (ledger.rev !== revSeen)
    return no(`the ledger of ${ledger.pair} has moved on from rev ${revSeen} to ${ledger.rev}`);
  const { seenEnded = 0, ...living } = holder;
  if (status === 'running') return seenEnded === 0 ? no(`${holder.id} is running`) : write(ledger, { holder: living });
  if (seenEnded + 1 < TICKS_TO_REAP) return write(ledger, { holder: { ...living, seenEnded: seenEnded + 1 } });
  const stopped =
    status === 'ended' ? {} : { awaitsPerson: `a person stopped ${holder.id} (${holder.kind} to ${holder.to})` };
  return write(rest, { epoch: ledger.epoch + 1, interrupted: cutOff(ledger, holder), ...stopped });
}

const TICKS_TO_REAP = 2;

/** A person ends a claim: their own, another person's, or that of a run that no reaper ends because the watch is down. */
export function letGo(ledger: Ledger): Transition {
  const { holder, abort: _, ...rest } = ledger;
  if (holder === undefined) return no(`nobody holds ${ledger.pair}`);
  return write(rest, { epoch: ledger.epoch + 1, interrupted: cutOff(ledger, holder) });
}

export function paused(ledger: Ledger, pause: Pause): Transition {
  return write(ledger, { pause });
}

/**
 * Automation pauses itself for what somebody else wrote. A person's pause stands as it is; what a person resumed for is not
 * paused for again.
 */
export function pausedForDispute(ledger: Ledger, evidence: string, pause: Pick<Pause, 'reason' | 'since'>): Transition {
  if (ledger.holder !== undefined) return no(`${ledger.holder.id} holds ${ledger.pair}`);
  if (ledger.disputed === evidence) return no('automation has paused itself for this already');
  const byPerson = ledger.pause !== undefined && ledger.pause.by !== AUTOMATION;
  return write(ledger, { disputed: evidence, ...(byPerson ? {} : { pause: { ...pause, by: AUTOMATION } }) });
}

/** What somebody else wrote is gone. The pause stays until a person answers it; the next writer is told of again. */
export function disputeOver(ledger: Ledger): Transition {
  const { disputed, ...rest } = ledger;
  return disputed === undefined ? no('nothing was disputed') : write(rest, {});
}

/** Where a person has said what is true, or everything was moved, nothing of a dispute is left. */
function withoutDispute({ disputed: _, pause, ...rest }: Ledger): Ledger {
  return pause === undefined || pause.by === AUTOMATION ? rest : { ...rest, pause };
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

const WAIT_FOR_WORD: readonly Debt['what'][] = ['stand down', 'undo prepare', 'batch'];

/**
 * A person says that the users of what moved have gone from the old side, where nothing measures that: its pods may stop
 * as soon as no name leads there.
 * @param ring only what is owed for this ring; what is owed for the whole pair when left out
 */
export function standDownAgreed(
  ledger: Ledger,
  ring: number | undefined,
  said: { by: string; now: number },
): Transition {
  const waits = (debt: Debt) => WAIT_FOR_WORD.includes(debt.what) && debt.ring === ring;
  const owed = debtsOwed(ledger);
  const what = ring === undefined ? `no cluster of ${ledger.pair} as a whole` : `ring ${ring} of no cluster`;
  if (!owed.some(waits)) return no(`${what} waits to stand down: \`throwover status\` shows what is owed`);
  if (!owed.some((debt) => waits(debt) && debt.saidBy === undefined)) return no('a person has said so already');
  return write(ledger, {
    debts: owed.map((debt) => (waits(debt) ? { ...debt, saidBy: said.by, nextTryAt: said.now } : debt)),
  });
}

/**
 * What a person says is true: the zones are right about who is active. Where the ledger was lost though the zones have
 * seen moves, it is made again from them, and starts paused and unacknowledged: whatever else it knew is gone.
 */
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
  const { awaitsPerson: _, interrupted: __, repair: ___, ...rest } = withoutDispute(ledger);
  return write(rest, {
    active: truth.active,
    rings: truth.rings,
    epoch: Math.max(truth.epoch, ledger.epoch),
    since: truth.now,
    debts: truth.debts,
    ...(ledger.rev === 0 && truth.epoch > 1 ? { acknowledged: false, pause: rebuilt(truth.now) } : {}),
  });
}

/** The pause in which a ledger begins that was made from the fences. */
export function rebuilt(now: number): Pause {
  return { reason: 'the ledger was lost and made again from the fences', by: 'throwover', since: now };
}

/** What the watch remembers of its repairs, so that one that is held is not tried every minute; undefined: none is needed. */
export function repairTried(ledger: Ledger, repair: RepairTried | undefined): Transition {
  if (ledger.holder !== undefined) return no(`${ledger.holder.id} holds ${ledger.pair}`);
  const { repair: _, ...rest } = ledger;
  return write(rest, repair === undefined ? {} : { repair });
}

/** Nothing that was begun up to this epoch is open any more. */
export function intentsClosed(ledger: Ledger, upTo: number): Transition {
  if (ledger.holder !== undefined) return no(`${ledger.holder.id} holds ${ledger.pair}`);
  if ((ledger.intentsClosed ?? 0) >= upTo) return no(`closed up to epoch ${ledger.intentsClosed}`);
  return write(ledger, { intentsClosed: upTo });
}

/**
 * Something that is told once has not been told: the watch goes on trying.
 * @param about what it tells of; the same again is owed once
 */
export function owesNotice(ledger: Ledger, about: string, noted: { epoch: number; at: number }): Transition {
  if (ledger.rev === 0) return no(`${ledger.pair} has no ledger that could owe it`);
  const others = debtsOwed(ledger).filter(({ what, about: of }) => what !== 'tell' || of !== about);
  const owed: Debt = {
    what: 'tell',
    epoch: ledger.epoch,
    about,
    made: noted,
    nextTryAt: noted.at,
    tries: 0,
  };
  return write(ledger, { debts: [...others, owed] });
}

/** Debts that are still owed at this epoch, after some were paid and others tried in vain. */
export function debtsAfter(ledger: Ledger, epoch: number, left: readonly Debt[]): Transition {
  if (ledger.epoch !== epoch) return no(`epoch ${ledger.epoch} is newer than the debts of ${epoch}`);
  return write(ledger, { debts: left });
}
