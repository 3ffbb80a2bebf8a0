import { describe, expect, it } from 'vitest';
import type { TransactWriteItem } from '../../../models/dynamodb/requests.ts';
import { refusal, serviceError } from '../refusal.ts';
import { emptyTable, ledgerKey, TableName } from './table-for-tests.ts';

const put = (sk: string, ConditionExpression?: string): TransactWriteItem => ({
  Put: { TableName, Item: { pk: { S: 'pair#shop' }, sk: { S: sk } }, ConditionExpression },
});
const claim = (read: string): TransactWriteItem => ({
  Update: {
    TableName,
    Key: ledgerKey,
    UpdateExpression: 'SET rev = rev + :one',
    ConditionExpression: 'rev = :read',
    ExpressionAttributeValues: { ':one': { N: '1' }, ':read': { N: read } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

function withLedger() {
  const table = emptyTable();
  table.db.putItem({ TableName, Item: { ...ledgerKey, rev: { N: '1' } } });
  const rev = () => table.db.getItem({ TableName, Key: ledgerKey, ConsistentRead: true }).Item?.rev;
  return { ...table, rev };
}

describe('transactWriteItems', () => {
  it('does all of it, in one instant', () => {
    const { db, rev } = withLedger();
    db.transactWriteItems({
      TransactItems: [
        claim('1'),
        put('event#1', 'attribute_not_exists(pk)'),
        {
          ConditionCheck: {
            TableName,
            Key: { pk: { S: 'x' }, sk: { S: 'y' } },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ],
    });
    expect(rev()).toEqual({ N: '2' });
    expect(db.scan({ TableName }).Count).toBe(2);
  });

  it('does none of it when one condition fails, and gives a reason for each write in its place', () => {
    const { db, rev } = withLedger();
    const refused = serviceError(() => db.transactWriteItems({ TransactItems: [put('event#1'), claim('0')] }));
    expect(refused.name).toBe('TransactionCanceledException');
    expect(refused.message).toBe(
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
    );
    expect(refused.details).toEqual({
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { ...ledgerKey, rev: { N: '1' } },
        },
      ],
    });
    expect(rev()).toEqual({ N: '1' });
    expect(db.scan({ TableName }).Count).toBe(1);
  });

  it('cancels with a reason when an update does not fit the item', () => {
    const { db } = withLedger();
    const update = { Update: { TableName, Key: ledgerKey, UpdateExpression: 'SET a = absent' } };
    const refused = serviceError(() => db.transactWriteItems({ TransactItems: [put('a'), update] }));
    expect(refused.details.CancellationReasons).toMatchObject([{ Code: 'None' }, { Code: 'ValidationError' }]);
    expect(db.scan({ TableName }).Count).toBe(1);
  });

  it('deletes as well', () => {
    const { db, rev } = withLedger();
    db.transactWriteItems({ TransactItems: [{ Delete: { TableName, Key: ledgerKey } }] });
    expect(rev()).toBeUndefined();
  });

  it('takes 1 to 100 writes, each on its own item, each of one kind', () => {
    const { db } = withLedger();
    const many = Array.from({ length: 101 }, (_, at) => put(`event#${at}`));
    db.transactWriteItems({ TransactItems: many.slice(1) });
    expect(db.scan({ TableName }).Count).toBe(101);
    expect(refusal(() => db.transactWriteItems({ TransactItems: many }))[1]).toMatch(/less than or equal to 100/);
    expect(refusal(() => db.transactWriteItems({ TransactItems: [] }))[1]).toMatch(/greater than or equal to 1/);
    expect(refusal(() => db.transactWriteItems({ TransactItems: [put('a'), put('a')] }))[1]).toBe(
      'Transaction request cannot include multiple operations on one item',
    );
    expect(refusal(() => db.transactWriteItems({ TransactItems: [{ ...put('a'), ...claim('1') }] }))[1]).toMatch(
      /only contain one of Check, Put, Update or Delete/,
    );
  });

  it('is done once per token, for ten minutes', async () => {
    const { db, clock, rev } = withLedger();
    const request = { ClientRequestToken: 'move-43', TransactItems: [claim('1')] };
    db.transactWriteItems(request);
    await clock.run(9 * 60_000 + 59_000);
    db.transactWriteItems(request);
    expect(rev()).toEqual({ N: '2' });
    expect(refusal(() => db.transactWriteItems({ ...request, TransactItems: [claim('2')] }))[0]).toBe(
      'IdempotentParameterMismatchException',
    );
    await clock.run(1_000);
    expect(refusal(() => db.transactWriteItems(request))[0]).toBe('TransactionCanceledException');
  });

  it('does not remember the token of a transaction that was cancelled', () => {
    const { db, rev } = withLedger();
    refusal(() => db.transactWriteItems({ ClientRequestToken: 't', TransactItems: [claim('9')] }));
    db.transactWriteItems({ ClientRequestToken: 't', TransactItems: [claim('1')] });
    expect(rev()).toEqual({ N: '2' });
  });
});
