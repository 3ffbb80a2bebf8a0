import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDbCalls, Item } from '../calls.ts';
import { type Connection, settings } from './connection.ts';

export function dynamoDbClient(connection: Connection): DynamoDbCalls {
  const client = new DynamoDBClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    getItem: (input) =>
      clock.within(timeoutMilliseconds, async (abortSignal) => {
        const { Item } = await client.send(new GetItemCommand(input), { abortSignal });
        return { Item: Item as Item | undefined };
      }),
    putItem: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) => client.send(new PutItemCommand(input), { abortSignal })),
    query: (input) =>
      clock.within(timeoutMilliseconds, async (abortSignal) => {
        const { Items, LastEvaluatedKey } = await client.send(new QueryCommand(input), { abortSignal });
        return { Items: Items as Item[] | undefined, LastEvaluatedKey: LastEvaluatedKey as Item | undefined };
      }),
  };
}
