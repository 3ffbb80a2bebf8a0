import { type Calls, countCall } from '../calls.ts';
import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { ServiceError } from '../service-error.ts';
import { type Account, sampleAccount } from '../sts.ts';
import type { AttributeMap } from './attribute-value.ts';
import { KEY_NAMES, keyOf } from './keys.ts';
import { projectionOf, query, scan } from './reads.ts';
import { notImplemented, onlyMembers, validation } from './refusals.ts';
import type {
  CreateTableInput,
  DeleteItemInput,
  GetItemInput,
  GetItemOutput,
  PageOutput,
  PutItemInput,
  QueryInput,
  ScanInput,
  TableDescription,
  TransactWriteItemsInput,
  UpdateItemInput,
  WriteOutput,
} from './requests.ts';
import { Table } from './table.ts';
import { outcomes, plannedWrites, RequestTokens } from './transaction.ts';
import {
  checkReturnValues,
  conditionFailed,
  conditionHolds,
  plannedDelete,
  plannedPut,
  plannedUpdate,
  returned,
  type Write,
} from './writes.ts';

export interface DynamoDbOptions {
  clock: Clock;
  account?: Account;
  /**
   * An eventually consistent read answers with the state of up to `withinMs` milliseconds ago, how far back by
   * `random`. Left out, such reads happen to be up to date, as on most days.
   */
  staleReads?: { withinMs: number; random: Random };
}

const CREATE_MEMBERS = new Set(['TableName', 'KeySchema', 'AttributeDefinitions', 'BillingMode']);
const TRANSACTION_MEMBERS = new Set(['TransactItems', 'ClientRequestToken']);

/**
 * A strict stand-in for DynamoDB: tables with partition key `pk` and sort key `sk`, both text. Synchronous; what it
 * does not have is refused by name (`NotImplemented`), never ignored.
 */
export class DynamoDb {
  readonly calls: Calls = new Map();
  readonly #clock: Clock;
  readonly #account: Account;
  readonly #staleReads: DynamoDbOptions['staleReads'];
  readonly #tables = new Map<string, Table>();
  readonly #tokens = new RequestTokens();

  constructor({ clock, account = sampleAccount, staleReads }: DynamoDbOptions) {
    this.#clock = clock;
    this.#account = account;
    this.#staleReads = staleReads;
  }

  /** The table is ACTIVE at once. */
  createTable(input: CreateTableInput): { TableDescription: TableDescription } {
    countCall(this.calls, 'CreateTable');
    onlyMembers(input, 'CreateTable', CREATE_MEMBERS);
    const name = checkedTableName(input.TableName);
    checkSchema(input);
    if (this.#tables.has(name)) throw new ServiceError('ResourceInUseException', `Table already exists: ${name}`);
    const table = new Table(name, this.#clock.now(), this.#staleReads?.withinMs ?? 0);
    this.#tables.set(name, table);
    return { TableDescription: this.#describe(table) };
  }

  deleteTable({ TableName }: { TableName: string }): { TableDescription: TableDescription } {
    countCall(this.calls, 'DeleteTable');
    const { Table: described } = this.describeTable({ TableName });
    this.#tables.delete(TableName);
    return { TableDescription: described };
  }

  describeTable({ TableName }: { TableName: string | undefined }): { Table: TableDescription } {
    countCall(this.calls, 'DescribeTable');
    const table = this.#tables.get(checkedTableName(TableName));
    if (table !== undefined) return { Table: this.#describe(table) };
    throw new ServiceError('ResourceNotFoundException', `Requested resource not found: Table: ${TableName} not found`);
  }

  getItem(input: GetItemInput): GetItemOutput {
    countCall(this.calls, 'GetItem');
    const project = projectionOf(input);
    const { pk, sk } = keyOf(input.Key);
    const item = this.#table(input.TableName).read(pk, sk, this.#asOf(input.ConsistentRead));
    return item === undefined ? {} : { Item: project(item) };
  }

  putItem(input: PutItemInput): WriteOutput {
    countCall(this.calls, 'PutItem');
    checkReturnValues(input.ReturnValues);
    return this.#apply(plannedPut(input), input.ReturnValues);
  }

  updateItem(input: UpdateItemInput): WriteOutput {
    countCall(this.calls, 'UpdateItem');
    return this.#apply(plannedUpdate(input), input.ReturnValues);
  }

  deleteItem(input: DeleteItemInput): WriteOutput {
    countCall(this.calls, 'DeleteItem');
    checkReturnValues(input.ReturnValues);
    return this.#apply(plannedDelete(input), input.ReturnValues);
  }

  query(input: QueryInput): PageOutput {
    countCall(this.calls, 'Query');
    return query(input, this.#table(input.TableName), this.#asOf(input.ConsistentRead));
  }

  scan(input: ScanInput): PageOutput {
    countCall(this.calls, 'Scan');
    return scan(input, this.#table(input.TableName), this.#asOf(input.ConsistentRead));
  }

  transactWriteItems(input: TransactWriteItemsInput): Record<string, never> {
    countCall(this.calls, 'TransactWriteItems');
    onlyMembers(input, 'TransactWriteItems', TRANSACTION_MEMBERS);
    const now = this.#clock.now();
    const writes = plannedWrites(input.TransactItems);
    if (this.#tokens.isDone(input, now)) return {};
    for (const { write, after } of outcomes(writes, (each) => this.#current(each))) this.#store(write, after);
    this.#tokens.remember(input, now);
    return {};
  }

  #apply(write: Write, returnValues: string | undefined): WriteOutput {
    const before = this.#current(write);
    if (!conditionHolds(write, before)) throw conditionFailed(write, before);
    const after = write.after(before);
    this.#store(write, after);
    return returned(returnValues, write, before, after);
  }

  #current({ tableName, key }: Write): AttributeMap | undefined {
    return this.#table(tableName).read(key.pk, key.sk, this.#clock.now());
  }

  #store({ kind, tableName, key }: Write, after: AttributeMap | undefined): void {
    if (kind !== 'ConditionCheck') this.#table(tableName).write(key.pk, key.sk, after, this.#clock.now());
  }

  /** The instant whose state a read sees. */
  #asOf(consistent: boolean | undefined): number {
    const now = this.#clock.now();
    if (consistent === true || this.#staleReads === undefined) return now;
    const { withinMs, random } = this.#staleReads;
    return now - Math.floor(random() * (withinMs + 1));
  }

  #table(name: string | undefined): Table {
    const table = this.#tables.get(checkedTableName(name));
    if (table === undefined) throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  #describe(table: Table): TableDescription {
    const { accountId, region } = this.#account;
    const { items, bytes } = table.totals();
    return {
      TableName: table.name,
      TableArn: `arn:aws:dynamodb:${region}:${accountId}:table/${table.name}`,
      TableStatus: 'ACTIVE',
      KeySchema: KEY_NAMES.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
      AttributeDefinitions: KEY_NAMES.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      CreationDateTime: table.createdAt,
      ItemCount: items,
      TableSizeBytes: bytes,
    };
  }
}

function checkedTableName(name: string | undefined): string {
  if (name === undefined) {
    throw validation("The parameter 'TableName' is required but was not present in the request");
  }
  if (name.length < 3 || name.length > 255) {
    throw validation('TableName must be at least 3 characters long and at most 255 characters long');
  }
  return name;
}

function checkSchema({ KeySchema, AttributeDefinitions, BillingMode }: CreateTableInput): void {
  const schema = (KeySchema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ');
  const types = (AttributeDefinitions ?? []).map((defined) => `${defined.AttributeName} ${defined.AttributeType}`);
  if (schema !== 'pk HASH, sk RANGE' || types.sort().join(', ') !== 'pk S, sk S') {
    throw notImplemented('tables with another key than pk (HASH, S) and sk (RANGE, S), or with indexes');
  }
  if (BillingMode !== 'PAY_PER_REQUEST') throw notImplemented('a BillingMode other than PAY_PER_REQUEST');
}
