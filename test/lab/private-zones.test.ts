/** A private zone beside a public one of its name, on sockets: two resolvers, and who stands where asks which. */
import { Resolver } from 'node:dns/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Topology } from '../../core/topology/schema.ts';
import { functionName } from '../../lab/world/names.ts';
import { labTopology } from '../lab-topology.ts';
import { type SteppedLab, startSteppedLab } from './stepped-lab.ts';

const PRIVATE = 'Z0PRIVATE';
const NOTE = 'note.example.test';
const FENCE = 'shop._throwover.example.test';

/** Inside the VPC the private zone hides the public one. */
function shadowed(): Topology {
  const topology = labTopology();
  const zones = topology.pairs.shop?.zones;
  zones?.splice(1, 0, { name: 'example.test', id: PRIVATE, layout: 'records', private: true });
  return topology;
}

let stepped: SteppedLab;
beforeAll(async () => {
  stepped = await startSteppedLab(shadowed());
  const note = { Name: NOTE, Type: 'TXT' as const, TTL: 60, ResourceRecords: [{ Value: '"for the inside"' }] };
  const ChangeBatch = { Changes: [{ Action: 'CREATE' as const, ResourceRecordSet: note }] };
  stepped.lab.world.route53.changeResourceRecordSets({ HostedZoneId: PRIVATE, ChangeBatch }, 'somebody');
  await stepped.pass(60_000);
}, 120_000);
afterAll(() => stepped?.close());

function textsAt(server: string, name: string): Promise<string[]> {
  const resolver = new Resolver({ tries: 1 });
  resolver.setServers([server]);
  return resolver.resolveTxt(name).then((texts) => texts.map((strings) => strings.join('')));
}

/** What a packaged function answers. */
async function invoked(key: string, Payload: unknown): Promise<unknown> {
  const answer = stepped.lab.world.lambda.invoke({ FunctionName: functionName(key), Payload });
  await stepped.pass(1_000);
  return (await answer).Payload;
}

describe('a private zone of the lab on sockets', () => {
  it('is listed beside the public one of its name', () => {
    expect(stepped.lab.file).toMatchObject({
      zones: { 'example.test': 'Z0EXAMPLE', 'example.test (private)': PRIVATE },
      vpcDns: expect.stringMatching(/^127\.0\.0\.3:\d+$/),
    });
  });

  it('answers at the resolver of the VPC, and nowhere else', async () => {
    const { dns, vpcDns } = stepped.lab.file;
    expect(await textsAt(vpcDns, NOTE)).toEqual(['for the inside']);
    await expect(textsAt(dns, NOTE)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(await textsAt(vpcDns, 'shop._throwover.pivot.test')).toEqual(
      await textsAt(dns, 'shop._throwover.pivot.test'),
    );
  });

  it('answers the packaged functions that stand inside', async () => {
    expect(await invoked('ask-inside', { questions: [{ name: `${NOTE}.`, type: 'TXT' }] })).toMatchObject({
      answers: [{ rcode: 'NOERROR', texts: ['for the inside'] }],
    });
  });

  it('that takes no change holds a run, and the terminal outside sees the public twin', async () => {
    await stepped.asked('POST', '/fault', { fault: 'zone-locked', name: 'example.test (private)' });
    const held = await stepped.run({ mode: 'switchover', to: 'green', reason: 'a try' });
    expect(held.because?.join('\n')).toContain('example.test (private) takes no change');
    await stepped.pass(60_000);
    const { dns, vpcDns } = stepped.lab.file;
    const [[outside], [inside]] = [await textsAt(dns, FENCE), await textsAt(vpcDns, FENCE)];
    expect(outside).toMatch(/ epoch=2 /);
    expect(inside).toMatch(/ epoch=1 /);
    await stepped.asked('POST', '/fault', { fault: 'heal' });
  }, 60_000);

  it('moves with the pair, verified inside', async () => {
    const record = await stepped.run({ mode: 'switchover', to: 'green', reason: 'a try' });
    expect(record).toMatchObject({ outcome: 'Switched', active: 'green' });
    expect(record.zones).toContainEqual(
      expect.objectContaining({ zone: 'example.test (private)', ring: 0, effective: 'green' }),
    );
    expect(await textsAt(stepped.lab.file.vpcDns, FENCE)).toEqual([expect.stringContaining('active=green')]);
  }, 60_000);
});
