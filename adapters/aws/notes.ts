/** Notes in the ledger's table: `{pk, sk, rev, item, expiresAt?}`. DynamoDB removes what has expired, within days. */
import * as z from 'zod/mini';
import { LedgerUnreachable } from '../../core/ledger/store.ts';
import type { Note, Notes } from '../../core/ports.ts';
import type { DynamoDbCalls } from './calls.ts';
import { isConditionFailed, pairTableOver, reached, type Stored } from './pair-table.ts';

/** What stands in the table. The time to live of DynamoDB counts seconds. */
const StoredNote = z.object({
  rev: z.int().check(z.minimum(1)),
  item: z.custom<Record<string, unknown>>(isObject, 'expected an object'),
  expiresAt: z.exactOptional(z.number()),
});

export function notesOver(dynamoDb: DynamoDbCalls, tableName: string): Notes {
  const table = pairTableOver(dynamoDb, tableName);
  return {
    async add(pair, key, item, expiresAt) {
      try {
        await table.put(pair, key, stored(item, 1, expiresAt), { expression: 'attribute_not_exists(pk)' });
        return 'added';
      } catch (cause) {
        if (isConditionFailed(cause)) return 'there';
        return reached(Promise.reject(cause));
      }
    },

    async replace(pair, { key, rev, expiresAt }, item) {
      const condition = { expression: 'rev = :rev', values: { ':rev': rev } };
      try {
        await table.put(pair, key, stored(item, rev + 1, expiresAt), condition);
        return 'written';
      } catch (cause) {
        return isConditionFailed(cause) ? 'lost' : 'unknown';
      }
    },

    async read(pair, key) {
      const found = await table.get(pair, key);
      return found === undefined ? undefined : noteOf(pair, key, found);
    },

    async list(pair, prefix, options) {
      const found = await table.query(pair, prefix, options);
      return found.map(({ sk, ...rest }) => noteOf(pair, sk, rest));
    },
  };
}

function stored(item: Note['item'], rev: number, expiresAt: number | undefined): object {
  return { rev, item, ...(expiresAt === undefined ? {} : { expiresAt: Math.ceil(expiresAt / 1000) }) };
}

function noteOf(pair: string, key: string, found: Stored): Note {
  const parsed = z.safeParse(StoredNote, found);
  if (!parsed.success) throw new LedgerUnreachable(`${key} of ${pair} is no note: ${z.prettifyError(parsed.error)}`);
  const { rev, item, expiresAt } = parsed.data;
  return { key, rev, item, ...(expiresAt === undefined ? {} : { expiresAt: expiresAt * 1000 }) };
}

/** Its members are whoever's note it is to judge. */
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
