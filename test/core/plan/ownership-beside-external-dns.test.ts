/**
 * Ownership beside ExternalDNS itself: whatever forms its registry has, and whatever its policy, owner id and prefix are,
 * records that were taken are left alone by it, and what is given back is what it had written, to the letter.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromAws, toAws } from '../../../adapters/aws/record-shape.ts';
import type { Change } from '../../../core/plan/batch.ts';
import { missingSource, OUR_OWNER, ownerOf, returnedChanges, takenChanges } from '../../../core/plan/ownership.ts';
import { readingOf } from '../../../core/plan/reading.ts';
import { pairOf } from '../../../core/topology/index.ts';
import type { Endpoint } from '../../../models/external-dns/endpoint.ts';
import { ExternalDns, type ExternalDnsSettings } from '../../../models/external-dns/external-dns.ts';
import { seeded } from '../../../models/random.ts';
import { Route53 } from '../../../models/route53/route53.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { labTopology } from '../../lab-topology.ts';

const pair = pairOf(labTopology());
const ZONE = { id: 'Z0EXAMPLE', name: 'example.test' };
const zone = pair.zones.find(({ name }) => name === ZONE.name) ?? pair.zones[0];
const hosts = Object.values(pair.services)
  .flatMap((service) => service.hosts)
  .filter((host) => host.endsWith('.example.test'));

interface Form {
  affix: { prefix: string; suffix: string };
  aliasForm: 'a' | 'cname';
  policy: 'sync' | 'upsert-only' | 'create-only';
  owner: string;
}

/** A prefix or a suffix: ExternalDNS refuses to start with both. */
const affixes = fc.oneof(
  fc.record({ prefix: fc.constantFrom('', 'edns.', '_external-dns.', 'a.b.', 'dns-'), suffix: fc.constant('') }),
  fc.record({ prefix: fc.constant(''), suffix: fc.constantFrom('-txt', '_edns') }),
);
const forms: fc.Arbitrary<Form> = fc.record({
  affix: affixes,
  aliasForm: fc.constantFrom('a', 'cname'),
  policy: fc.constantFrom('sync', 'upsert-only', 'create-only'),
  owner: fc.constantFrom('blue', 'default', 'eu-west-1_blue', 'team/shop', '$1'),
});

/** A zone that the ExternalDNS of blue has filled, and green's. */
async function filled({ affix, aliasForm, policy, owner }: Form) {
  const clock = new SteppedClock(0);
  const route53 = new Route53({ clock, random: seeded(1), loadBalancers: () => undefined });
  route53.createZone(ZONE);
  const weights: Record<string, number> = { blue: 100, green: 0 };
  const gone = new Set<string>();
  const source = (cluster: string) => (): Endpoint[] =>
    hosts
      .filter((host) => !gone.has(host))
      .map((host) => ({
        name: host,
        types: ['A', 'AAAA'],
        target: { loadBalancer: `${cluster}-lb.elb.test`, zone: 'Z0ELB', evaluateTargetHealth: false },
        setIdentifier: cluster,
        weight: weights[cluster],
        resource: `ingress/${host.split('.')[0]}/${host.split('.')[0]}`,
      }));
  const instance = (cluster: string, more: Partial<ExternalDnsSettings>) =>
    new ExternalDns({
      ...{ clock, random: seeded(2), owner: cluster, zones: [ZONE], source: source(cluster), route53 },
      registry: { ...affix, aliasForm },
      ...more,
    });
  const blue = instance('blue', { owner, policy });
  const turn = async (one: ExternalDns) => {
    const done = one.loop();
    await clock.run(120_000);
    await done;
  };
  await turn(blue);
  await turn(instance('green', { owner: `${owner}-green`, policy }));
  const listed = () => route53.recordSets(ZONE.id).filter(({ Type }) => Type !== 'NS' && Type !== 'SOA');
  const reading = () => {
    if (zone === undefined) throw new Error('no zone');
    return readingOf(pair, zone, listed().map(fromAws));
  };
  const apply = (changes: readonly Change[]) =>
    route53.changeResourceRecordSets({
      HostedZoneId: ZONE.id,
      ChangeBatch: {
        Changes: changes.map(({ action, record }) => ({ Action: action, ResourceRecordSet: toAws(record) })),
      },
    });
  const taken = () => reading().names.flatMap((name) => takenChanges(reading(), name, 'blue'));
  const returned = () => reading().names.flatMap((name) => returnedChanges(reading(), name, 'blue'));
  const owners = () => [
    ...new Set(
      listed()
        .filter(({ Type, SetIdentifier }) => Type === 'TXT' && SetIdentifier === 'blue')
        .map((set) => ownerOf(fromAws(set))),
    ),
  ];
  return { blue, weights, gone, turn, listed, reading, apply, taken, returned, owners };
}

describe('records of an ExternalDNS, in every form that its registry has', () => {
  it('are left alone by it while they are ours, and are given back to the letter', async () => {
    await fc.assert(
      fc.asyncProperty(forms, fc.boolean(), async (form, sourceGone) => {
        const world = await filled(form);
        const before = world.listed();
        expect(before.filter(({ Type }) => Type === 'TXT')).toHaveLength(hosts.length * 4);
        expect(world.owners()).toEqual([form.owner]);

        world.apply(world.taken());
        expect(world.owners()).toEqual([OUR_OWNER]);
        const ours = world.listed();
        // a zombie with other weights in mind, or one whose Ingresses are gone
        world.weights.blue = 77;
        if (sourceGone) for (const host of hosts) world.gone.add(host);
        const { upserted, deleted } = world.blue.written;
        for (let loops = 0; loops < 3; loops++) await world.turn(world.blue);
        expect(world.listed()).toEqual(ours);
        expect(world.blue.written).toMatchObject({ upserted, deleted });

        world.apply(world.returned());
        expect(world.listed()).toEqual(before);
        // it is the owner again: it does what it wants
        await world.turn(world.blue);
        if (form.policy !== 'create-only' && !sourceGone) expect(world.listed()).not.toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  it('name the object that they are for: one that is not there keeps the record with us', async () => {
    await fc.assert(
      fc.asyncProperty(forms, fc.subarray(hosts), async (form, there) => {
        const world = await filled(form);
        world.apply(world.taken());
        const sources = new Set(there.map((host) => `ingress/${host.split('.')[0]}/${host.split('.')[0]}`));
        const reading = world.reading();
        for (const name of reading.names) {
          const host = name.name.replace(/\.$/, '');
          const missing = missingSource(reading, name, 'blue', sources);
          expect(missing === undefined).toBe(there.includes(host));
        }
      }),
      { numRuns: 30 },
    );
  });
});
