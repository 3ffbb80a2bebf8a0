import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventBridgeCalls } from '../calls.ts';
import { type Connection, settings } from './connection.ts';

export function eventBridgeClient(connection: Connection): EventBridgeCalls {
  const client = new EventBridgeClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    putEvents: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) => client.send(new PutEventsCommand(input), { abortSignal })),
  };
}
