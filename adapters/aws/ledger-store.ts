/** The ledger in DynamoDB: one item per pair, conditional on rev, and append-only events beside it. */
import * as z from 'zod/mini';
import { KINDS, type Ledger } from '../../core/ledger/ledger.ts';
import type { LedgerEvent, LedgerStore } from '../../core/ledger/store.ts';
import { LedgerUnreachable } from '../../core/ledger/store.ts';
import { fromItem, toItem } from './attributes.ts';
import type { DynamoDbCalls, Item } from './calls.ts';

const SORT_KEY = 'ledger';

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

export function ledgerStoreOver(dynamoDb: DynamoDbCalls, table: string, by: string): LedgerStore {
  const keyOf = (pair: string, sk: string) => toItem({ pk: `pair#${pair}`, sk });
  return {
    by,

    async read(pair) {
      const { Item } = await reached(
        dynamoDb.getItem({ TableName: table, Key: keyOf(pair, SORT_KEY), ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const { pk: _, sk: __, ...stored } = fromItem(Item);
      const parsed = z.safeParse(Stored, stored);
      if (!parsed.success)
        throw new LedgerUnreachable(`the ledger of ${pair} is not readable: ${z.prettifyError(parsed.error)}`);
      return stored as unknown as Ledger;
    },

    async write(next, rev) {
      try {
        await dynamoDb.putItem({
          TableName: table,
          Item: { ...toItem(next), ...keyOf(next.pair, SORT_KEY) },
          ConditionExpression: rev === 0 ? 'attribute_not_exists(pk)' : 'rev = :rev',
          ...(rev === 0 ? {} : { ExpressionAttributeValues: toItem({ ':rev': rev }) }),
        });
        return 'written';
      } catch (cause) {
        // the SDK's own retry would make a lost answer look like a lost race; either way the caller reads again
        return cause instanceof Error && cause.name === 'ConditionalCheckFailedException' ? 'lost' : 'unknown';
      }
    },

    async note(pair, event) {
      const { epoch, key, ...rest } = event;
      await reached(
        dynamoDb.putItem({
          TableName: table,
          Item: { ...toItem({ ...rest, epoch, key }), ...keyOf(pair, eventKey(epoch, key)) },
        }),
      );
    },

    async events(pair, epoch) {
      const found: LedgerEvent[] = [];
      let from: { ExclusiveStartKey?: ReturnType<typeof toItem> } = {};
      for (;;) {
        const { Items = [], LastEvaluatedKey } = await reached(
          dynamoDb.query({
            TableName: table,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
            ExpressionAttributeValues: toItem({ ':pk': `pair#${pair}`, ':sk': eventKey(epoch, '') }),
            ...from,
          }),
        );
        found.push(...Items.map(eventOf));
        if (LastEvaluatedKey === undefined) return found;
        from = { ExclusiveStartKey: LastEvaluatedKey };
      }
    },
  };
}

function eventOf(item: Item): LedgerEvent {
  const { pk: _, sk: __, ...event } = fromItem(item);
  return event as unknown as LedgerEvent;
}

function eventKey(epoch: number, key: string): string {
  return `event#${epoch}#${key}`;
}

async function reached<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    throw new LedgerUnreachable(`DynamoDB: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : cause}`, {
      cause,
    });
  }
}
