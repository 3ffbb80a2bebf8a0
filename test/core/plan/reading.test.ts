import { describe, expect, it } from 'vitest';
import { forsakenPivots, hasShare, namesOfRun, standingOf, steeredNames } from '../../../core/plan/reading.ts';
import { bothSides, fenceSet, quiet, read, recordsOf, shop, shopWith, side, zoneOf } from './zone.ts';

const cart = 'cart.example.test.';
const one = (...records: ReturnType<typeof bothSides>) => read(shop, records).names.filter(({ name }) => name === cart);

describe('a zone as read', () => {
  it('has its names by tier, then by name, whatever order the zone gives', () => {
    const pair = shopWith(20);
    const names = read(pair, recordsOf(pair).reverse()).names;
    expect(names.map(({ tier, name }) => `${tier} ${name}`)).toEqual(
      names.map(({ tier, name }) => `${tier} ${name}`).sort(),
    );
  });

  it('of layout pivot has one name for each ring, which only we write', () => {
    expect(steeredNames(shop, zoneOf(shop, 'pivot.test')).map(({ name }) => name)).toEqual([
      'live-1.pivot.test.',
      'live-0.pivot.test.',
    ]);
    const reading = read(shop, recordsOf(shop, {}, 'pivot.test'), 'pivot.test');
    expect(reading.names.every(({ groups }) => groups.length === 2)).toBe(true);
  });

  it('keeps apart what belongs to neither cluster or is not weighted', () => {
    const third = side(cart, 'A', 'purple', 100);
    const simple = { ...side(cart, 'AAAA', 'blue', 100), policy: 'simple' as const };
    const [name] = one(...bothSides(cart, 100, ['A']), third, simple);
    expect(name?.groups.map(({ type, strays }) => [type, strays])).toEqual([
      ['A', [third]],
      ['AAAA', [simple]],
    ]);
  });

  it('has no group for a type that is not there, and the fence of its own pair only', () => {
    expect(one(...bothSides(cart, 100, ['A']))[0]?.groups.length).toBe(1);
    expect(read(shop, [{ ...fenceSet(quiet), name: 'pay._throwover.example.test.' }]).fence).toEqual({
      kind: 'missing',
    });
  });

  it('gives a run of one ring that ring’s names', () => {
    expect(namesOfRun(read(shop, recordsOf(shop)), 0).map(({ name }) => name)).toEqual(['example.example.test.']);
    expect(namesOfRun(read(shop, recordsOf(shop)), undefined).length).toBe(3);
  });
});

describe('forsakenPivots', () => {
  const pivot = (name: string, cluster: string, weight: number) => side(name, 'A', cluster, weight);
  const of = (records: ReturnType<typeof pivot>[], zone = 'pivot.test') =>
    forsakenPivots(shop, read(shop, records, zone), 'green');

  it('are those of rings that the topology does not have, which lead somebody there', () => {
    expect(of([pivot('live-7.pivot.test.', 'green', 10), pivot('live-7.pivot.test.', 'blue', 90)])).toEqual([
      'live-7.pivot.test.',
    ]);
  });

  it.each([
    ['it leads to the other cluster only', pivot('live-7.pivot.test.', 'green', 0), 'pivot.test'],
    ['the topology has the ring', pivot('live-1.pivot.test.', 'green', 10), 'pivot.test'],
    ['it is another pair’s', pivot('live-7.pivot.test.', 'purple', 10), 'pivot.test'],
    ['it is a service’s own record', pivot('cart.pivot.test.', 'green', 10), 'pivot.test'],
    ['it is of another zone', pivot('live-7.eu.pivot.test.', 'green', 10), 'pivot.test'],
    ['the zone has no pivots', pivot('live-7.example.test.', 'green', 10), 'example.test'],
  ])('is none where %s', (_, record, zone) => {
    expect(of([record], zone)).toEqual([]);
  });
});

describe('standingOf', () => {
  it.each([
    ['blue', [...bothSides(cart, 100)]],
    ['green', [...bothSides(cart, 0)]],
    ['mixed', [...bothSides(cart, 90)]],
    ['mixed', [...bothSides(cart, 100, ['A']), ...bothSides(cart, 0, ['AAAA'])]],
    ['dark', [side(cart, 'A', 'blue', 0), side(cart, 'A', 'green', 0)]],
    ['dark', [...bothSides(cart, 100, ['A']), side(cart, 'AAAA', 'blue', 0)]],
    ['blue', [side(cart, 'A', 'blue', 1)]],
    ['none', []],
  ])('%s', (standing, records) => {
    expect(standingOf(one(...records))).toBe(standing);
  });

  it('is mixed when two names stand on different clusters', () => {
    expect(standingOf(read(shop, [...bothSides(cart, 100), ...bothSides('shop.example.test.', 0)]).names)).toBe(
      'mixed',
    );
  });
});

describe('hasShare', () => {
  it('asks for both sides and every type', () => {
    const [full] = one(...bothSides(cart, 90));
    const [parted] = one(...bothSides(cart, 90, ['A']), ...bothSides(cart, 100, ['AAAA']));
    const [both] = one(side(cart, 'A', 'blue', 100), side(cart, 'A', 'green', 100));
    expect([full, parted].map((name) => name && hasShare(name, 'green', 'blue', 10))).toEqual([true, false]);
    expect(both && hasShare(both, 'green', 'blue', 100)).toBe(false);
  });
});
