/** Step Functions as somebody at a terminal needs it: which switch there is, and an execution with all it has done. */
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type Connection, settings } from './connection.ts';

interface Failed {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** As GetExecutionHistory gives it, the time in milliseconds. */
export interface ExecutionEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly stateEnteredEventDetails?: { readonly name?: string | undefined } | undefined;
  readonly taskSucceededEventDetails?: { readonly output?: string | undefined } | undefined;
  readonly taskFailedEventDetails?: Failed | undefined;
  readonly taskTimedOutEventDetails?: Failed | undefined;
}

export function switchRunsClient(connection: Connection) {
  const client = new SFNClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    /** ARNs of all state machines of the account and Region. */
    async machines(): Promise<string[]> {
      const found: string[] = [];
      for (let from: { nextToken?: string } = {}; ; ) {
        const command = new ListStateMachinesCommand(from);
        const { stateMachines = [], nextToken } = await clock.within(timeoutMilliseconds, (abortSignal) =>
          client.send(command, { abortSignal }),
        );
        found.push(...stateMachines.map(({ stateMachineArn = '' }) => stateMachineArn));
        if (nextToken === undefined) return found;
        from = { nextToken };
      }
    },

    /** @param input JSON text */
    async start(stateMachineArn: string, name: string, input: string): Promise<string> {
      const { executionArn = '' } = await clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(new StartExecutionCommand({ stateMachineArn, name, input }), { abortSignal }),
      );
      return executionArn;
    },

    /** Undefined: there is no such execution. */
    async describe(executionArn: string) {
      try {
        const { status, output, error, cause } = await clock.within(timeoutMilliseconds, (abortSignal) =>
          client.send(new DescribeExecutionCommand({ executionArn }), { abortSignal }),
        );
        return { status: String(status), output, error, cause };
      } catch (cause) {
        if (cause instanceof Error && cause.name === 'ExecutionDoesNotExist') return undefined;
        throw cause;
      }
    },

    /** The newest executions of a machine, newest first. */
    async recent(stateMachineArn: string): Promise<{ arn: string; name: string; status: string }[]> {
      const command = new ListExecutionsCommand({ stateMachineArn, maxResults: 50 });
      const { executions = [] } = await clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return executions.map(({ executionArn = '', name = '', status }) => ({
        arn: executionArn,
        name,
        status: String(status),
      }));
    },

    /** Oldest first. */
    async history(executionArn: string): Promise<ExecutionEvent[]> {
      const found: ExecutionEvent[] = [];
      for (let from: { nextToken?: string } = {}; ; ) {
        const command = new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, ...from });
        const { events = [], nextToken } = await clock.within(timeoutMilliseconds, (abortSignal) =>
          client.send(command, { abortSignal }),
        );
        found.push(
          ...events.map(({ id = 0, previousEventId = 0, timestamp, type, ...details }) => ({
            id,
            previousEventId,
            timestamp: timestamp?.getTime() ?? 0,
            type: String(type),
            ...details,
          })),
        );
        if (nextToken === undefined) return found;
        from = { nextToken };
      }
    },
  };
}
