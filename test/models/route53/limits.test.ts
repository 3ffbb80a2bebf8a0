import { describe, expect, it } from 'vitest';
import type { ResourceRecordSet } from '../../../models/route53/route53.ts';
import { a, alias, balanced, change, generous, listing, refusal, send, text, weighted, world } from './world.ts';

const create = (set: ResourceRecordSet, ...there: ResourceRecordSet[]) => {
  const { route53 } = world(generous, there);
  return refusal(() => send(route53, change('CREATE', set)));
};

describe('a weighted set', () => {
  it('has a weight from 0 to 255', () => {
    for (const weight of [0, 255]) expect(create(weighted('w.example.test', 'blue', weight))).toBe('nothing');
    expect(create(weighted('w.example.test', 'blue', 256))).toBe(
      "InvalidInput: 1 validation error detected: Value '256' at 'changeBatch.changes.1.member.resourceRecordSet.weight' " +
        'failed to satisfy constraint: Member must have value less than or equal to 255',
    );
    for (const weight of [-1, 1.5])
      expect(create(weighted('w.example.test', 'blue', weight))).toContain('InvalidInput');
  });

  it('has an identifier of 1 to 128 characters', () => {
    expect(create(weighted('w.example.test', 'b'.repeat(128), 1))).toBe('nothing');
    for (const identifier of ['', 'b'.repeat(129)]) {
      expect(create(weighted('w.example.test', identifier, 1))).toContain(
        "'changeBatch.changes.1.member.resourceRecordSet.setIdentifier'",
      );
    }
  });

  it('has an identifier and exactly one routing field together', () => {
    const both = { SetIdentifier: 'blue', Weight: 1, Region: 'eu-west-1' };
    expect(create(a('w.example.test', '192.0.2.1', { SetIdentifier: 'blue' }))).toBe(
      'InvalidInput: Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer], ' +
        'but found none in Change with [Action=CREATE, Name=w.example.test, Type=A, SetIdentifier=blue]',
    );
    expect(create(a('w.example.test', '192.0.2.1', both))).toContain('but found more than one');
    expect(create(a('w.example.test', '192.0.2.1', { Weight: 1 }))).toContain("Missing field 'SetIdentifier'");
  });

  it('has exactly one value', () => {
    const two = { ResourceRecords: [{ Value: '192.0.2.1' }, { Value: '192.0.2.2' }] };
    expect(create(weighted('w.example.test', 'blue', 1, two))).toContain('must contain exactly one resource record');
    expect(create(a('w.example.test', '', two))).toBe('nothing');
  });

  it('stands beside no simple set, nor a simple set beside it', () => {
    const simple = a('w.example.test', '192.0.2.1');
    expect(create(weighted('w.example.test', 'blue', 1), simple)).toBe(
      'InvalidChangeBatch: [RRSet with DNS name w.example.test., type A, SetIdentifier blue cannot be created as a ' +
        'non-weighted set exists with the same name and type.]',
    );
    expect(create(simple, weighted('w.example.test', 'blue', 1))).toBe(
      'InvalidChangeBatch: [RRSet with DNS name w.example.test., type A cannot be created as other RRSets exist with the ' +
        'same name and type.]',
    );
    const latency = a('w.example.test', '192.0.2.1', { SetIdentifier: 'eu', Region: 'eu-west-1' });
    expect(create(weighted('w.example.test', 'blue', 1), latency)).toContain('a non-weighted set exists');
    expect(create(latency, weighted('w.example.test', 'blue', 1))).toContain('a non-latency set exists');
  });

  it('changes its policy by DELETE and CREATE in one batch, not by UPSERT', () => {
    const latency = a('w.example.test', '192.0.2.1', { SetIdentifier: 'blue', Region: 'eu-west-1' });
    const { route53 } = world(generous, [latency]);
    expect(refusal(() => send(route53, change('UPSERT', weighted('w.example.test', 'blue', 1))))).toContain(
      'non-weighted',
    );
    const both = [change('DELETE', latency), change('CREATE', weighted('w.example.test', 'blue', 1))];
    expect(refusal(() => send(route53, ...both))).toBe('nothing');
  });

  it('is one of at most 100 with its name and type', () => {
    const many = Array.from({ length: 99 }, (_, at) => weighted('w.example.test', `id-${at}`, 1));
    const { route53 } = world(generous, many);
    expect(refusal(() => send(route53, change('CREATE', weighted('w.example.test', 'hundredth', 1))))).toBe('nothing');
    expect(refusal(() => send(route53, change('CREATE', weighted('w.example.test', 'one more', 1))))).toContain(
      'limit of 100',
    );
  });
});

describe('the TTL of a weighted group', () => {
  const there = [weighted('w.example.test', 'blue', 1), weighted('w.example.test', 'green', 1)];
  const slower = (id: string) => change('UPSERT', weighted('w.example.test', id, 1, { TTL: 300 }));

  it('is one: another one is refused', () => {
    const { route53 } = world(generous, there);
    expect(refusal(() => send(route53, slower('blue')))).toBe(
      'InvalidChangeBatch: [RRSet with DNS name w.example.test., type A, SetIdentifier blue cannot be created as weighted ' +
        'sets must contain the same TTL.]',
    );
    expect(refusal(() => send(route53, slower('blue'), slower('green')))).toContain('the same TTL');
  });

  it('changes when all of the group is deleted and created in one batch', () => {
    const { route53 } = world(generous, there);
    const created = there.map((set) => change('CREATE', { ...set, TTL: 300 }));
    expect(refusal(() => send(route53, ...there.map((set) => change('DELETE', set)), ...created))).toBe('nothing');
  });

  it('may be compared after the batch only', () => {
    const { route53 } = world({ ...generous, ttlCompared: 'after the batch' }, there);
    expect(refusal(() => send(route53, slower('blue')))).toContain('the same TTL');
    expect(refusal(() => send(route53, slower('blue'), slower('green')))).toBe('nothing');
  });

  it('may be rewritten to the last one given', () => {
    const { route53 } = world({ ...generous, mixedTtl: 'rewrite' }, there);
    expect(refusal(() => send(route53, slower('blue')))).toBe('nothing');
    expect(listing(route53).flatMap(({ SetIdentifier, TTL }) => (SetIdentifier ? [TTL] : []))).toEqual([300, 300]);
  });

  it('is none for aliases, which agree with any', () => {
    const { route53 } = world(generous, [weighted('w.example.test', 'blue', 1)]);
    expect(refusal(() => send(route53, change('CREATE', balanced('w.example.test', 'green', 1))))).toBe('nothing');
    const timed = { ...balanced('w.example.test', 'third', 1), TTL: 60 };
    expect(refusal(() => send(route53, change('CREATE', timed)))).toContain('but found more than one');
  });
});

describe('the size of a batch', () => {
  const many = (count: number, set: (name: string) => ResourceRecordSet) =>
    Array.from({ length: count }, (_, at) => set(`n${at}.example.test`));
  const limit = 'InvalidChangeBatch: [Number of records limit of 1000 exceeded.]';

  it.each([
    ['CREATE', 1000, 'values', (name: string) => a(name, '192.0.2.1')],
    ['CREATE', 1000, 'aliases', (name: string) => balanced(name, 'blue', 1)],
    ['UPSERT', 500, 'values', (name: string) => a(name, '192.0.2.1')],
    ['UPSERT', 500, 'aliases', (name: string) => balanced(name, 'blue', 1)],
  ] as const)('is at most 1,000 elements: a %s of %i %s', (action, count, _, set) => {
    const batch = (size: number) => many(size, set).map((one) => change(action, one));
    expect(refusal(() => send(world(generous).route53, ...batch(count)))).toBe('nothing');
    expect(refusal(() => send(world(generous).route53, ...batch(count + 1)))).toBe(limit);
  });

  it('counts every value of a set', () => {
    const values = Array.from({ length: 1001 }, (_, at) => ({ Value: `192.0.${at >> 8}.${at & 255}` }));
    expect(create(a('w.example.test', '', { ResourceRecords: values }))).toBe(limit);
  });

  it.each([
    ['CREATE', 160],
    ['UPSERT', 80],
  ] as const)('is at most 32,000 characters of values: a %s of %i times 200', (action, count) => {
    const batch = (size: number) => many(size, (name) => text(name, 'x'.repeat(198))).map((one) => change(action, one));
    expect(refusal(() => send(world(generous).route53, ...batch(count)))).toBe('nothing');
    expect(refusal(() => send(world(generous).route53, ...batch(count + 1)))).toContain('characters limit of 32000');
  });

  it('has at least one change and a comment of at most 256 characters', () => {
    const { route53 } = world(generous);
    expect(refusal(() => send(route53))).toContain("Value '[]' at 'changeBatch.changes'");
    const commented = (Comment: string) =>
      refusal(() =>
        route53.changeResourceRecordSets({
          HostedZoneId: 'Z1',
          ChangeBatch: { Comment, Changes: [change('UPSERT', a('w.example.test', '192.0.2.1'))] },
        }),
      );
    expect(commented('c'.repeat(256))).toBe('nothing');
    expect(commented('c'.repeat(257))).toContain("'changeBatch.comment' failed to satisfy constraint");
  });
});

describe('a zone', () => {
  it('holds at most 10,000 record sets, its NS and SOA among them', () => {
    const names = Array.from({ length: 9_997 }, (_, at) => a(`n${at}.example.test`, '192.0.2.1'));
    const { route53 } = world(generous, names);
    expect(refusal(() => send(route53, change('CREATE', a('last.example.test', '192.0.2.1'))))).toBe('nothing');
    const oneMore = change('CREATE', a('more.example.test', '192.0.2.1'));
    expect(refusal(() => send(route53, oneMore))).toBe(
      'InvalidChangeBatch: [Number of records limit of 10000 exceeded.]',
    );
    expect(refusal(() => send(route53, change('DELETE', a('last.example.test', '192.0.2.1')), oneMore))).toBe(
      'nothing',
    );
  });
});

describe('names', () => {
  it('are kept in lower case with their last dot', () => {
    const { route53 } = world(generous, [a('WWW.Example.TEST', '192.0.2.1')]);
    expect(listing(route53).at(-1)?.Name).toBe('www.example.test.');
    expect(refusal(() => send(route53, change('DELETE', a('www.EXAMPLE.test.', '192.0.2.1'))))).toBe('nothing');
  });

  it('have * only as the whole leftmost label, listed in octal', () => {
    const { route53 } = world(generous);
    expect(refusal(() => send(route53, change('CREATE', a('*.example.test', '192.0.2.1'))))).toBe('nothing');
    expect(listing(route53).at(-1)?.Name).toBe('\\052.example.test.');
    expect(refusal(() => send(route53, change('DELETE', a('\\052.example.test', '192.0.2.1'))))).toBe('nothing');
    for (const name of ['a.*.example.test', '*a.example.test', 'a*.example.test']) {
      expect(create(a(name, '192.0.2.1'))).toContain('UnsupportedCharacter');
    }
    const unescaped = world({ ...generous, asteriskListed: '*' }, [a('*.example.test', '192.0.2.1')]);
    expect(listing(unescaped.route53).at(-1)?.Name).toBe('*.example.test.');
  });

  it('have labels of 1 to 63 characters, 255 in all, inside the zone', () => {
    expect(create(a(`${'l'.repeat(63)}.example.test`, '192.0.2.1'))).toBe('nothing');
    expect(create(a(`${'l'.repeat(64)}.example.test`, '192.0.2.1'))).toContain('DomainLabelTooLong');
    expect(create(a('a..example.test', '192.0.2.1'))).toContain('DomainLabelEmpty');
    expect(create(a(`${'abcdefg.'.repeat(31)}example.test`, '192.0.2.1'))).toContain('DomainNameTooLong');
    expect(create(a('fooexample.test', '192.0.2.1'))).toContain('is not permitted in zone example.test.');
    expect(create(a('a b.example.test', '192.0.2.1'))).toContain('UnsupportedCharacter');
  });

  it('have every unusual character in octal', () => {
    const { route53 } = world(generous, [a('a!b.example.test', '192.0.2.1')]);
    expect(listing(route53).at(-1)?.Name).toBe('a\\041b.example.test.');
  });

  it('have a SOA at the apex only', () => {
    const value = 'ns.test. hostmaster.test. 1 7200 900 1209600 86400';
    const soa = { Name: 'w.example.test', Type: 'SOA', TTL: 900, ResourceRecords: [{ Value: value }] };
    expect(create(soa)).toContain('RRSet of type SOA with DNS name w.example.test. is not permitted below the apex');
  });

  it('have a CNAME alone, and none at the apex', () => {
    const cname = (name: string): ResourceRecordSet => ({
      Name: name,
      Type: 'CNAME',
      TTL: 60,
      ResourceRecords: [{ Value: 'x.test' }],
    });
    expect(create(cname('example.test'))).toContain('is not permitted at apex in zone example.test.');
    expect(create(cname('w.example.test'), a('w.example.test', '192.0.2.1'))).toContain('conflicts with other records');
    expect(create(a('w.example.test', '192.0.2.1'), cname('w.example.test'))).toContain(
      'a conflicting RRSet of type CNAME',
    );
  });
});

describe('values', () => {
  it('are quoted strings of at most 255 characters in a TXT', () => {
    const value = (Value: string) =>
      create({ Name: 't.example.test', Type: 'TXT', TTL: 60, ResourceRecords: [{ Value }] });
    expect(value(`"${'x'.repeat(255)}"`)).toBe('nothing');
    expect(value(`"${'x'.repeat(255)}" "${'y'.repeat(255)}"`)).toBe('nothing');
    expect(value(`"${'x'.repeat(256)}"`)).toContain('CharacterStringTooLong');
    expect(value('"a \\" inside"')).toBe('nothing');
    for (const bare of ['v=1', '"v=1', 'v=1"', '"a"b"']) {
      expect(value(bare)).toBe(
        "InvalidChangeBatch: [Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in " +
          `quotation marks) encountered with '${bare}'']`,
      );
    }
  });

  it('are addresses in A and AAAA, given once', () => {
    expect(create(a('w.example.test', '192.0.2'))).toContain('ARRDATAIllegalIPv4Address');
    expect(create({ ...a('w.example.test', '192.0.2.1'), Type: 'AAAA' })).toContain('AAAARRDATAIllegalIPv6Address');
    const twice = { ResourceRecords: [{ Value: '192.0.2.1' }, { Value: '192.0.2.1' }] };
    expect(create(a('w.example.test', '', twice))).toContain("Duplicate Resource Record: '192.0.2.1'");
  });

  it('are there, with a TTL, or an alias target is', () => {
    expect(create({ Name: 'w.example.test', Type: 'A' })).toContain('but found none in Change with [Action=CREATE');
    expect(create({ Name: 'w.example.test', Type: 'A', ResourceRecords: [{ Value: '192.0.2.1' }] })).toContain(
      'found none',
    );
  });

  it('name a health check that exists', () => {
    const checked = weighted('w.example.test', 'blue', 1, { HealthCheckId: 'nobody' });
    expect(create(checked)).toBe('NoSuchHealthCheck: No health check exists with the specified ID: nobody');
  });

  it('are an alias to a load balancer that exists, when told to look', () => {
    const lost = { ...balanced('w.example.test', 'red', 1) };
    expect(create(lost)).toBe('nothing');
    const { route53 } = world({ ...generous, unknownLoadBalancer: 'refuse' });
    expect(refusal(() => send(route53, change('CREATE', lost)))).toContain('but that target was not found');
    expect(refusal(() => send(route53, change('CREATE', balanced('w.example.test', 'blue', 1))))).toBe('nothing');
  });

  it('are no alias to a name of another zone', () => {
    const { route53 } = world(generous);
    route53.createZone({ name: 'pivot.test', id: 'Z2', recordSets: [a('live.pivot.test', '192.0.2.1')] });
    const across = { ...alias('w.example.test', 'live.pivot.test') };
    const target = { HostedZoneId: 'Z2', DNSName: 'live.pivot.test', EvaluateTargetHealth: false };
    expect(refusal(() => send(route53, change('CREATE', { ...across, AliasTarget: target })))).toContain(
      'InvalidChangeBatch',
    );
  });
});
