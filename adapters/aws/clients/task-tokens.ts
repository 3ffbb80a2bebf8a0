import { SendTaskHeartbeatCommand, SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { TaskTokenCalls } from '../calls.ts';
import { type Connection, settings } from './connection.ts';

export function taskTokensClient(connection: Connection): TaskTokenCalls {
  const client = new SFNClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    sendTaskSuccess: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(new SendTaskSuccessCommand(input), { abortSignal }),
      ),
    sendTaskHeartbeat: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(new SendTaskHeartbeatCommand(input), { abortSignal }),
      ),
  };
}
