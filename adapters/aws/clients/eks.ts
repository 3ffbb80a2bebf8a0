import {
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  EKSClient,
  ListNodegroupsCommand,
  UpdateNodegroupConfigCommand,
} from '@aws-sdk/client-eks';
import type { EksCalls } from '../calls.ts';
import { type Connection, type Credentials, settings } from './connection.ts';

/** Beside its calls: the credentials it signs with, for whoever signs something else with them. */
export interface EksClient extends EksCalls {
  credentials(): Promise<Credentials>;
}

export function eksClient(connection: Connection): EksClient {
  const client = new EKSClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  return {
    credentials: () => clock.within(timeoutMilliseconds, () => client.config.credentials()),
    describeCluster: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(new DescribeClusterCommand(input), { abortSignal }),
      ),
    listNodegroups: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(new ListNodegroupsCommand(input), { abortSignal }),
      ),
    describeNodegroup: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(new DescribeNodegroupCommand(input), { abortSignal }),
      ),
    updateNodegroupConfig: (input) =>
      clock.within(timeoutMilliseconds, (abortSignal) =>
        client.send(new UpdateNodegroupConfigCommand(input), { abortSignal }),
      ),
  };
}
