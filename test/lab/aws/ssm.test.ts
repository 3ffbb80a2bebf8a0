import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aws } from '../program.ts';
import { refusal, startsAt, startWorld } from './world.ts';

const Name = '/throwover/shop/active-cluster';
let world: Awaited<ReturnType<typeof startWorld>>;
let client: SSMClient;

beforeAll(async () => {
  world = await startWorld();
  client = new SSMClient(world.client);
});

afterAll(async () => {
  client.destroy();
  await world.server.close();
  expect(world.faults).toEqual([]);
});

describe('SSM through the SDK', () => {
  it('puts and gets a parameter, with the lab’s time', async () => {
    const put = await client.send(new PutParameterCommand({ Name, Value: 'blue', Type: 'String' }));
    expect(put).toMatchObject({ Version: 1, Tier: 'Standard' });
    const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }));
    expect(Parameter).toMatchObject({ Name, Value: 'blue', Version: 1, DataType: 'text' });
    expect(Parameter?.ARN).toBe(`arn:aws:ssm:eu-west-1:123456789012:parameter${Name}`);
    expect(Parameter?.LastModifiedDate).toEqual(new Date(startsAt));
  });

  it('gets several, and by their path', async () => {
    await client.send(new PutParameterCommand({ Name: '/throwover/shop/state', Value: '{}', Type: 'String' }));
    const several = await client.send(new GetParametersCommand({ Names: [Name, '/nobody'] }));
    expect(several.Parameters?.map((one) => one.Name)).toEqual([Name]);
    expect(several.InvalidParameters).toEqual(['/nobody']);
    const first = await client.send(
      new GetParametersByPathCommand({ Path: '/throwover', Recursive: true, MaxResults: 1 }),
    );
    expect(first.Parameters).toHaveLength(1);
    const rest = await client.send(
      new GetParametersByPathCommand({ Path: '/throwover', Recursive: true, NextToken: first.NextToken }),
    );
    expect(rest.Parameters?.map((one) => one.Name)).toEqual(['/throwover/shop/state']);
  });

  it('remembers versions', async () => {
    await client.send(new PutParameterCommand({ Name, Value: 'green', Overwrite: true }));
    const { Parameters } = await client.send(new GetParameterHistoryCommand({ Name }));
    expect(Parameters?.map(({ Version, Value }) => [Version, Value])).toEqual([
      [1, 'blue'],
      [2, 'green'],
    ]);
  });

  it('deletes', async () => {
    await client.send(new PutParameterCommand({ Name: '/gone', Value: 'x', Type: 'String' }));
    await client.send(new DeleteParameterCommand({ Name: '/gone' }));
    expect(await refusal(client.send(new GetParameterCommand({ Name: '/gone' })))).toMatchObject({
      name: 'ParameterNotFound',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('refuses in the words of the service', async () => {
    const again = client.send(new PutParameterCommand({ Name, Value: 'blue', Type: 'String' }));
    expect(await refusal(again)).toMatchObject({ name: 'ParameterAlreadyExists' });
  });

  it('says which operation it does not have, and where the list is', async () => {
    expect(await refusal(client.send(new DescribeParametersCommand({})))).toMatchObject({
      name: 'NotImplemented',
      message: expect.stringMatching(/DescribeParameters of SSM Parameter Store.*docs\/reference\/lab\.md/),
      $metadata: { httpStatusCode: 501 },
    });
  });

  it('says which member it does not have, instead of ignoring it', async () => {
    const tagged = new PutParameterCommand({
      Name: '/t',
      Value: 'x',
      Type: 'String',
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    expect(await refusal(client.send(tagged))).toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('Tags'),
    });
  });
});

describe('SSM through the aws command', () => {
  it('gets a parameter, and says what went wrong', async (context) => {
    const get = (name: string) => aws(context, world.server.endpoint, ['ssm', 'get-parameter', '--name', name]);
    const [found, missing] = await Promise.all([get(Name), refusal(get('/nobody'))]);
    expect(found).toMatchObject({ Parameter: { Value: 'green' } });
    expect(missing.message).toContain('(ParameterNotFound)');
  });
});
