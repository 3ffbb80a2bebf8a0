import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { LambdaCalls } from '../calls.ts';
import { type Connection, settings } from './connection.ts';

export function lambdaClient(connection: Connection): LambdaCalls {
  const client = new LambdaClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    invoke: ({ FunctionName, Payload: text }) =>
      clock.within(timeoutMilliseconds, async (abortSignal) => {
        const command = new InvokeCommand({ FunctionName, Payload: new TextEncoder().encode(text) });
        const { FunctionError, Payload } = await client.send(command, { abortSignal });
        return { FunctionError, Payload: new TextDecoder().decode(Payload) };
      }),
  };
}
