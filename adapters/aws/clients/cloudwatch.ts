import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchCalls } from '../calls.ts';
import { type Connection, settings } from './connection.ts';

export function cloudWatchClient(connection: Connection): CloudWatchCalls {
  const client = new CloudWatchClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    getMetricData: ({ MetricDataQueries, StartTime, EndTime }) =>
      clock.within(timeoutMilliseconds, async (abortSignal) => {
        const asked = { MetricDataQueries, StartTime: new Date(StartTime), EndTime: new Date(EndTime) };
        const { MetricDataResults = [] } = await client.send(new GetMetricDataCommand(asked), { abortSignal });
        return {
          MetricDataResults: MetricDataResults.map(({ Id = '', Timestamps = [], Values = [] }) => ({
            Id,
            Timestamps: Timestamps.map((at) => at.getTime()),
            Values,
          })),
        };
      }),
  };
}
