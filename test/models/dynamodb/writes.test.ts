import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeMap } from '../../../models/dynamodb/attribute-value.ts';
import { refusal, serviceError } from '../refusal.ts';
import { emptyTable, ledgerKey, TableName } from './table-for-tests.ts';

const Key = ledgerKey;
const ledger = (rev: number, more: AttributeMap = {}): AttributeMap => ({ ...Key, rev: { N: String(rev) }, ...more });

function read(db: ReturnType<typeof emptyTable>['db']): AttributeMap | undefined {
  return db.getItem({ TableName, Key, ConsistentRead: true }).Item;
}

describe('putItem', () => {
  it('replaces the whole item and returns the old one when asked', () => {
    const { db } = emptyTable();
    expect(db.putItem({ TableName, Item: ledger(1, { phase: { S: 'idle' } }), ReturnValues: 'ALL_OLD' })).toEqual({});
    const { Attributes } = db.putItem({ TableName, Item: ledger(2), ReturnValues: 'ALL_OLD' });
    expect(Attributes).toEqual(ledger(1, { phase: { S: 'idle' } }));
    expect(read(db)).toEqual(ledger(2));
  });

  it('changes nothing when its condition fails, and gives the item back only when asked', () => {
    const { db } = emptyTable();
    db.putItem({ TableName, Item: ledger(5) });
    const claim = {
      TableName,
      Item: ledger(9),
      ConditionExpression: 'rev = :read',
      ExpressionAttributeValues: { ':read': { N: '4' } },
    };
    expect(refusal(() => db.putItem(claim))).toEqual([
      'ConditionalCheckFailedException',
      'The conditional request failed',
    ]);
    expect(serviceError(() => db.putItem(claim)).details).toEqual({});
    const asked = serviceError(() => db.putItem({ ...claim, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }));
    expect(asked.httpStatus).toBe(400);
    expect(asked.details).toEqual({ Item: ledger(5) });
    expect(read(db)).toEqual(ledger(5));
  });

  it('creates only once under attribute_not_exists', () => {
    const { db } = emptyTable();
    const create = { TableName, Item: ledger(1), ConditionExpression: 'attribute_not_exists(pk)' };
    db.putItem(create);
    expect(refusal(() => db.putItem(create))[0]).toBe('ConditionalCheckFailedException');
  });

  it('keeps what was sent even when the caller goes on changing it, and gives readers a copy', () => {
    const { db } = emptyTable();
    const Item = ledger(1, { holder: { M: { id: { S: 'a' } } } });
    db.putItem({ TableName, Item });
    Item.rev = { N: '99' };
    const seen = read(db) as AttributeMap;
    delete seen.rev;
    expect(read(db)).toEqual(ledger(1, { holder: { M: { id: { S: 'a' } } } }));
  });

  it('refuses items without a proper key', () => {
    const { db } = emptyTable();
    expect(refusal(() => db.putItem({ TableName, Item: { pk: { S: 'a' } } }))[1]).toBe(
      'One or more parameter values were invalid: Missing the key sk in the item',
    );
    expect(refusal(() => db.putItem({ TableName, Item: { pk: { N: '1' }, sk: { S: 'a' } } }))[1]).toBe(
      'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
    );
    expect(refusal(() => db.putItem({ TableName, Item: { pk: { S: '' }, sk: { S: 'a' } } }))[1]).toMatch(
      /cannot contain an empty string value. Key: pk$/,
    );
    expect(refusal(() => db.putItem({ TableName, Item: { pk: { S: 'a' }, sk: { S: 'x'.repeat(1025) } } }))[1]).toMatch(
      /size limit of 1024 bytes/,
    );
  });

  it('refuses values that are empty, ambiguous, doubled or of the wrong kind', () => {
    const { db } = emptyTable();
    const put = (value: unknown) => () => db.putItem({ TableName, Item: ledger(1, { value } as AttributeMap) });
    expect(refusal(put({}))[1]).toMatch(/^Supplied AttributeValue is empty/);
    expect(refusal(put({ S: 'a', N: '1' }))[1]).toMatch(/more than one datatypes set/);
    expect(refusal(put({ SS: [] }))[1]).toMatch(/string set {2}may not be empty/);
    expect(refusal(put({ SS: ['a', 'a'] }))[1]).toMatch(/\[a, a\] contains duplicates/);
    expect(refusal(put({ NS: ['1', '1.0'] }))[1]).toBe('Input collection contains duplicates');
    expect(refusal(put({ NULL: false }))[1]).toMatch(/must have the value of true/);
    expect(refusal(put({ N: 7 }))[1]).toMatch(/can not be converted to an String/);
    let nested: unknown = { S: 'deep' };
    for (let level = 0; level < 32; level++) nested = { L: [nested] };
    expect(refusal(put(nested))[1]).toMatch(/^Nesting Levels/);
  });

  it('accepts an item of exactly 400 KB and refuses one byte more', () => {
    const { db } = emptyTable();
    const empty = { pk: { S: 'a' }, sk: { S: 'b' }, blob: { S: '' } };
    const used = 'pk'.length + 'sk'.length + 'blob'.length + 2;
    const filled = (bytes: number) => ({ ...empty, blob: { S: 'x'.repeat(bytes) } });
    db.putItem({ TableName, Item: filled(400 * 1024 - used) });
    expect(refusal(() => db.putItem({ TableName, Item: filled(400 * 1024 - used + 1) }))).toEqual([
      'ValidationException',
      'Item size has exceeded the maximum allowed size',
    ]);
  });

  it('returns nothing but the old item', () => {
    const { db } = emptyTable();
    expect(refusal(() => db.putItem({ TableName, Item: ledger(1), ReturnValues: 'ALL_NEW' }))[1]).toBe(
      'ReturnValues can only be ALL_OLD or NONE',
    );
  });

  it('refuses by name what it does not have, instead of ignoring it', () => {
    const { db } = emptyTable();
    const legacy = { TableName, Item: ledger(1), Expected: {} };
    expect(refusal(() => db.putItem(legacy))).toEqual([
      'NotImplemented',
      'This stand-in for DynamoDB does not have Expected in PutItem.',
    ]);
  });
});

describe('updateItem', () => {
  const update = (before: AttributeMap | undefined, UpdateExpression: string, values: AttributeMap = {}) => {
    const { db } = emptyTable();
    if (before !== undefined) db.putItem({ TableName, Item: before });
    db.updateItem({
      TableName,
      Key,
      UpdateExpression,
      ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
    });
    return read(db);
  };

  it('works every value out from the item as it was before', () => {
    const before = ledger(1, { a: { N: '1' }, b: { N: '2' } });
    expect(update(before, 'SET a = b, b = a')).toEqual(ledger(1, { a: { N: '2' }, b: { N: '1' } }));
  });

  it('adds, subtracts, appends and falls back', () => {
    const one = { ':one': { N: '1' } };
    expect(update(ledger(7), 'SET rev = rev + :one', one)).toEqual(ledger(8));
    expect(update(ledger(7), 'SET rev = rev - :one', one)).toEqual(ledger(6));
    expect(update(ledger(7), 'SET epoch = if_not_exists(epoch, :one)', one)).toEqual(ledger(7, { epoch: { N: '1' } }));
    expect(update(ledger(7), 'SET rev = if_not_exists(rev, :one) + :one', one)).toEqual(ledger(8));
    expect(
      update(ledger(7, { debts: { L: [{ S: 'a' }] } }), 'SET debts = list_append(debts, :more)', {
        ':more': { L: [{ S: 'b' }] },
      }),
    ).toEqual(ledger(7, { debts: { L: [{ S: 'a' }, { S: 'b' }] } }));
  });

  it('creates an item that was not there, with its key', () => {
    expect(update(undefined, 'SET rev = :r', { ':r': { N: '1' } })).toEqual(ledger(1));
    expect(update(undefined, 'ADD rev :r', { ':r': { N: '3' } })).toEqual(ledger(3));
  });

  it('sets, removes and appends inside maps and lists', () => {
    const before = ledger(1, {
      holder: { M: { id: { S: 'a' }, nonce: { S: 'n' } } },
      debts: { L: [{ N: '0' }, { N: '1' }, { N: '2' }] },
    });
    expect(update(before, 'SET holder.id = :b REMOVE holder.nonce', { ':b': { S: 'b' } })).toEqual(
      ledger(1, { holder: { M: { id: { S: 'b' } } }, debts: before.debts as never }),
    );
    expect(update(before, 'REMOVE debts[0], debts[1]')?.debts).toEqual({ L: [{ N: '2' }] });
    expect(update(before, 'SET debts[9] = :x', { ':x': { N: '9' } })?.debts).toEqual({
      L: [{ N: '0' }, { N: '1' }, { N: '2' }, { N: '9' }],
    });
  });

  it('adds to and deletes from sets; an emptied set is no attribute any more', () => {
    const before = ledger(1, { zones: { SS: ['a', 'b'] } });
    expect(update(before, 'ADD zones :z', { ':z': { SS: ['b', 'c'] } })?.zones).toEqual({ SS: ['a', 'b', 'c'] });
    expect(update(before, 'DELETE zones :z', { ':z': { SS: ['b'] } })?.zones).toEqual({ SS: ['a'] });
    expect(update(before, 'DELETE zones :z', { ':z': { SS: ['a', 'b'] } })).toEqual(ledger(1));
  });

  it.each([
    ['SET pk = :x', /Cannot update attribute pk. This attribute is part of the key/],
    ['SET a = :x, a = :x', /Two document paths overlap with each other.*path one: \[a\], path two: \[a\]/],
    ['SET a.b = :x, a = :x', /Two document paths overlap/],
    ['SET a.b = :x, a[0] = :x', /Two document paths conflict/],
    ['SET a = :x SET b = :x', /The "SET" section can only be used once/],
    ['SET a = absent + :x', /refers to an attribute that does not exist in the item/],
    ['SET a.b = :x', /document path provided in the update expression is invalid for update/],
    ['SET a = active + :x', /An operand in the update expression has an incorrect data type/],
    ['SET status = :x', /reserved keyword: status/],
    ['SET a = upper(:x)', /Invalid function name; function: upper/],
    ['ADD active :x', /An operand in the update expression has an incorrect data type/],
    ['PUT a :x', /Syntax error; token: "PUT"/],
  ])('refuses %s', (UpdateExpression, message) => {
    const { db } = emptyTable();
    db.putItem({ TableName, Item: ledger(1, { active: { S: 'blue' } }) });
    const [name, text] = refusal(() =>
      db.updateItem({ TableName, Key, UpdateExpression, ExpressionAttributeValues: { ':x': { N: '1' } } }),
    );
    expect(name).toBe('ValidationException');
    expect(text).toMatch(message);
    expect(read(db)).toEqual(ledger(1, { active: { S: 'blue' } }));
  });

  it('refuses to add text to a number before it looks at the item', () => {
    const { db } = emptyTable();
    const input = { TableName, Key, UpdateExpression: 'ADD rev :x', ExpressionAttributeValues: { ':x': { S: 'one' } } };
    expect(refusal(() => db.updateItem(input))[1]).toBe(
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
    );
  });

  it('refuses to grow an item beyond 400 KB and leaves it as it was', () => {
    const { db } = emptyTable();
    db.putItem({ TableName, Item: ledger(1) });
    const input = {
      TableName,
      Key,
      UpdateExpression: 'SET payload = :x',
      ExpressionAttributeValues: { ':x': { S: 'x'.repeat(400 * 1024) } },
    };
    expect(refusal(() => db.updateItem(input))[1]).toBe('Item size to update has exceeded the maximum allowed size');
    expect(read(db)).toEqual(ledger(1));
  });

  it.each([
    ['NONE', undefined],
    ['ALL_OLD', ledger(1, { holder: { M: { id: { S: 'a' }, nonce: { S: 'n' } } } })],
    ['UPDATED_OLD', { rev: { N: '1' }, holder: { M: { id: { S: 'a' } } } }],
    ['ALL_NEW', ledger(2, { holder: { M: { id: { S: 'b' }, nonce: { S: 'n' } } } })],
    ['UPDATED_NEW', { rev: { N: '2' }, holder: { M: { id: { S: 'b' } } } }],
  ] as const)('returns %s as asked', (ReturnValues, expected) => {
    const { db } = emptyTable();
    db.putItem({ TableName, Item: ledger(1, { holder: { M: { id: { S: 'a' }, nonce: { S: 'n' } } } }) });
    const { Attributes } = db.updateItem({
      TableName,
      Key,
      UpdateExpression: 'SET rev = rev + :one, holder.id = :b',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':b': { S: 'b' } },
      ReturnValues,
    });
    expect(Attributes).toEqual(expected);
  });

  it('lets exactly one of any number of writers that read the same rev through', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (writers) => {
        const { db } = emptyTable();
        db.putItem({ TableName, Item: ledger(3) });
        const claims = Array.from({ length: writers }, (_, writer) => {
          try {
            db.updateItem({
              TableName,
              Key,
              UpdateExpression: 'SET rev = :next, nonce = :me',
              ConditionExpression: 'rev = :read',
              ExpressionAttributeValues: { ':next': { N: '4' }, ':me': { S: `${writer}` }, ':read': { N: '3' } },
            });
            return 'claimed';
          } catch (error) {
            return (error as Error).name;
          }
        });
        expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(1);
        expect(read(db)).toEqual(ledger(4, { nonce: { S: '0' } }));
      }),
    );
  });
});

describe('deleteItem', () => {
  it('removes the item, says what it was, and does nothing a second time', () => {
    const { db } = emptyTable();
    db.putItem({ TableName, Item: ledger(1) });
    expect(db.deleteItem({ TableName, Key, ReturnValues: 'ALL_OLD' })).toEqual({ Attributes: ledger(1) });
    expect(db.deleteItem({ TableName, Key, ReturnValues: 'ALL_OLD' })).toEqual({});
    expect(read(db)).toBeUndefined();
  });
});

describe('placeholders without an expression', () => {
  it('are refused', () => {
    const { db } = emptyTable();
    const values = { ExpressionAttributeValues: { ':x': { N: '1' } } };
    expect(refusal(() => db.putItem({ TableName, Item: ledger(1), ...values }))[1]).toBe(
      'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
    );
    expect(refusal(() => db.updateItem({ TableName, Key, ...values }))[1]).toBe(
      'ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null',
    );
    expect(refusal(() => db.deleteItem({ TableName, Key, ExpressionAttributeNames: { '#a': 'a' } }))[1]).toBe(
      'ExpressionAttributeNames can only be specified when using expressions',
    );
    expect(
      refusal(() =>
        db.deleteItem({ TableName, Key, ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeNames: {} }),
      )[1],
    ).toBe('ExpressionAttributeNames must not be empty');
  });
});
