/** EKS for whoever asks what it is changing. */
import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  DescribeUpdateCommand,
  EKSClient,
  ListAddonsCommand,
  ListNodegroupsCommand,
  ListUpdatesCommand,
} from '@aws-sdk/client-eks';
import type { EksUpdateCalls } from '../calls.ts';
import { type Connection, settings } from './connection.ts';

export function eksUpdatesClient(connection: Connection): EksUpdateCalls {
  const client = new EKSClient(settings(connection));
  const { clock, timeoutMilliseconds } = connection;
  const within = <T>(ask: (options: { abortSignal: AbortSignal }) => Promise<T>) =>
    clock.within(timeoutMilliseconds, (abortSignal) => ask({ abortSignal }));
  return {
    describeCluster: (input) => within((options) => client.send(new DescribeClusterCommand(input), options)),
    listNodegroups: (input) => within((options) => client.send(new ListNodegroupsCommand(input), options)),
    describeNodegroup: (input) => within((options) => client.send(new DescribeNodegroupCommand(input), options)),
    listAddons: (input) => within((options) => client.send(new ListAddonsCommand(input), options)),
    describeAddon: (input) => within((options) => client.send(new DescribeAddonCommand(input), options)),
    listUpdates: (input) => within((options) => client.send(new ListUpdatesCommand(input), options)),
    describeUpdate: (input) =>
      within(async (options) => {
        const { update: { id, status, type, createdAt } = {} } = await client.send(
          new DescribeUpdateCommand(input),
          options,
        );
        return { update: { id, status, type, createdAt: createdAt?.getTime() } };
      }),
  };
}
