import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aws } from '../program.ts';
import { refusal, startsAt, startWorld, weighted, ZONE } from './world.ts';

let world: Awaited<ReturnType<typeof startWorld>>;
let client: Route53Client;

beforeAll(async () => {
  world = await startWorld();
  client = new Route53Client(world.client);
});

afterAll(async () => {
  client.destroy();
  await world.server.close();
  expect(world.faults).toEqual([]);
});

const change = (Action: 'CREATE' | 'DELETE' | 'UPSERT', ResourceRecordSet: ReturnType<typeof weighted>) =>
  new ChangeResourceRecordSetsCommand({
    HostedZoneId: ZONE,
    ChangeBatch: { Comment: 'shop/run-1/43/1', Changes: [{ Action, ResourceRecordSet }] },
  });

describe('Route 53 through the SDK', () => {
  it('lists zones', async () => {
    const { HostedZones, IsTruncated, MaxItems } = await client.send(new ListHostedZonesCommand({}));
    expect({ IsTruncated, MaxItems }).toEqual({ IsTruncated: false, MaxItems: 100 });
    expect(HostedZones).toMatchObject([
      { Id: `/hostedzone/${ZONE}`, Name: 'example.test.', Config: { PrivateZone: false }, ResourceRecordSetCount: 4 },
    ]);
  });

  it('finds zones by name', async () => {
    const found = await client.send(new ListHostedZonesByNameCommand({ DNSName: 'example.test', MaxItems: 1 }));
    expect(found).toMatchObject({ DNSName: 'example.test', MaxItems: 1, HostedZones: [{ Name: 'example.test.' }] });
  });

  it('shows a zone with its name servers', async () => {
    const { HostedZone, DelegationSet } = await client.send(new GetHostedZoneCommand({ Id: ZONE }));
    expect(HostedZone?.CallerReference).toBe(`model-${ZONE}`);
    expect(DelegationSet?.NameServers).toEqual(['ns-1.awsdns-01.test', 'ns-2.awsdns-02.test']);
  });

  it('lists record sets, a weight of 0 as 0', async () => {
    const page = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: ZONE, StartRecordName: 'shop.example.test', MaxItems: 300 }),
    );
    expect(page.ResourceRecordSets).toEqual([weighted('blue', 100), weighted('green', 0)]);
    expect(page.IsTruncated).toBe(false);
  });

  it('goes on with the next name, type and identifier', async () => {
    const first = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: ZONE, StartRecordName: 'shop.example.test', MaxItems: 1 }),
    );
    expect(first).toMatchObject({ IsTruncated: true, NextRecordType: 'A', NextRecordIdentifier: 'green' });
    const second = await client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: ZONE,
        StartRecordName: first.NextRecordName,
        StartRecordType: first.NextRecordType,
        StartRecordIdentifier: first.NextRecordIdentifier,
      }),
    );
    expect(second.ResourceRecordSets).toEqual([weighted('green', 0)]);
  });

  it('applies a batch, answers PENDING with the lab’s time, and INSYNC when every server has it', async () => {
    const text = { Name: '_fence.example.test.', Type: 'TXT' as const, TTL: 60 };
    const { ChangeInfo } = await client.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: ZONE,
        ChangeBatch: {
          Changes: [
            {
              Action: 'CREATE',
              ResourceRecordSet: { ...text, ResourceRecords: [{ Value: '"v=1 <&> \\"quoted\\" epoch=43"' }] },
            },
          ],
        },
      }),
    );
    expect(ChangeInfo?.Status).toBe('PENDING');
    expect(ChangeInfo?.SubmittedAt).toEqual(new Date(startsAt));
    const listed = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: ZONE, StartRecordName: text.Name, MaxItems: 1 }),
    );
    expect(listed.ResourceRecordSets?.[0]?.ResourceRecords).toEqual([{ Value: '"v=1 <&> \\"quoted\\" epoch=43"' }]);
    world.clock.pass(60_000);
    const after = await client.send(new GetChangeCommand({ Id: ChangeInfo?.Id }));
    expect(after.ChangeInfo?.Status).toBe('INSYNC');
  });

  it('shows an alias as it was written', async () => {
    const alias = {
      Name: 'alias.example.test.',
      Type: 'A' as const,
      AliasTarget: { HostedZoneId: 'Z0ELBBLUE', DNSName: 'blue-lb.elb.test.', EvaluateTargetHealth: false },
    };
    await client.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: ZONE,
        ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: alias }] },
      }),
    );
    const listed = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: ZONE, StartRecordName: alias.Name, MaxItems: 1 }),
    );
    expect(listed.ResourceRecordSets).toEqual([alias]);
  });

  it('refuses in the words of the service', async () => {
    expect(await refusal(client.send(change('CREATE', weighted('blue', 100))))).toMatchObject({
      name: 'InvalidChangeBatch',
      message: expect.stringContaining('but it already exists'),
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(await refusal(client.send(change('UPSERT', weighted('blue', 256))))).toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('less than or equal to 255'),
    });
    expect(await refusal(client.send(new GetHostedZoneCommand({ Id: 'Z0NOBODY' })))).toMatchObject({
      name: 'NoSuchHostedZone',
      $metadata: { httpStatusCode: 404 },
    });
    expect(await refusal(client.send(new GetChangeCommand({ Id: 'C0NOBODY' })))).toMatchObject({
      name: 'NoSuchChange',
    });
  });

  it('tells the model who asks, by the access key id', () => {
    expect(world.route53.counters.of('steer').calls.ListHostedZones).toBe(1);
  });
});

describe('Route 53 through the aws command', () => {
  it('lists zones and records, changes and waits', async (context) => {
    const { endpoint } = world.server;
    const zones = (await aws(context, endpoint, ['route53', 'list-hosted-zones'])) as { HostedZones: unknown[] };
    expect(zones.HostedZones).toMatchObject([{ Name: 'example.test.' }]);
    const batch = { Changes: [{ Action: 'UPSERT', ResourceRecordSet: weighted('blue', 99) }] };
    const args = ['--hosted-zone-id', ZONE, '--change-batch', JSON.stringify(batch)];
    const changed = (await aws(context, endpoint, ['route53', 'change-resource-record-sets', ...args])) as {
      ChangeInfo: { Id: string; Status: string };
    };
    expect(changed.ChangeInfo.Status).toBe('PENDING');
    world.clock.pass(60_000);
    const [listed, insync] = await Promise.all([
      aws(context, endpoint, ['route53', 'list-resource-record-sets', '--hosted-zone-id', ZONE]),
      aws(context, endpoint, ['route53', 'get-change', '--id', changed.ChangeInfo.Id]),
    ]);
    expect((listed as { ResourceRecordSets: unknown[] }).ResourceRecordSets).toContainEqual(weighted('blue', 99));
    expect(insync).toMatchObject({ ChangeInfo: { Status: 'INSYNC' } });
  });
});
