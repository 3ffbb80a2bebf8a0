/**
 * Ledger and notes in this process, for as long as a break-glass run lasts: DynamoDB does not answer. They lock nobody else
 * out. The anchor's fence does: it is raised first, by compare-and-set, and who is refused there touches nothing.
 */
import type { Ledger } from '../../core/ledger/ledger.ts';
import type { LedgerEvent, LedgerStore } from '../../core/ledger/store.ts';
import type { Note, Notes } from '../../core/ports.ts';

/** @param begins what the fences say */
export function ledgerAtHand(by: string, begins: Ledger): LedgerStore {
  let stands = begins;
  const events: LedgerEvent[] = [];
  return {
    by,
    read: async (pair) => (pair === begins.pair ? stands : undefined),
    async write(next, rev) {
      if (next.pair !== begins.pair || stands.rev !== rev) return 'lost';
      stands = next;
      return 'written';
    },
    note: async (_pair, event) => void events.push(event),
    events: async (_pair, epoch) => events.filter((event) => event.epoch === epoch),
  };
}

/** Empty at first: what was decided before is in a table that does not answer. */
export function notesAtHand(): Notes {
  const kept = new Map<string, Note>();
  const nameOf = (pair: string, key: string) => `${pair} ${key}`;
  return {
    async add(pair, key, item, expiresAt) {
      if (kept.has(nameOf(pair, key))) return 'there';
      kept.set(nameOf(pair, key), { key, rev: 1, item, ...(expiresAt === undefined ? {} : { expiresAt }) });
      return 'added';
    },
    async replace(pair, { key, rev, expiresAt }, item) {
      if (kept.get(nameOf(pair, key))?.rev !== rev) return 'lost';
      kept.set(nameOf(pair, key), { key, rev: rev + 1, item, ...(expiresAt === undefined ? {} : { expiresAt }) });
      return 'written';
    },
    read: async (pair, key) => kept.get(nameOf(pair, key)),
    async list(pair, prefix, { newestFirst = false, limit = kept.size } = {}) {
      const fitting = [...kept].filter(([name]) => name.startsWith(nameOf(pair, prefix))).map(([, note]) => note);
      const sorted = fitting.sort((a, b) => (a.key < b.key ? -1 : 1));
      return (newestFirst ? sorted.reverse() : sorted).slice(0, limit);
    },
  };
}
