import type { Ledger } from './ledger.ts';
import type { Transition } from './transitions.ts';

/** What happened, for people and for closing what a crash left open. */
export interface LedgerEvent {
  epoch: number;
  /** Sorts within the epoch: a batch's `seq` and zone, or a step's name. */
  key: string;
  at: number;
  what: string;
  facts: Readonly<Record<string, unknown>>;
}

/** Where ledgers are kept. Reads are consistent; a write whose answer was lost is `unknown` and must be re-read. */
export interface LedgerStore {
  /** Which ledger this is: 8 hex digits, as in `by=` of a fence. */
  readonly by: string;
  read(pair: string): Promise<Ledger | undefined>;
  /** Stores `next` if the item's rev is still `rev` (0: if there is none). */
  write(next: Ledger, rev: number): Promise<'written' | 'lost' | 'unknown'>;
  note(pair: string, event: LedgerEvent): Promise<void>;
  events(pair: string, epoch: number): Promise<LedgerEvent[]>;
}

export type Written = { kind: 'written'; ledger: Ledger } | { kind: 'no'; because: string; ledger: Ledger };

/** The ledger could not be read or written within its tries: whether anything was stored is not known. */
export class LedgerUnreachable extends Error {
  override readonly name = 'LedgerUnreachable';
}

const TRIES = 5;

/**
 * Reads, decides, writes under the condition on rev, and again when somebody was faster. After a lost answer the ledger
 * is read again: `isMine` says whether what stands there is what this caller wrote.
 */
export async function change(
  store: Pick<LedgerStore, 'read' | 'write'>,
  empty: Ledger,
  decide: (ledger: Ledger) => Transition,
  isMine: (ledger: Ledger) => boolean,
): Promise<Written> {
  let lost = false;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const ledger = (await store.read(empty.pair)) ?? empty;
    if (lost && isMine(ledger)) return { kind: 'written', ledger };
    const decision = decide(ledger);
    if (decision.kind === 'no') return { kind: 'no', because: decision.because, ledger };
    const answer = await store.write(decision.next, ledger.rev);
    if (answer === 'written') return { kind: 'written', ledger: decision.next };
    lost ||= answer === 'unknown';
  }
  const ledger = lost ? await store.read(empty.pair) : undefined;
  if (ledger !== undefined && isMine(ledger)) return { kind: 'written', ledger };
  throw new LedgerUnreachable(`the ledger of ${empty.pair} could not be written in ${TRIES} tries`);
}
