import { GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { SsmCalls } from '../calls.ts';
import { type Connection, settings } from './connection.ts';

export function ssmClient(connection: Connection): SsmCalls {
  const client = new SSMClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    getParameters: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) => client.send(new GetParametersCommand(input), { abortSignal })),
    putParameter: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) => client.send(new PutParameterCommand(input), { abortSignal })),
  };
}
