/** The ledger in DynamoDB: one item per pair, conditional on rev, and append-only events beside it. */
import * as z from 'zod/mini';
import { KINDS, type Ledger } from '../../core/ledger/ledger.ts';
import type { LedgerEvent, LedgerStore } from '../../core/ledger/store.ts';
import { LedgerUnreachable } from '../../core/ledger/store.ts';
import type { DynamoDbCalls } from './calls.ts';
import { isConditionFailed, pairTableOver, reached } from './pair-table.ts';

/** Of the one item of a pair that is its ledger. */
export const SORT_KEY = 'ledger';

/** What must be right for an item to be read as a ledger; the rest of it is ours and was checked when it was written. */
const Stored = z.object({
  pair: z.string(),
  rev: z.int().check(z.minimum(1)),
  epoch: z.int().check(z.minimum(0)),
  rings: z.record(z.string(), z.string()),
  debts: z.array(z.object({ what: z.string(), epoch: z.int(), nextTryAt: z.number(), tries: z.int() })),
  acknowledged: z.boolean(),
  holder: z.exactOptional(z.object({ id: z.string(), nonce: z.string(), run: z.string(), kind: z.enum(KINDS) })),
});

export function ledgerStoreOver(dynamoDb: DynamoDbCalls, tableName: string, by: string): LedgerStore {
  const table = pairTableOver(dynamoDb, tableName);
  return {
    by,

    async read(pair) {
      const stored = await table.get(pair, SORT_KEY);
      if (stored === undefined) return undefined;
      const parsed = z.safeParse(Stored, stored);
      if (!parsed.success)
        throw new LedgerUnreachable(`the ledger of ${pair} is not readable: ${z.prettifyError(parsed.error)}`);
      return stored as unknown as Ledger;
    },

    async write(next, rev) {
      const condition =
        rev === 0 ? { expression: 'attribute_not_exists(pk)' } : { expression: 'rev = :rev', values: { ':rev': rev } };
      try {
        await table.put(next.pair, SORT_KEY, next, condition);
        return 'written';
      } catch (cause) {
        // the SDK's own retry would make a lost answer look like a lost race; either way the caller reads again
        return isConditionFailed(cause) ? 'lost' : 'unknown';
      }
    },

    async note(pair, event) {
      await reached(table.put(pair, eventKey(event.epoch, event.key), event));
    },

    async events(pair, epoch) {
      const found = await table.query(pair, eventKey(epoch, ''));
      return found.map(({ sk: _, ...event }) => event as unknown as LedgerEvent);
    },
  };
}

function eventKey(epoch: number, key: string): string {
  return `event#${epoch}#${key}`;
}
