import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeMap } from '../../../models/dynamodb/attribute-value.ts';
import type { QueryInput } from '../../../models/dynamodb/requests.ts';
import { seeded } from '../../../models/random.ts';
import { refusal } from '../refusal.ts';
import { emptyTable, ledgerKey, TableName } from './table-for-tests.ts';

const Key = ledgerKey;
const event = (sk: string, more: AttributeMap = {}): AttributeMap => ({
  pk: { S: 'pair#shop' },
  sk: { S: sk },
  ...more,
});

function tableWith(...items: AttributeMap[]) {
  const table = emptyTable();
  for (const Item of items) table.db.putItem({ TableName, Item });
  return table;
}

function sortKeys(items: AttributeMap[] | undefined): unknown[] {
  return (items ?? []).map(({ sk }) => (sk as { S: string }).S);
}

const pk = { ':p': { S: 'pair#shop' } };

describe('getItem', () => {
  it('answers without Item when there is none, and only with the paths asked for', () => {
    const { db } = tableWith(
      event('a', { holder: { M: { id: { S: 'x' }, kind: { S: 'k' } } }, debts: { L: [{ N: '1' }, { N: '2' }] } }),
    );
    expect(db.getItem({ TableName, Key })).toEqual({});
    const { Item } = db.getItem({
      TableName,
      Key: { pk: { S: 'pair#shop' }, sk: { S: 'a' } },
      ProjectionExpression: '#h.id, debts[1], nowhere',
      ExpressionAttributeNames: { '#h': 'holder' },
    });
    expect(Item).toEqual({ holder: { M: { id: { S: 'x' } } }, debts: { L: [{ N: '2' }] } });
  });

  it('refuses a key that is not exactly pk and sk', () => {
    const { db } = emptyTable();
    const message = 'The provided key element does not match the schema';
    expect(refusal(() => db.getItem({ TableName, Key: { pk: { S: 'a' } } }))[1]).toBe(message);
    expect(refusal(() => db.getItem({ TableName, Key: { ...Key, more: { S: 'a' } } }))[1]).toBe(message);
    expect(refusal(() => db.getItem({ TableName, Key: { pk: { S: 'a' }, sk: { N: '1' } } }))[1]).toBe(message);
  });

  it('knows only tables that were created', () => {
    const { db } = emptyTable();
    expect(refusal(() => db.getItem({ TableName: 'elsewhere', Key }))).toEqual([
      'ResourceNotFoundException',
      'Requested resource not found',
    ]);
    expect(refusal(() => db.describeTable({ TableName: 'elsewhere' }))[1]).toMatch(/Table: elsewhere not found/);
  });
});

describe('an eventually consistent read', () => {
  it('may see up to so many milliseconds into the past, a consistent one never', async () => {
    const { db, clock } = emptyTable({ staleReads: { withinMs: 100, random: () => 0.999 } });
    db.putItem({ TableName, Item: event('ledger', { rev: { N: '1' } }) });
    await clock.run(1_000);
    db.putItem({ TableName, Item: event('ledger', { rev: { N: '2' } }) });
    await clock.run(50);
    db.putItem({ TableName, Item: event('ledger', { rev: { N: '3' } }) });
    const rev = (ConsistentRead: boolean) => db.getItem({ TableName, Key, ConsistentRead }).Item?.rev;
    expect(rev(false)).toEqual({ N: '1' });
    expect(rev(true)).toEqual({ N: '3' });
    await clock.run(60);
    expect(rev(false)).toEqual({ N: '2' });
    await clock.run(100);
    expect(rev(false)).toEqual({ N: '3' });
  });

  it('may see an item before it was written and after it was deleted, in queries too', async () => {
    const { db, clock } = emptyTable({ staleReads: { withinMs: 100, random: () => 0.999 } });
    const all: QueryInput = { TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: pk };
    await clock.run(1_000);
    db.putItem({ TableName, Item: event('a') });
    expect(db.query(all).Items).toEqual([]);
    expect(db.query({ ...all, ConsistentRead: true }).Items).toEqual([event('a')]);
    await clock.run(1_000);
    db.deleteItem({ TableName, Key: event('a') });
    expect(db.query(all).Items).toEqual([event('a')]);
    expect(db.query({ ...all, ConsistentRead: true }).Items).toEqual([]);
    expect(db.scan({ TableName }).Count).toBe(1);
    expect(db.scan({ TableName, ConsistentRead: true }).Count).toBe(0);
  });

  it('gives the same answers for the same seed', async () => {
    const answers = async (seed: number) => {
      const { db, clock } = emptyTable({ staleReads: { withinMs: 100, random: seeded(seed) } });
      const seen: unknown[] = [];
      for (let rev = 0; rev < 50; rev++) {
        db.putItem({ TableName, Item: event('ledger', { rev: { N: String(rev) } }) });
        await clock.run(10);
        seen.push(db.getItem({ TableName, Key }).Item?.rev);
      }
      return seen;
    };
    expect(await answers(7)).toEqual(await answers(7));
    expect(await answers(7)).not.toEqual(await answers(8));
  });
});

describe('query', () => {
  const keys = ['event#1', 'event#2', 'event#3', 'ledger', 'signal#1'];
  const { db } = tableWith(...[...keys].reverse().map((sk) => event(sk)), {
    pk: { S: 'pair#other' },
    sk: { S: 'ledger' },
  });
  const ask = (condition: string, values: AttributeMap = {}, more: Partial<QueryInput> = {}) =>
    db.query({
      TableName,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: { ...pk, ...values },
      ...more,
    });

  it.each([
    ['pk = :p', {}, keys],
    ['pk = :p AND sk = :s', { ':s': { S: 'ledger' } }, ['ledger']],
    [':p = pk AND begins_with(sk, :s)', { ':s': { S: 'event#' } }, keys.slice(0, 3)],
    ['pk = :p AND sk BETWEEN :s AND :t', { ':s': { S: 'event#2' }, ':t': { S: 'ledger' } }, keys.slice(1, 4)],
    ['pk = :p AND sk < :s', { ':s': { S: 'event#2' } }, keys.slice(0, 1)],
    ['pk = :p AND sk <= :s', { ':s': { S: 'event#2' } }, keys.slice(0, 2)],
    ['sk > :s AND pk = :p', { ':s': { S: 'event#2' } }, keys.slice(2)],
    ['pk = :p AND :s <= sk', { ':s': { S: 'event#2' } }, keys.slice(1)],
    ['(pk = :p) and (sk >= :s)', { ':s': { S: 'm' } }, keys.slice(4)],
  ] as const)('%s with %j, both ways', (condition, values, expected) => {
    expect(sortKeys(ask(condition, values as unknown as AttributeMap).Items)).toEqual(expected);
    const backwards = ask(condition, values as unknown as AttributeMap, { ScanIndexForward: false });
    expect(sortKeys(backwards.Items)).toEqual([...expected].reverse());
  });

  it('pages by Limit, and says where it stopped even when nothing follows', () => {
    const first = ask('pk = :p', {}, { Limit: 3 });
    expect(first).toMatchObject({ Count: 3, ScannedCount: 3, LastEvaluatedKey: event('event#3') });
    const rest = ask('pk = :p', {}, { Limit: 2, ExclusiveStartKey: event('event#3') });
    expect(sortKeys(rest.Items)).toEqual(['ledger', 'signal#1']);
    expect(rest.LastEvaluatedKey).toEqual(event('signal#1'));
    expect(ask('pk = :p', {}, { ExclusiveStartKey: event('signal#1') })).toEqual({
      Items: [],
      Count: 0,
      ScannedCount: 0,
    });
    const back = ask('pk = :p', {}, { ScanIndexForward: false, Limit: 1, ExclusiveStartKey: event('ledger') });
    expect(sortKeys(back.Items)).toEqual(['event#3']);
  });

  it('starts a page after a key that was deleted meanwhile', () => {
    const { db: other } = tableWith(event('a'), event('c'));
    const page = (ScanIndexForward: boolean) =>
      other.query({
        TableName,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: pk,
        ExclusiveStartKey: event('b'),
        ScanIndexForward,
      });
    expect(sortKeys(page(true).Items)).toEqual(['c']);
    expect(sortKeys(page(false).Items)).toEqual(['a']);
  });

  it('counts what it looked at before the filter', () => {
    const { db: other } = tableWith(
      event('a', { n: { N: '1' } }),
      event('b', { n: { N: '2' } }),
      event('c', { n: { N: '3' } }),
    );
    const input: QueryInput = {
      TableName,
      KeyConditionExpression: 'pk = :p',
      FilterExpression: 'n > :n',
      ExpressionAttributeValues: { ...pk, ':n': { N: '2' } },
    };
    expect(other.query(input)).toEqual({ Items: [event('c', { n: { N: '3' } })], Count: 1, ScannedCount: 3 });
    expect(other.query({ ...input, Limit: 2 })).toMatchObject({
      Count: 0,
      ScannedCount: 2,
      LastEvaluatedKey: event('b'),
    });
    expect(other.query({ ...input, Select: 'COUNT' })).toEqual({ Count: 1, ScannedCount: 3 });
  });

  it('ends a page after 1 MB', () => {
    const { db: other } = tableWith(
      ...['a', 'b', 'c', 'd'].map((sk) => event(sk, { blob: { S: 'x'.repeat(390_000) } })),
    );
    const page = other.query({ TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: pk });
    expect(page).toMatchObject({ Count: 3, LastEvaluatedKey: event('c') });
  });

  it.each([
    ['sk = :p', {}, /Query condition missed key schema element: pk/],
    ['pk > :p', {}, /Query key condition not supported/],
    ['pk = :p AND elsewhere = :s', { ':s': { S: 'a' } }, /Query condition missed key schema element: sk/],
    ['pk = :p OR sk = :s', { ':s': { S: 'a' } }, /Invalid operator used in KeyConditionExpression: OR/],
    ['pk = :p AND sk <> :s', { ':s': { S: 'a' } }, /Invalid operator used in KeyConditionExpression: <>/],
    ['pk = :p AND contains(sk, :s)', { ':s': { S: 'a' } }, /Invalid operator used in KeyConditionExpression: contains/],
    [
      'pk = :p AND sk > :s AND sk < :t',
      { ':s': { S: 'a' }, ':t': { S: 'b' } },
      /must only contain one condition per key/,
    ],
    ['pk = :p AND sk.a = :s', { ':s': { S: 'a' } }, /cannot have conditions on nested attributes/],
    ['pk = :p AND size(sk) > :s', { ':s': { N: '1' } }, /cannot contain nested operations/],
    ['pk = :p AND sk = pk', {}, /Multiple attribute names used in one condition/],
    ['pk = :p AND sk = :s', { ':s': { N: '1' } }, /Condition parameter type does not match schema type/],
  ] as const)('refuses %s', (condition, values, message) => {
    const [name, text] = refusal(() => ask(condition, values as unknown as AttributeMap));
    expect(name).toBe('ValidationException');
    expect(text).toMatch(message);
  });

  it('refuses filters on the key, foreign starting keys and limits below one', () => {
    const filter = { FilterExpression: 'begins_with(sk, :s)' };
    expect(refusal(() => ask('pk = :p', { ':s': { S: 'a' } }, filter))[1]).toMatch(/Primary key attribute: sk/);
    const foreign = { ExclusiveStartKey: { pk: { S: 'pair#other' }, sk: { S: 'a' } } };
    expect(refusal(() => ask('pk = :p', {}, foreign))[1]).toMatch(/outside query boundaries/);
    expect(refusal(() => ask('pk = :p', {}, { ExclusiveStartKey: { pk: { S: 'a' } } }))[1]).toMatch(
      /starting key is invalid/,
    );
    expect(
      refusal(() => ask('pk = :p AND sk > :s', { ':s': { S: 'c' } }, { ExclusiveStartKey: event('a') }))[1],
    ).toMatch(/does not match the range key predicate/);
    expect(refusal(() => ask('pk = :p', {}, { Limit: 0 }))[1]).toMatch(/greater than or equal to 1/);
    expect(refusal(() => db.query({ TableName }))[1]).toMatch(/KeyConditionExpression parameter must be specified/);
  });

  it('returns every item once, in the order of UTF-8 bytes, whatever the page size', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (names, Limit) => {
        const { db: other } = tableWith(...names.map((sk) => event(sk)));
        const seen: unknown[] = [];
        let ExclusiveStartKey: AttributeMap | undefined;
        do {
          const page = other.query({
            TableName,
            KeyConditionExpression: 'pk = :p',
            ExpressionAttributeValues: pk,
            Limit,
            ExclusiveStartKey,
          });
          seen.push(...sortKeys(page.Items));
          ExclusiveStartKey = page.LastEvaluatedKey;
        } while (ExclusiveStartKey !== undefined);
        expect(seen).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
  });
});

describe('scan', () => {
  it('visits every item of every partition once, whatever the page size', () => {
    const items = Array.from({ length: 30 }, (_, at) => ({ pk: { S: `pair#${at % 7}` }, sk: { S: `s${at}` } }));
    const { db } = tableWith(...items);
    const seen: string[] = [];
    let ExclusiveStartKey: AttributeMap | undefined;
    do {
      const page = db.scan({ TableName, Limit: 4, ExclusiveStartKey });
      seen.push(...sortKeys(page.Items).map(String));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    expect(seen).toHaveLength(30);
    expect(new Set(seen)).toEqual(new Set(items.map(({ sk }) => sk.S)));
  });

  it('does not go by the order of the partition keys', () => {
    const { db } = tableWith(...Array.from({ length: 10 }, (_, at) => ({ pk: { S: `pair#${at}` }, sk: { S: 'a' } })));
    const order = db.scan({ TableName }).Items?.map((item) => (item.pk as { S: string }).S) ?? [];
    expect(order).not.toEqual([...order].sort());
  });

  it('filters by the same grammar', () => {
    const { db } = tableWith(event('a', { n: { N: '1' } }), event('b'));
    expect(db.scan({ TableName, FilterExpression: 'attribute_exists(n)' })).toMatchObject({
      Count: 1,
      ScannedCount: 2,
    });
  });
});

describe('tables and calls', () => {
  it('describes the table as the service would', () => {
    const { db } = tableWith(event('a'));
    expect(db.describeTable({ TableName }).Table).toMatchObject({
      TableArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/throwover-lab',
      TableStatus: 'ACTIVE',
      ItemCount: 1,
      TableSizeBytes: 'pkpair#shopska'.length,
    });
  });

  it('refuses a second table of the name and other schemas', () => {
    const { db } = emptyTable();
    const schema = {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    };
    expect(refusal(() => db.createTable({ TableName, ...schema }))[0]).toBe('ResourceInUseException');
    expect(refusal(() => db.createTable({ ...schema, TableName: 'other', KeySchema: [] }))[0]).toBe('NotImplemented');
  });

  it('counts its calls by operation, refused ones included', () => {
    const { db } = tableWith(event('a'));
    db.scan({ TableName });
    refusal(() => db.getItem({ TableName, Key: {} }));
    expect(Object.fromEntries(db.calls)).toEqual({ CreateTable: 1, PutItem: 1, Scan: 1, GetItem: 1 });
  });
});
