import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeNodegroupCommand,
  DescribeUpdateCommand,
  EKSClient,
  ListAddonsCommand,
  ListClustersCommand,
  ListNodegroupsCommand,
  ListUpdatesCommand,
  UpdateNodegroupConfigCommand,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aws } from '../program.ts';
import { refusal, startWorld } from './world.ts';

let world: Awaited<ReturnType<typeof startWorld>>;
let client: EKSClient;
const clusterName = 'blue';
const nodegroupName = 'blue-nodes';

beforeAll(async () => {
  world = await startWorld();
  client = new EKSClient(world.client);
});

afterAll(async () => {
  client.destroy();
  await world.server.close();
  expect(world.faults).toEqual([]);
});

describe('EKS through the SDK', () => {
  it('lists and describes clusters', async () => {
    expect((await client.send(new ListClustersCommand({}))).clusters).toEqual(['blue']);
    const { cluster } = await client.send(new DescribeClusterCommand({ name: 'blue' }));
    expect(cluster).toMatchObject({ status: 'ACTIVE', endpoint: 'https://127.0.0.11:6443' });
    expect(cluster?.certificateAuthority).toEqual({ data: 'UEVN' });
    expect(cluster?.createdAt).toBeInstanceOf(Date);
  });

  it('describes add-ons', async () => {
    const { addons } = await client.send(new ListAddonsCommand({ clusterName }));
    expect(addons).toEqual(['coredns', 'kube-proxy', 'vpc-cni']);
    const { addon } = await client.send(new DescribeAddonCommand({ clusterName, addonName: 'vpc-cni' }));
    expect(addon).toMatchObject({ status: 'ACTIVE', addonName: 'vpc-cni' });
  });

  it('changes the size of a node group, which takes time', async () => {
    expect((await client.send(new ListNodegroupsCommand({ clusterName }))).nodegroups).toEqual([nodegroupName]);
    const scalingConfig = { minSize: 4, maxSize: 12, desiredSize: 5 };
    const asked = { clusterName, nodegroupName, scalingConfig };
    const { update } = await client.send(new UpdateNodegroupConfigCommand(asked));
    expect(update).toMatchObject({ status: 'InProgress', type: 'ConfigUpdate' });
    expect(await refusal(client.send(new UpdateNodegroupConfigCommand(asked)))).toMatchObject({
      name: 'ResourceInUseException',
      $metadata: { httpStatusCode: 409 },
    });
    const { updateIds } = await client.send(new ListUpdatesCommand({ name: 'blue', nodegroupName }));
    expect(updateIds).toEqual([update?.id]);
    world.clock.pass(60_000);
    const over = await client.send(new DescribeUpdateCommand({ name: 'blue', updateId: update?.id, nodegroupName }));
    expect(over.update?.status).toBe('Successful');
    const { nodegroup } = await client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
    expect(nodegroup?.scalingConfig).toEqual(scalingConfig);
  });

  it('refuses in the words of the service', async () => {
    expect(await refusal(client.send(new DescribeClusterCommand({ name: 'red' })))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'No cluster found for name: red.',
      $metadata: { httpStatusCode: 404 },
    });
    expect(await refusal(client.send(new ListClustersCommand({ maxResults: 1 })))).toMatchObject({
      name: 'NotImplemented',
    });
  });
});

describe('EKS through the aws command', () => {
  it('describes a cluster', async (context) => {
    const described = await aws(context, world.server.endpoint, ['eks', 'describe-cluster', '--name', 'blue']);
    expect(described).toMatchObject({ cluster: { name: 'blue', status: 'ACTIVE' } });
  });
});
