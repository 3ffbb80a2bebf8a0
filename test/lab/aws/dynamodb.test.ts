import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aws } from '../program.ts';
import { refusal, startsAt, startWorld, TABLE, tableDescription } from './world.ts';

let world: Awaited<ReturnType<typeof startWorld>>;
let client: DynamoDBClient;
const Key = { pk: { S: 'pair#shop' }, sk: { S: 'ledger' } };
const ledger = {
  ...Key,
  rev: { N: '7' },
  holder: { NULL: true as const },
  paused: { BOOL: false },
  debts: { L: [{ M: { kind: { S: 'settle' }, tries: { N: '2' } } }] },
  zones: { SS: ['example.test', 'pivot.test'] },
  raw: { B: new Uint8Array([0, 255, 16]) },
};

beforeAll(async () => {
  world = await startWorld();
  client = new DynamoDBClient(world.client);
});

afterAll(async () => {
  client.destroy();
  await world.server.close();
  expect(world.faults).toEqual([]);
});

describe('DynamoDB through the SDK', () => {
  it('keeps every kind of value as it was', async () => {
    await client.send(new PutItemCommand({ TableName: TABLE, Item: ledger }));
    const { Item } = await client.send(new GetItemCommand({ TableName: TABLE, Key, ConsistentRead: true }));
    expect(Item).toEqual(ledger);
  });

  it('projects', async () => {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: TABLE,
        Key,
        ProjectionExpression: '#r',
        ExpressionAttributeNames: { '#r': 'rev' },
      }),
    );
    expect(Item).toEqual({ rev: { N: '7' } });
  });

  it('updates under a condition', async () => {
    const update = new UpdateItemCommand({
      TableName: TABLE,
      Key,
      UpdateExpression: 'SET rev = :next',
      ConditionExpression: 'rev = :read',
      ExpressionAttributeValues: { ':next': { N: '8' }, ':read': { N: '7' } },
      ReturnValues: 'UPDATED_NEW',
    });
    expect((await client.send(update)).Attributes).toEqual({ rev: { N: '8' } });
  });

  it('shows the item that a condition failed on, when it is asked to', async () => {
    const stale = new UpdateItemCommand({
      TableName: TABLE,
      Key,
      UpdateExpression: 'SET rev = :next',
      ConditionExpression: 'rev = :read',
      ExpressionAttributeValues: { ':next': { N: '8' }, ':read': { N: '7' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect(await refusal(client.send(stale))).toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { rev: { N: '8' }, raw: { B: new Uint8Array([0, 255, 16]) } },
    });
  });

  it('says for each write of a transaction why it was cancelled', async () => {
    const put = (sk: string, condition?: string) => ({
      Put: {
        TableName: TABLE,
        Item: { pk: Key.pk, sk: { S: sk } },
        ...(condition === undefined ? {} : { ConditionExpression: condition }),
      },
    });
    const TransactItems = [put('event#43#1'), put('ledger', 'attribute_not_exists(pk)')];
    expect(await refusal(client.send(new TransactWriteItemsCommand({ TransactItems })))).toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    });
    await client.send(new TransactWriteItemsCommand({ TransactItems: TransactItems.slice(0, 1) }));
  });

  it('queries and scans page by page', async () => {
    const query = {
      TableName: TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': Key.pk },
      Limit: 1,
    };
    const first = await client.send(new QueryCommand(query));
    expect(first).toMatchObject({ Count: 1, LastEvaluatedKey: { sk: { S: 'event#43#1' } } });
    const rest = await client.send(new QueryCommand({ ...query, ExclusiveStartKey: first.LastEvaluatedKey }));
    expect(rest.Items?.map((item) => item.sk)).toEqual([{ S: 'ledger' }]);
    expect(await client.send(new ScanCommand({ TableName: TABLE, Select: 'COUNT' }))).toMatchObject({ Count: 2 });
  });

  it('deletes, and returns what was there', async () => {
    const gone = new DeleteItemCommand({
      TableName: TABLE,
      Key: { pk: Key.pk, sk: { S: 'event#43#1' } },
      ReturnValues: 'ALL_OLD',
    });
    expect((await client.send(gone)).Attributes).toMatchObject({ sk: { S: 'event#43#1' } });
  });

  it('creates and describes tables, with the lab’s time', async () => {
    await client.send(new CreateTableCommand(tableDescription('another')));
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'another' }));
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', CreationDateTime: new Date(startsAt) });
  });

  it('refuses an attribute that no plain object can carry', async () => {
    const Item = { ...Key, ['__proto__']: { S: 'odd' } };
    expect(await refusal(client.send(new PutItemCommand({ TableName: TABLE, Item })))).toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('__proto__'),
    });
  });

  it('refuses in the words of the service', async () => {
    expect(await refusal(client.send(new GetItemCommand({ TableName: 'nobody', Key })))).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const wrong = new GetItemCommand({ TableName: TABLE, Key: { pk: { N: '1' }, sk: { S: 'x' } } });
    expect(await refusal(client.send(wrong))).toMatchObject({ name: 'ValidationException' });
  });
});

describe('DynamoDB through the aws command', () => {
  it('gets an item', async (context) => {
    const args = ['--table-name', TABLE, '--key', JSON.stringify(Key)];
    const found = await aws(context, world.server.endpoint, ['dynamodb', 'get-item', ...args]);
    expect(found).toMatchObject({ Item: { rev: { N: '8' }, raw: { B: 'AP8Q' } } });
  });
});
