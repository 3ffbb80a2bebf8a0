import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptedBatch, restingPlaces, ringsBeside } from '../../../core/plan/accept.ts';
import { MOST_ELEMENTS, PlanUnsafe } from '../../../core/plan/batch.ts';
import { readFence } from '../../../core/plan/fence.ts';
import { takenChanges } from '../../../core/plan/ownership.ts';
import { firstFenceBatch, raiseBatch, standsAgainst } from '../../../core/plan/raise.ts';
import {
  bothSides,
  fenceSet,
  NaiveZone,
  ours,
  quiet,
  read,
  recordsOf,
  registered,
  shop,
  standpointOf,
} from './zone.ts';

const at = (fence = {}) => standpointOf(read(shop, [fenceSet({ ...quiet, ...fence })]));

describe('raiseBatch', () => {
  it('says who acts and leaves where the traffic is as it was', () => {
    const moving = { move: { to: 'green', share: 50 }, rings: { 0: 'green' } };
    const { after } = raiseBatch(at(moving), ours);
    expect(after.fence).toEqual({ ...quiet, ...moving, epoch: 43, run: 'run-43', seq: 8 });
  });

  it('changes no weight, and is what the next batch stands on', () => {
    const zone = new NaiveZone([fenceSet(quiet), ...bothSides('shop.example.test.', 100)]);
    const { batch, after } = raiseBatch(standpointOf(read(shop, zone.records)), ours);
    expect(zone.apply(batch)).toBe(true);
    expect(standpointOf(read(shop, zone.records))).toEqual(after);
    expect(zone.records.filter(({ type }) => type !== 'TXT')).toEqual(bothSides('shop.example.test.', 100));
  });

  it('lets exactly one of two runs through that read the same fence', () => {
    fc.assert(
      fc.property(fc.integer({ min: 43, max: 99 }), fc.integer({ min: 43, max: 99 }), (mine, theirs) => {
        const zone = new NaiveZone([fenceSet(quiet)]);
        const first = raiseBatch(at(), { ...ours, epoch: mine }).batch;
        const second = raiseBatch(at(), { ...ours, epoch: theirs, run: 'twin' }).batch;
        expect([zone.apply(first), zone.apply(second)]).toEqual([true, false]);
      }),
    );
  });

  it('may be done again by the same run, for what rides along', () => {
    expect(raiseBatch(at({ epoch: 43, run: 'run-43' }), ours).after.fence).toMatchObject({ epoch: 43, seq: 8 });
  });

  it.each([
    ['a newer epoch', { epoch: 44 }],
    ['the same epoch of another run', { epoch: 43, run: 'twin' }],
    ['another ledger', { by: 'ffffffff' }],
  ])('never writes over a fence of %s', (_, fence) => {
    expect(() => raiseBatch(at(fence), ours)).toThrow(PlanUnsafe);
  });

  it('takes ownership along, and refuses to take a weight along', () => {
    const records = [
      fenceSet(quiet),
      ...bothSides('shop.example.test.', 100),
      registered('a-shop.example.test.', 'blue'),
    ];
    const reading = read(shop, records);
    const name = reading.names.find((one) => one.name === 'shop.example.test.');
    const changes = name ? takenChanges(reading, name, 'blue') : [];
    const zone = new NaiveZone(records);
    expect(zone.apply(raiseBatch(standpointOf(reading), ours, changes).batch)).toBe(true);
    expect(JSON.stringify(zone.records)).toContain('owner=throwover');
    const [, blue] = records;
    if (blue === undefined) throw new Error('no record');
    const weight = [
      { action: 'DELETE' as const, record: blue },
      { action: 'CREATE' as const, record: { ...blue, weight: 1 } },
    ];
    expect(() => raiseBatch(standpointOf(reading), ours, weight)).toThrow(PlanUnsafe);
  });

  it('has a reason that fits the comment of a change, for the longest names', () => {
    const run = 'r'.repeat(80);
    const zone = `${'z'.repeat(60)}.${'z'.repeat(60)}.${'z'.repeat(60)}.${'z'.repeat(60)}`;
    expect(raiseBatch(at(), { ...ours, run, zone }).batch.why.length).toBeLessThanOrEqual(256);
    expect(firstFenceBatch({ ...ours, run, zone }, 'c'.repeat(63), {}).batch.why.length).toBeLessThanOrEqual(256);
  });

  it('never plans more than one call holds', () => {
    const txts = [...Array(MOST_ELEMENTS)].map((_, n) => registered(`a-n${n}.example.test.`, 'blue', 'x'));
    const changes = txts.flatMap((record) => [
      { action: 'DELETE' as const, record },
      { action: 'CREATE' as const, record },
    ]);
    expect(() => raiseBatch(at(), ours, changes)).toThrow(/larger than one change call/);
  });
});

describe('firstFenceBatch', () => {
  it('is refused where somebody wrote a fence meanwhile: CREATE alone is the compare-and-set', () => {
    const { batch, after } = firstFenceBatch(ours, 'blue', { 0: 'green' });
    expect(new NaiveZone([fenceSet(quiet)]).apply(batch)).toBe(false);
    const zone = new NaiveZone([]);
    expect(zone.apply(batch)).toBe(true);
    expect(readFence(zone.records)).toMatchObject({ fence: after.fence });
    expect(after.fence).toEqual({
      by: ours.by,
      epoch: 43,
      seq: 1,
      active: 'blue',
      rings: { 0: 'green' },
      run: 'run-43',
    });
  });
});

describe('standsAgainst', () => {
  it.each([
    [{ epoch: 42 }, 'older'],
    [{ epoch: 43, run: 'run-43' }, 'mine'],
    [{ epoch: 43, run: 'twin' }, 'newer'],
    [{ epoch: 44 }, 'newer'],
    [{ epoch: 42, by: 'ffffffff' }, 'foreign'],
  ])('a fence of %j is %s', (fence, stands) => {
    expect(standsAgainst({ ...quiet, ...fence }, ours)).toBe(stands);
  });
});

describe('acceptedBatch', () => {
  it.each([
    ['nothing', []],
    ['an older fence', [fenceSet(quiet)]],
    ['another ledger’s fence', [fenceSet({ ...quiet, by: 'ffffffff' })]],
    ['a text that nobody can read', [{ ...fenceSet(quiet), values: ['"hello"'] }]],
  ])('writes what a person says in the place of %s, and touches no weight', (_, fences) => {
    const zone = new NaiveZone(fences);
    expect(zone.apply(acceptedBatch(readFence(fences), ours, 'green', { 0: 'blue' }))).toBe(true);
    expect(readFence(zone.records)).toMatchObject({ fence: { epoch: 43, active: 'green', rings: { 0: 'blue' } } });
    expect(zone.records.length).toBe(1);
  });

  it('goes on with the seq of the fence it replaces, and never to an epoch that is not newer', () => {
    expect(acceptedBatch(readFence([fenceSet(quiet)]), ours, 'blue', {}).seq).toBe(8);
    expect(() => acceptedBatch(readFence([fenceSet({ ...quiet, epoch: 43 })]), ours, 'blue', {})).toThrow(PlanUnsafe);
  });
});

/** The lab's zone with these names, of which blue has so much. */
function on(weights: Record<string, number>) {
  const names = Object.entries(weights).flatMap(([name, blue]) => bothSides(`${name}.example.test.`, blue));
  return read(shop, [fenceSet(quiet), ...names]);
}

describe('restingPlaces', () => {
  it.each([
    ['everything on the other cluster than a person wants', { example: 100, shop: 100, cart: 100 }, 'blue', {}],
    ['a ring beside', { example: 100, shop: 0, cart: 0 }, 'green', { 0: 'blue' }],
    ['a ring on both clusters, and the other where it is wanted', { example: 0, shop: 100, cart: 0 }, 'green', {}],
    ['a ring on both clusters, and the other not', { example: 100, shop: 100, cart: 0 }, 'green', { 0: 'blue' }],
    ['no name at all', {}, 'green', {}],
  ])('of %s', (_, weights, active, rings) => {
    expect(restingPlaces(shop, on(weights), 'green')).toEqual({ active, rings });
  });
});

describe('ringsBeside', () => {
  it('lists the rings that stand elsewhere than the person says', () => {
    expect(ringsBeside(shop, [on({ example: 0, shop: 100, cart: 100 })], 'blue')).toEqual({ 0: 'green' });
    expect(ringsBeside(shop, [read(shop, recordsOf(shop))], 'blue')).toEqual({});
  });

  it.each([
    ['a ring is on both clusters', on({ example: 100, shop: 100, cart: 0 }), /ring 1 stands on mixed/],
    ['a name weighs nothing', on({ example: 100, shop: 0, cart: 0 }), /stands on dark/],
    ['nothing stands there', on({ example: 0, shop: 0, cart: 0 }), /no ring stands on blue/],
  ])('says no when %s', (what, zone, because) => {
    const seen = what === 'a name weighs nothing' ? { ...zone, names: zone.names.map(dark) } : zone;
    expect(ringsBeside(shop, [seen], 'blue')).toMatch(because);
  });
});

function dark<Name extends { groups: readonly { sides: object }[] }>(name: Name): Name {
  const groups = name.groups.map((group) => ({
    ...group,
    sides: Object.fromEntries(
      Object.entries(group.sides).map(([cluster, record]) => [cluster, { ...record, weight: 0 }]),
    ),
  }));
  return { ...name, groups };
}
