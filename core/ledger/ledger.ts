/**
 * The ledger: who may act on a pair, and what was decided. One item per pair; every write is conditional on the `rev`
 * that was read and stores `rev + 1`. A lock alone is not safe, which is why the epoch also goes into the zones; the
 * ledger is what makes two runs agree *before* they meet there.
 */
import type { Tail } from '../served.ts';
import type { ChangeLock } from './locks.ts';
import type { GivenBack, Raised } from './raised.ts';

/** What a run is, in rising order of who wins: a higher kind takes the pair from a lower one. */
export const KINDS = [
  'drill',
  'switchover',
  'repair',
  'automatic failover',
  'failover by a person',
  'break-glass',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Holder {
  /** `sfn:<execution>` is reaped by machine when it has ended; `person:<who>@<host>` by `throwover release`. */
  id: string;
  nonce: string;
  /** Its name in fences. */
  run: string;
  kind: Kind;
  /** A pause and `awaitsPerson` stop machines, not people. */
  startedBy: 'machine' | 'person';
  from: string;
  to: string;
  ring?: number;
  /** Milliseconds since the epoch; for people, never for a decision about liveness. */
  since: number;
  /** Ticks of the watch in a row that saw its execution ended: DescribeExecution is eventually consistent. */
  seenEnded?: number;
}

/** What repair needs to know of a move that was claimed and never committed: its kind says which way to go. */
export type Interrupted = Pick<Holder, 'kind' | 'from' | 'to' | 'ring'>;

/** Work that is owed after a move. Each is fenced by the epoch it was made in and cancelled by a newer one. */
export interface Debt {
  what:
    | 'publish'
    | 'announce'
    | 'tell'
    | 'roles'
    | 'settle'
    | 'lower'
    | 'batch'
    | 'stand down'
    | 'return ownership'
    | 'behind'
    | 'undo prepare';
  epoch: number;
  /** The cluster or zone it is about, where it is about one. */
  about?: string;
  /** The ring that moved, when it was not the whole pair. */
  ring?: number;
  /** When it is over whatever happens: for work that is watching. */
  until?: number;
  /** Not before this time. */
  nextTryAt: number;
  tries: number;
  /** What stopped the last try. */
  because?: string;
  /** It was done, and is being watched until `until`. */
  watched?: boolean;
  /** When everything that is watched was last seen as it shall be. */
  lookedAt?: number;
  /** A person has said that users are gone, where that is waited for. */
  saidBy?: string;
  /** Where what it is about stands among the events: `epoch` follows the ledger while it is owed. */
  made?: { epoch: number; at: number };
  /** Of `stand down`: how many users did not follow, once it was counted. */
  tail?: Tail;
  /** Of an unplanned move: a cluster that does not answer is not waited for, it is what was moved away from. */
  unplanned?: boolean;
}

/** Who pauses, when nobody did it by hand. */
export const AUTOMATION = 'automation';

export interface Pause {
  reason: string;
  by: string;
  since: number;
  /** Ends by itself; without it a person resumes. */
  until?: number;
}

export interface RepairTried {
  /** The last one that was started. */
  run: string;
  /** How many in a row ended without having done anything. */
  tries: number;
  /** What stopped the last one; missing until it has ended. */
  because?: string;
  /** Not before this time, once it has ended. */
  nextTryAt: number;
}

export interface Ledger {
  pair: string;
  rev: number;
  epoch: number;
  /** Undefined until the pair was activated for the first time. */
  active?: string;
  /** Rings that stand elsewhere than `active`. */
  rings: Readonly<Record<string, string>>;
  /** Since when `active` is active. */
  since?: number;
  run?: string;
  holder?: Holder;
  /** What the run that holds the pair was asked to do by a person: end where it is, or go back. */
  abort?: { then: 'stay' | 'back'; by: string; reason: string };
  debts: readonly Debt[];
  /** The last move that counts: started by automation and not yet acknowledged, or the cooldown still running. */
  lastAutomaticMove?: { epoch: number; at: number };
  /** False after an automatic move, until a person said that they know of it. */
  acknowledged: boolean;
  pause?: Pause;
  /** What somebody else wrote and automation last paused itself for, while it stands. */
  disputed?: string;
  /** A move that was cut off and may have left users on both sides. Stays until a move or a person ends it. */
  interrupted?: Interrupted;
  /** Why automation keeps its hands off until a person answers: `Uncertain`, `Disputed`, or a run that a person stopped. */
  awaitsPerson?: string;
  /** The watch's repair that has not brought the pair to rest yet. */
  repair?: RepairTried;
  /** Who changes one of the clusters; those that are over may still stand here. */
  locks?: readonly ChangeLock[];
  /** Minimums of node groups that we raised and owe back. */
  raised?: readonly Raised[];
  /** Updates by which we gave minimums back not long ago. */
  givenBack?: readonly GivenBack[];
  /** Up to this epoch it was noted of every batch whether it was applied. */
  intentsClosed?: number;
  /** Digest of the topology that the last claim was made with. */
  topology?: string;
}

/** A ledger that does not exist yet. */
export function emptyLedger(pair: string): Ledger {
  return { pair, rev: 0, epoch: 0, rings: {}, debts: [], acknowledged: true };
}

/**
 * Who holds the pair for a run: an execution of the state machine, or the person at whose terminal the same machine is
 * carried out. Only the first is reaped by the watch.
 * @param execution the ARN, or `person:<who>@<host>`
 */
export function holderId(execution: string): string {
  return isAtTerminal(execution) ? execution : `sfn:${execution}`;
}

/** Carried out at a person's terminal, because Step Functions, Lambda or the ledger cannot: break-glass. */
export function isAtTerminal(execution: string): boolean {
  return execution.startsWith('person:');
}

/** Is this run still the one that may act? Everything that changes something asks first. */
export function holds(ledger: Ledger, nonce: string, epoch: number): boolean {
  return ledger.holder?.nonce === nonce && ledger.epoch === epoch;
}

export function isPlanned(kind: Kind): boolean {
  return kind === 'switchover' || kind === 'drill';
}

/** Kinds that nobody started by hand: a pause stops them, and policy says whether they act at all. */
export function isAutomatic(kind: Kind): boolean {
  return kind === 'automatic failover' || kind === 'repair' || kind === 'drill';
}

/** Debts of the epoch that stands; older ones were cancelled by whoever took the pair since. */
export function debtsOwed(ledger: Ledger): readonly Debt[] {
  return ledger.debts.filter((debt) => debt.epoch === ledger.epoch);
}

/** Is the pair paused at this time? */
export function pausedAt(ledger: Ledger, now: number): Pause | undefined {
  return ledger.pause !== undefined && (ledger.pause.until === undefined || ledger.pause.until > now)
    ? ledger.pause
    : undefined;
}

/** Functions know another topology than the one that the last claim was made with: what was judged is not what they would do. */
export function anotherTopology({ topology }: Ledger, digest: string): string | undefined {
  return topology === undefined || topology === digest
    ? undefined
    : `another topology (${digest}) was deployed since this run was judged with ${topology}`;
}
