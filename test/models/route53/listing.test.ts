import { describe, expect, it } from 'vitest';
import { a, change, generous, listing, refusal, send, text, weighted, world } from './world.ts';

describe('a listing of record sets', () => {
  it('is in the order of names with labels reversed, then types, then identifiers', () => {
    const { route53 } = world(generous, [
      text('www.example.test', 'x'),
      weighted('www.example.test', 'green', 1),
      weighted('www.example.test', 'blue', 1),
      a('a.www.example.test', '192.0.2.1'),
      a('*.example.test', '192.0.2.1'),
      a('_x.example.test', '192.0.2.1'),
      a('a-b.example.test', '192.0.2.1'),
      a('a.example.test', '192.0.2.1'),
      a('z.a.example.test', '192.0.2.1'),
    ]);
    expect(listing(route53).map((set) => [set.Name, set.Type, set.SetIdentifier].filter(Boolean).join(' '))).toEqual([
      'example.test. NS',
      'example.test. SOA',
      '\\052.example.test. A',
      '_x.example.test. A',
      'a-b.example.test. A', // `-` comes before the dot that ends a label
      'a.example.test. A',
      'z.a.example.test. A',
      'www.example.test. A blue',
      'www.example.test. A green',
      'www.example.test. TXT',
      'a.www.example.test. A',
    ]);
  });

  it('has at most 300 sets a page and goes on at the next one, also inside a weighted group', () => {
    const groups = Array.from({ length: 100 }, (_, at) => `g${at}.example.test`);
    const sets = groups.flatMap((name) => Array.from({ length: 7 }, (_, id) => weighted(name, `id-${id}`, 1)));
    const { route53 } = world(generous, sets);
    const first = route53.listResourceRecordSets({ HostedZoneId: 'Z1', MaxItems: 1_000 });
    expect(first.ResourceRecordSets).toHaveLength(300);
    expect(first).toMatchObject({
      IsTruncated: true,
      NextRecordType: 'A',
      NextRecordIdentifier: 'id-4',
      MaxItems: 300,
    });
    expect(listing(route53)).toHaveLength(702);
    expect(new Set(listing(route53).map((set) => JSON.stringify(set))).size).toBe(702);
  });

  it('starts at a name, type and identifier, whether they exist or not', () => {
    const { route53 } = world(generous, [
      weighted('m.example.test', 'blue', 1),
      weighted('m.example.test', 'green', 1),
      text('m.example.test', 'x'),
    ]);
    const from = (StartRecordName: string, StartRecordType?: string, StartRecordIdentifier?: string) => {
      const input = { HostedZoneId: 'Z1', StartRecordName, StartRecordType, StartRecordIdentifier, MaxItems: 1 };
      const [set] = route53.listResourceRecordSets(input).ResourceRecordSets;
      return set && [set.Type, set.SetIdentifier].filter(Boolean).join(' ');
    };
    expect(from('M.example.test')).toBe('A blue');
    expect(from('l.example.test')).toBe('A blue');
    expect(from('m.example.test', 'A', 'c')).toBe('A green');
    expect(from('m.example.test', 'AAAA')).toBe('TXT');
    expect(from('n.example.test')).toBeUndefined();
  });

  it('refuses a type without a name and an identifier without a type', () => {
    const { route53 } = world(generous);
    const list = (more: object) => refusal(() => route53.listResourceRecordSets({ HostedZoneId: 'Z1', ...more }));
    expect(list({ StartRecordType: 'A' })).toContain('InvalidInput');
    expect(list({ StartRecordName: 'example.test', StartRecordIdentifier: 'blue' })).toContain('InvalidInput');
    expect(list({ MaxItems: 0 })).toContain('InvalidInput');
  });

  it('follows deletions and creations of the same key', () => {
    const { route53 } = world(generous, [a('b.example.test', '192.0.2.1')]);
    const names = () => listing(route53).map((set) => set.Name.split('.')[0]);
    expect(names()).toEqual(['example', 'example', 'b']);
    send(
      route53,
      change('DELETE', a('b.example.test', '192.0.2.1')),
      change('CREATE', a('a.example.test', '192.0.2.1')),
    );
    expect(names()).toEqual(['example', 'example', 'a']);
    send(
      route53,
      change('CREATE', a('b.example.test', '192.0.2.1')),
      change('DELETE', a('a.example.test', '192.0.2.1')),
    );
    send(route53, change('CREATE', a('a.example.test', '192.0.2.1')));
    expect(names()).toEqual(['example', 'example', 'a', 'b']);
  });

  it('knows only its own zones', () => {
    expect(refusal(() => world().route53.listResourceRecordSets({ HostedZoneId: '/hostedzone/Z9' }))).toBe(
      'NoSuchHostedZone: No hosted zone found with ID: Z9',
    );
  });
});

describe('listings of zones', () => {
  it('page through all zones', () => {
    const { route53 } = world(generous);
    route53.createZone({ name: 'pivot.test', id: 'Z2' });
    const first = route53.listHostedZones({ MaxItems: 1 });
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'Z2', MaxItems: 1 });
    expect(route53.listHostedZones({ Marker: first.NextMarker }).HostedZones).toEqual([
      {
        Id: '/hostedzone/Z2',
        Name: 'pivot.test.',
        CallerReference: 'model-Z2',
        Config: { PrivateZone: false },
        ResourceRecordSetCount: 2,
      },
    ]);
  });

  it('find zones by name, public and private ones of one name side by side', () => {
    const { route53 } = world(generous);
    route53.createZone({ name: 'a.test', id: 'Z3' });
    route53.createZone({ name: 'example.test', id: 'Z0', private: true });
    const ids = (input: object) => route53.listHostedZonesByName(input).HostedZones.map(({ Id }) => Id.slice(12));
    expect(ids({})).toEqual(['Z3', 'Z0', 'Z1']);
    expect(ids({ DNSName: 'example.test' })).toEqual(['Z0', 'Z1']);
    expect(route53.listHostedZonesByName({ DNSName: 'example.test', MaxItems: 1 })).toMatchObject({
      IsTruncated: true,
      NextDNSName: 'example.test.',
      NextHostedZoneId: 'Z1',
    });
  });

  it('tell the name servers of a zone', () => {
    const { route53 } = world(generous);
    route53.createZone({ name: 'four.test', id: 'Z4', nameServers: ['a.test', 'b.test', 'c.test', 'd.test'] });
    expect(route53.getHostedZone({ Id: '/hostedzone/Z4' }).DelegationSet).toEqual({
      NameServers: ['a.test', 'b.test', 'c.test', 'd.test'],
    });
  });
});
