import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { StepFunctionsCalls } from '../calls.ts';
import { type Connection, settings } from './connection.ts';

export function stepFunctionsClient(connection: Connection): StepFunctionsCalls {
  const client = new SFNClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    describeExecution: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(new DescribeExecutionCommand(input), { abortSignal }),
      ),
    startExecution: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(new StartExecutionCommand(input), { abortSignal }),
      ),
  };
}
