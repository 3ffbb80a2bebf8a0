import { DynamoDb, type DynamoDbOptions } from '../../../models/dynamodb/dynamodb.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';

export const TableName = 'throwover-lab';

export function emptyTable(options: Partial<DynamoDbOptions> = {}): { db: DynamoDb; clock: SteppedClock } {
  const clock = new SteppedClock(Date.UTC(2026, 10, 20));
  const db = new DynamoDb({ clock, ...options });
  db.createTable({
    TableName,
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  return { db, clock };
}

export const ledgerKey = { pk: { S: 'pair#shop' }, sk: { S: 'ledger' } };
