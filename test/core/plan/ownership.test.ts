import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertNeverDark, portioned } from '../../../core/plan/batch.ts';
import { OUR_OWNER, ownerOf, registryOf, returnedChanges, takenChanges } from '../../../core/plan/ownership.ts';
import type { RecordSet } from '../../../core/plan/records.ts';
import { registeredName } from '../../../core/plan/registry-name.ts';
import { bothSides, fenceSet, NaiveZone, quiet, read, recordsOf, registered, shop, shopWith } from './zone.ts';

const SHOP = 'shop.example.test.';

function ofShop(records: readonly RecordSet[]) {
  const reading = read(shop, records);
  const name = reading.names.find((one) => one.name === SHOP);
  if (name === undefined) throw new Error(`no ${SHOP}`);
  return { reading, name };
}

function takenIn(zone: NaiveZone) {
  const { reading, name } = ofShop(zone.records);
  return takenChanges(reading, name, 'blue');
}

function returnedIn(zone: NaiveZone) {
  const { reading, name } = ofShop(zone.records);
  return returnedChanges(reading, name, 'blue');
}

describe('the registry of a name', () => {
  const names = ['shop', 'my-shop', 'a-shop2', 'shop2', 'example.shop', 'cname'].map((name) => `${name}.example.test.`);
  const of = (registry: string) => registeredName(`${registry}.example.test.`, (name) => names.includes(name));

  it.each([
    ['a-shop', 'shop'],
    ['aaaa-shop', 'shop'],
    ['cname-shop', 'shop'],
    ['shop', 'shop'],
    ['_external_dns.a-shop', 'shop'],
    ['_external_dns.shop', 'shop'],
    ['a.shop', 'shop'],
    ['one.two.aaaa-shop', 'shop'],
    ['dns-a-shop', 'shop'],
    ['dns_aaaa-shop', 'shop'],
    ['a-shop-txt', 'shop'],
    ['shop-aaaa', 'shop'],
    ['my-shop', 'my-shop'],
    ['a-my-shop', 'my-shop'],
    ['dns-a-my-shop', 'my-shop'],
    ['a-shop2', 'shop2'],
    ['a-a-shop2', 'a-shop2'],
    ['a-example.shop', 'example.shop'],
    ['cname', 'cname'],
  ])('%s is of %s', (registry, name) => {
    expect(of(registry)).toBe(`${name}.example.test.`);
  });

  it.each(['your-shop', 'a-your-shop', 'data-shop', 'shops', 'workshop', 'a-shops', 'shop.dev', 'a', '-', ''])(
    '%s is of no name that is there',
    (registry) => {
      expect(of(registry)).toBeUndefined();
    },
  );

  it('is looked up on its own side only, and holds only what ExternalDNS wrote', () => {
    const records = [
      ...bothSides(SHOP, 100),
      registered('a-shop.example.test.', 'blue'),
      registered('aaaa-shop.example.test.', 'blue'),
      registered('a-shop.example.test.', 'green'),
      { ...registered('cname-shop.example.test.', 'blue'), values: ['"v=spf1 -all"'] },
      registered('a-my-shop.example.test.', 'blue'),
    ];
    const { reading, name } = ofShop(records);
    expect(registryOf(reading, name, 'blue')).toEqual(records.slice(4, 6));
    expect(registryOf(reading, name, 'green')).toEqual(records.slice(6, 7));
  });
});

describe('ownership', () => {
  const forms = ['a-shop', 'aaaa-shop', 'cname-shop', 'shop', 'dns.a-shop'];
  const texts = fc.tuple(
    fc.constantFrom('blue', '', 'owner-1', '$&', "$'", 'throwover/owner=x'),
    fc.constantFrom(
      '',
      ',external-dns/resource=ingress/shop/web',
      ',external-dns/owner=twice',
      ',throwover/owner=stale',
    ),
    fc.constantFrom('"', ''),
  );
  const sets = texts.map(
    ([owner, rest, quote]) => `${quote}heritage=external-dns,external-dns/owner=${owner}${rest}${quote}`,
  );

  it('taken and given back is the identical record, whatever stood in it', () => {
    fc.assert(
      fc.property(fc.array(sets, { minLength: 1, maxLength: forms.length }), (values) => {
        const txts = values.map((value, index) => ({
          ...registered(`${forms[index]}.example.test.`, 'blue'),
          values: [value],
        }));
        const zone = new NaiveZone([...bothSides(SHOP, 100), ...txts]);
        const before = new Map(zone.sets);
        expect(zone.apply({ changes: takenIn(zone) })).toBe(true);
        const { reading, name } = ofShop(zone.records);
        expect(registryOf(reading, name, 'blue').map(ownerOf)).toEqual(values.map(() => OUR_OWNER));
        expect(takenIn(zone)).toEqual([]);
        expect(zone.apply({ changes: returnedIn(zone) })).toBe(true);
        expect(zone.sets).toEqual(before);
        expect(returnedIn(zone)).toEqual([]);
      }),
    );
  });

  it('keeps the heritage and remembers the old owner', () => {
    const zone = new NaiveZone([...bothSides(SHOP, 100), registered('a-shop.example.test.', 'blue')]);
    zone.apply({ changes: takenIn(zone) });
    expect(zone.records.at(-1)?.values).toEqual([
      '"heritage=external-dns,external-dns/owner=throwover,external-dns/resource=ingress/shop/web,throwover/owner=blue"',
    ]);
  });

  it('touches no weight, no target and no other cluster’s registry', () => {
    const zone = new NaiveZone([
      ...bothSides(SHOP, 100),
      registered('a-shop.example.test.', 'blue'),
      registered('a-shop.example.test.', 'green'),
    ]);
    expect(takenIn(zone).map(({ record }) => `${record.type} ${record.setIdentifier}`)).toEqual([
      'TXT blue',
      'TXT blue',
    ]);
    const { batch } = { batch: { why: '', epoch: 43, seq: 8, changes: takenIn(zone) } };
    expect(() => assertNeverDark(batch, [])).not.toThrow();
  });

  it('of an ExternalDNS that calls itself throwover is not ours to give away', () => {
    const zone = new NaiveZone([
      ...bothSides(SHOP, 100),
      {
        ...registered('a-shop.example.test.', 'blue'),
        values: ['"heritage=external-dns,external-dns/owner=throwover"'],
      },
    ]);
    expect(returnedIn(zone)).toEqual([]);
  });

  it('is left alone where the old owner does not fit beside the new one: it could not be given back', () => {
    const long = (length: number) => {
      const bare = registered('a-shop.example.test.', 'blue', '').values?.[0]?.length ?? 0;
      return new NaiveZone([
        ...bothSides(SHOP, 100),
        registered('a-shop.example.test.', 'blue', 'r'.repeat(length - (bare - 2))),
      ]);
    };
    const room = ',throwover/owner=blue'.length + 'throwover'.length - 'blue'.length;
    expect(takenIn(long(255 - room)).length).toBe(2);
    expect(takenIn(long(255 - room + 1))).toEqual([]);
  });

  it('of 1,000 names costs 4,000 tokens, and 32,000 characters a call make it 14 calls', () => {
    const pair = shopWith(997);
    const sets = recordsOf(pair);
    const hosts = [...new Set(sets.filter(({ type }) => type === 'A').map(({ name }) => name))];
    const txts = hosts.flatMap((name) => ['a-', 'aaaa-'].map((form) => registered(`${form}${name}`, 'blue')));
    const reading = read(pair, [...sets, ...txts]);
    const portions = portioned(reading.names, (name) => takenChanges(reading, name, 'blue'));
    const changes = reading.names.flatMap((name) => takenChanges(reading, name, 'blue'));
    expect(changes.length).toBe(4_000);
    expect(portions.length).toBeLessThanOrEqual(14);
  });

  it('is read afresh from every reading', () => {
    const zone = new NaiveZone([fenceSet(quiet), ...bothSides(SHOP, 100)]);
    expect(takenIn(zone)).toEqual([]);
    zone.sets.set('new', registered('a-shop.example.test.', 'blue'));
    expect(takenIn(zone).length).toBe(2);
  });
});
