import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { AlarmCalls } from '../calls.ts';
import { type Connection, settings } from './connection.ts';

/** Apart from the client for metrics: a bundle has the commands that its function uses, and no others. */
export function alarmsClient(connection: Connection): AlarmCalls {
  const client = new CloudWatchClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    describeAlarms: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(new DescribeAlarmsCommand(input), { abortSignal }),
      ),
  };
}
