/** The one table: everything of a pair stands under its partition key, and is read consistently. */
import { LedgerUnreachable } from '../../core/ledger/store.ts';
import { fromItem, toItem } from './attributes.ts';
import type { DynamoDbCalls, Item } from './calls.ts';

export type Stored = Record<string, unknown>;

export interface PairTable {
  get(pair: string, sk: string): Promise<Stored | undefined>;
  /** Puts an item, where a condition is given only if it holds. Errors are DynamoDB's own: only the caller knows what they mean. */
  put(pair: string, sk: string, item: object, condition?: { expression: string; values?: object }): Promise<void>;
  /** Whole items without their keys' partition, in the order of their sort keys; all pages, or as many items as are wanted. */
  query(pair: string, prefix: string, options?: QueryOptions): Promise<(Stored & { sk: string })[]>;
}

export interface QueryOptions {
  newestFirst?: boolean;
  limit?: number;
}

export function pairTableOver(dynamoDb: DynamoDbCalls, table: string): PairTable {
  const keyOf = (pair: string, sk: string) => toItem({ pk: `pair#${pair}`, sk });
  return {
    async get(pair, sk) {
      const asked = dynamoDb.getItem({ TableName: table, Key: keyOf(pair, sk), ConsistentRead: true });
      const { Item } = await reached(asked);
      if (Item === undefined) return undefined;
      const { pk: _, sk: __, ...stored } = fromItem(Item);
      return stored;
    },

    async put(pair, sk, item, condition) {
      await dynamoDb.putItem({
        TableName: table,
        Item: { ...toItem(item), ...keyOf(pair, sk) },
        ...(condition === undefined ? {} : { ConditionExpression: condition.expression }),
        ...(condition?.values === undefined ? {} : { ExpressionAttributeValues: toItem(condition.values) }),
      });
    },

    async query(pair, prefix, { newestFirst = false, limit = Number.POSITIVE_INFINITY } = {}) {
      const found: (Stored & { sk: string })[] = [];
      let from: { ExclusiveStartKey?: Item } = {};
      while (found.length < limit) {
        const { Items = [], LastEvaluatedKey } = await reached(
          dynamoDb.query({
            TableName: table,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
            ExpressionAttributeValues: toItem({ ':pk': `pair#${pair}`, ':sk': prefix }),
            ...(newestFirst ? { ScanIndexForward: false } : {}),
            ...(Number.isFinite(limit) ? { Limit: limit - found.length } : {}),
            ...from,
          }),
        );
        found.push(...Items.map(withoutPair));
        if (LastEvaluatedKey === undefined) break;
        from = { ExclusiveStartKey: LastEvaluatedKey };
      }
      return found;
    },
  };
}

/** Was it the condition that was not true? Anything else may have happened or not. */
export function isConditionFailed(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'ConditionalCheckFailedException';
}

export async function reached<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    throw new LedgerUnreachable(`DynamoDB: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : cause}`, {
      cause,
    });
  }
}

function withoutPair(item: Item): Stored & { sk: string } {
  const { pk: _, ...rest } = fromItem(item);
  return rest as Stored & { sk: string };
}
