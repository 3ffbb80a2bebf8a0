/** The requests and answers of the operations, in the shapes of the SDK. */
import type { AttributeMap } from './attribute-value.ts';

export interface ExpressionPlaceholders {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: AttributeMap | undefined;
}

interface Conditional extends ExpressionPlaceholders {
  TableName: string | undefined;
  ConditionExpression?: string | undefined;
  ReturnValuesOnConditionCheckFailure?: 'NONE' | 'ALL_OLD' | undefined;
}

type ReturnValues = 'NONE' | 'ALL_OLD' | 'UPDATED_OLD' | 'ALL_NEW' | 'UPDATED_NEW';

export interface PutItemInput extends Conditional {
  Item: AttributeMap | undefined;
  ReturnValues?: ReturnValues | undefined;
}

export interface UpdateItemInput extends Conditional {
  Key: AttributeMap | undefined;
  UpdateExpression?: string | undefined;
  ReturnValues?: ReturnValues | undefined;
}

export interface DeleteItemInput extends Conditional {
  Key: AttributeMap | undefined;
  ReturnValues?: ReturnValues | undefined;
}

export interface ConditionCheckInput extends Conditional {
  Key: AttributeMap | undefined;
}

export interface WriteOutput {
  Attributes?: AttributeMap;
}

export interface TransactWriteItem {
  Put?: Omit<PutItemInput, 'ReturnValues'> | undefined;
  Update?: Omit<UpdateItemInput, 'ReturnValues'> | undefined;
  Delete?: Omit<DeleteItemInput, 'ReturnValues'> | undefined;
  ConditionCheck?: ConditionCheckInput | undefined;
}

export interface TransactWriteItemsInput {
  TransactItems: TransactWriteItem[] | undefined;
  ClientRequestToken?: string | undefined;
}

export interface CancellationReason {
  Code: string;
  Message?: string;
  Item?: AttributeMap;
}

interface Read {
  TableName: string | undefined;
  ConsistentRead?: boolean | undefined;
  ProjectionExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
}

export interface GetItemInput extends Read {
  Key: AttributeMap | undefined;
}

export interface GetItemOutput {
  Item?: AttributeMap;
}

export interface ScanInput extends Read {
  FilterExpression?: string | undefined;
  ExpressionAttributeValues?: AttributeMap | undefined;
  Limit?: number | undefined;
  ExclusiveStartKey?: AttributeMap | undefined;
  Select?: 'ALL_ATTRIBUTES' | 'SPECIFIC_ATTRIBUTES' | 'COUNT' | undefined;
}

export interface QueryInput extends ScanInput {
  KeyConditionExpression?: string | undefined;
  ScanIndexForward?: boolean | undefined;
}

export interface PageOutput {
  Items?: AttributeMap[];
  Count: number;
  ScannedCount: number;
  LastEvaluatedKey?: AttributeMap;
}

export interface CreateTableInput {
  TableName: string | undefined;
  KeySchema: { AttributeName: string | undefined; KeyType: string | undefined }[] | undefined;
  AttributeDefinitions: { AttributeName: string | undefined; AttributeType: string | undefined }[] | undefined;
  BillingMode?: string | undefined;
}

export interface TableDescription {
  TableName: string;
  TableArn: string;
  TableStatus: 'ACTIVE';
  KeySchema: { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
  AttributeDefinitions: { AttributeName: string; AttributeType: 'S' }[];
  BillingModeSummary: { BillingMode: string };
  /** Milliseconds since the epoch. */
  CreationDateTime: number;
  ItemCount: number;
  TableSizeBytes: number;
}
