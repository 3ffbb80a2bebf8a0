/**
 * What became of batches. Each has an event before it, which says what fence it writes and what fence it replaces: a zone
 * takes it only while exactly that one stands there. So the fences that a zone ever had are a chain, and the one that
 * stands there now is its end: a batch whose fence is on the chain was applied, and one that the chain passes by never was.
 */
import type { Fence } from '../plan/fence.ts';
import type { LedgerEvent } from './store.ts';

/** An event of ours that says what a batch is about to do. */
export interface Intent {
  /** Of its event. */
  key: string;
  epoch: number;
  zone: string;
  seq: number;
  at: number;
  /** The fence it writes. */
  writes: string;
  /** The fence it replaces; undefined where none of ours stood. */
  replaces?: string;
}

export type Fate = 'applied' | 'not applied' | 'cannot be told';

/** One fence of a zone, unlike any other that the zone ever had. */
export function markOf({ epoch, seq, run }: Pick<Fence, 'epoch' | 'seq' | 'run'>): string {
  return `${epoch}/${seq} ${run}`;
}

const CLOSED = 'closed#';

/** The intents among these events, and the keys of those that were closed. */
export function intentsIn(events: readonly LedgerEvent[]): { intents: Intent[]; closed: ReadonlySet<string> } {
  const intents = events.flatMap(({ key, epoch, at, facts: { zone, seq, writes, replaces } }): Intent[] => {
    if (typeof zone !== 'string' || typeof seq !== 'number' || typeof writes !== 'string') return [];
    return [{ key, epoch, zone, seq, at, writes, ...(typeof replaces === 'string' ? { replaces } : {}) }];
  });
  const closed = events.flatMap(({ key }) => (key.startsWith(CLOSED) ? [key.slice(CLOSED.length)] : []));
  return { intents, closed: new Set(closed) };
}

/** Nothing of a ledger's past is rewritten: an event of its own says what became of an intent. */
export function closing({ key, epoch, zone }: Intent, fate: Fate, now: number): LedgerEvent {
  return { epoch, key: `${CLOSED}${key}`, at: now, what: fate, facts: { zone, closes: key } };
}

/**
 * @param stands the fence of the intent's zone now
 * @param known intents of that zone, from the intent's epoch to the newest
 */
export function fateOf(intent: Intent, stands: Pick<Fence, 'epoch' | 'seq' | 'run'>, known: readonly Intent[]): Fate {
  const byMark = new Map(known.map((one) => [one.writes, one]));
  let mark: string | undefined = markOf(stands);
  let at: { epoch: number; seq: number } = stands;
  // seq grows along the chain, so it ends; what is written by hand may not keep to that
  for (let links = 0; mark !== undefined && links <= known.length; links++) {
    if (mark === intent.writes) return 'applied';
    if (at.epoch < intent.epoch || (at.epoch === intent.epoch && at.seq < intent.seq)) return 'not applied';
    mark = byMark.get(mark)?.replaces;
    at = placeOf(mark);
  }
  return 'cannot be told';
}

function placeOf(mark = ''): { epoch: number; seq: number } {
  const [, epoch = Number.POSITIVE_INFINITY, seq = Number.POSITIVE_INFINITY] = /^(\d+)\/(\d+) /.exec(mark) ?? [];
  return { epoch: Number(epoch), seq: Number(seq) };
}
