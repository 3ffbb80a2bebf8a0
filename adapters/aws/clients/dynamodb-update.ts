/** DynamoDB for whoever writes a few attributes of an item; functions write whole items and do not carry this. */
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDbUpdateCalls } from '../calls.ts';
import { type Connection, settings } from './connection.ts';

export function dynamoDbUpdateClient(connection: Connection): DynamoDbUpdateCalls {
  const client = new DynamoDBClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    updateItem: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) => client.send(new UpdateItemCommand(input), { abortSignal })),
  };
}
