import {
  type AttributeValue,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { type Claim, mustBe, refusalOf, type Subject } from './claim.ts';

const ACTIVE_TRIES = 60;
const KEYS = [
  { AttributeName: 'pk', KeyType: 'HASH' as const },
  { AttributeName: 'sk', KeyType: 'RANGE' as const },
];

const tableOf = ({ round }: Subject) => `throwover-contract-${round}`;

/** Does the work with a table of its own. */
async function having(subject: Subject, work: () => Promise<void>): Promise<void> {
  const TableName = tableOf(subject);
  const AttributeDefinitions = KEYS.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' as const }));
  await subject.dynamoDb.send(
    new CreateTableCommand({ TableName, KeySchema: KEYS, AttributeDefinitions, BillingMode: 'PAY_PER_REQUEST' }),
  );
  try {
    for (let tries = 0; (await statusOf(subject)) !== 'ACTIVE' && tries < ACTIVE_TRIES; tries++)
      await subject.wait(2_000);
    await work();
  } finally {
    // who does not know how to take it away keeps it: it is named after this round
    await subject.dynamoDb.send(new DeleteTableCommand({ TableName })).catch(() => {});
  }
}

async function statusOf(subject: Subject): Promise<string | undefined> {
  const { Table } = await subject.dynamoDb.send(new DescribeTableCommand({ TableName: tableOf(subject) }));
  return Table?.TableStatus;
}

function put(subject: Subject, sk: string, rev: number, condition?: { expression: string; was?: number }) {
  const item: Record<string, AttributeValue> = { pk: { S: 'pair' }, sk: { S: sk }, rev: { N: String(rev) } };
  const was =
    condition?.was === undefined ? {} : { ExpressionAttributeValues: { ':was': { N: String(condition.was) } } };
  const given = condition === undefined ? {} : { ConditionExpression: condition.expression, ...was };
  return subject.dynamoDb.send(new PutItemCommand({ TableName: tableOf(subject), Item: item, ...given }));
}

async function revOf(subject: Subject, sk: string): Promise<string | undefined> {
  const Key = { pk: { S: 'pair' }, sk: { S: sk } };
  const asked = new GetItemCommand({ TableName: tableOf(subject), Key, ConsistentRead: true });
  return (await subject.dynamoDb.send(asked)).Item?.rev?.N;
}

const claim = (says: string, work: (subject: Subject) => Promise<void>): Claim => ({
  service: 'dynamodb',
  says,
  holds: (subject) => having(subject, () => work(subject)),
});

export const ofDynamoDb: readonly Claim[] = [
  claim('a put on the condition that nothing is there is refused the second time', async (subject) => {
    const absent = { expression: 'attribute_not_exists(pk)' };
    await put(subject, 'ledger', 1, absent);
    mustBe(await refusalOf(put(subject, 'ledger', 2, absent)), 'ConditionalCheckFailedException');
    mustBe(await revOf(subject, 'ledger'), '1');
  }),
  claim('a put on the condition of what was read is refused when somebody wrote in between', async (subject) => {
    await put(subject, 'ledger', 1);
    await put(subject, 'ledger', 2, { expression: 'rev = :was', was: 1 });
    const late = put(subject, 'ledger', 3, { expression: 'rev = :was', was: 1 });
    mustBe(await refusalOf(late), 'ConditionalCheckFailedException');
    mustBe(await revOf(subject, 'ledger'), '2');
  }),
  claim('a consistent read finds what was written last', async (subject) => {
    for (let rev = 1; rev <= 5; rev++) {
      await put(subject, 'ledger', rev);
      mustBe(await revOf(subject, 'ledger'), String(rev));
    }
  }),
  claim('a query by the beginning of the sort key lists in its order', async (subject) => {
    for (const sk of ['event#2', 'ledger', 'event#10', 'event#1']) await put(subject, sk, 1);
    const asked = new QueryCommand({
      TableName: tableOf(subject),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :from)',
      ExpressionAttributeValues: { ':pk': { S: 'pair' }, ':from': { S: 'event#' } },
      ConsistentRead: true,
    });
    const { Items = [] } = await subject.dynamoDb.send(asked);
    mustBe(
      Items.map(({ sk }) => sk?.S),
      ['event#1', 'event#10', 'event#2'],
    );
  }),
];
