import type { DynamoDb } from '../../../models/dynamodb/dynamodb.ts';
import { jsonProtocol } from '../json-protocol.ts';
import { operation, type Service } from '../service.ts';
import { list, type Members, map, oneOf, type Shape, structure } from '../shape.ts';

/** Exactly one of these members is there; which one is the model's to judge. */
const value: Shape = structure({
  S: 'string',
  N: 'string',
  B: 'blob',
  BOOL: 'boolean',
  NULL: 'boolean',
  L: list(() => value),
  M: map(() => value),
  SS: list('string'),
  NS: list('string'),
  BS: list('blob'),
});
const attributes = map(value);

const placeholders: Members = { ExpressionAttributeNames: map('string'), ExpressionAttributeValues: attributes };
const conditional: Members = {
  TableName: 'string',
  ConditionExpression: 'string',
  ReturnValuesOnConditionCheckFailure: oneOf('NONE', 'ALL_OLD'),
  ...placeholders,
};
const ReturnValues = oneOf('NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW');
const put: Members = { ...conditional, Item: attributes };
const keyed: Members = { ...conditional, Key: attributes };
const update: Members = { ...keyed, UpdateExpression: 'string' };
const scan: Members = {
  TableName: 'string',
  ConsistentRead: 'boolean',
  ProjectionExpression: 'string',
  FilterExpression: 'string',
  Limit: 'integer',
  ExclusiveStartKey: attributes,
  Select: oneOf('ALL_ATTRIBUTES', 'SPECIFIC_ATTRIBUTES', 'COUNT'),
  ...placeholders,
};

export function dynamoDbService(dynamoDb: DynamoDb): Service {
  return {
    signingName: 'dynamodb',
    title: 'DynamoDB',
    protocols: [
      jsonProtocol({
        version: '1.0',
        target: 'DynamoDB_20120810',
        typePrefix: 'com.amazonaws.dynamodb.v20120810#',
      }),
    ],
    timestamps: new Set(['CreationDateTime']),
    operations: {
      CreateTable: operation(
        {
          TableName: 'string',
          KeySchema: list(structure({ AttributeName: 'string', KeyType: 'string' })),
          AttributeDefinitions: list(structure({ AttributeName: 'string', AttributeType: 'string' })),
          BillingMode: 'string',
        },
        dynamoDb.createTable.bind(dynamoDb),
      ),
      DeleteItem: operation({ ...keyed, ReturnValues }, dynamoDb.deleteItem.bind(dynamoDb)),
      DescribeTable: operation({ TableName: 'string' }, dynamoDb.describeTable.bind(dynamoDb)),
      GetItem: operation(
        {
          TableName: 'string',
          Key: attributes,
          ConsistentRead: 'boolean',
          ProjectionExpression: 'string',
          ExpressionAttributeNames: map('string'),
        },
        dynamoDb.getItem.bind(dynamoDb),
      ),
      PutItem: operation({ ...put, ReturnValues }, dynamoDb.putItem.bind(dynamoDb)),
      Query: operation(
        { ...scan, KeyConditionExpression: 'string', ScanIndexForward: 'boolean' },
        dynamoDb.query.bind(dynamoDb),
      ),
      Scan: operation(scan, dynamoDb.scan.bind(dynamoDb)),
      TransactWriteItems: operation(
        {
          TransactItems: list(
            structure({
              Put: structure(put),
              Update: structure(update),
              Delete: structure(keyed),
              ConditionCheck: structure(keyed),
            }),
          ),
          ClientRequestToken: 'string',
        },
        dynamoDb.transactWriteItems.bind(dynamoDb),
      ),
      UpdateItem: operation({ ...update, ReturnValues }, dynamoDb.updateItem.bind(dynamoDb)),
    },
  };
}
