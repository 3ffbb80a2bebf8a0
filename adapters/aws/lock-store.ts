/**
 * The ledger for a pipeline: read whole, and written in nothing but its locks and its rev. So a pipeline's rights end where
 * a lock ends (`dynamodb:Attributes`), and still there is one item and one compare-and-set for runs and pipelines alike.
 */
import type { LedgerStore } from '../../core/ledger/store.ts';
import { toItem } from './attributes.ts';
import type { DynamoDbUpdateCalls } from './calls.ts';
import { SORT_KEY } from './ledger-store.ts';
import { isConditionFailed } from './pair-table.ts';

export type LockStore = Pick<LedgerStore, 'read' | 'write'>;

export function lockStoreOver(
  { read }: Pick<LedgerStore, 'read'>,
  dynamoDb: DynamoDbUpdateCalls,
  tableName: string,
): LockStore {
  return {
    read,

    async write({ pair, locks = [], rev: next }, rev) {
      try {
        await dynamoDb.updateItem({
          TableName: tableName,
          Key: toItem({ pk: `pair#${pair}`, sk: SORT_KEY }),
          UpdateExpression: 'SET #locks = :locks, rev = :next',
          ConditionExpression: 'rev = :rev',
          ExpressionAttributeNames: { '#locks': 'locks' },
          ExpressionAttributeValues: toItem({ ':locks': locks, ':next': next, ':rev': rev }),
          ReturnValues: 'NONE',
        });
        return 'written';
      } catch (cause) {
        return isConditionFailed(cause) ? 'lost' : 'unknown';
      }
    },
  };
}
