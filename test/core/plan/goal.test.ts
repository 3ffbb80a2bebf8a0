import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interrupted } from '../../../core/ledger/ledger.ts';
import type { Fence } from '../../../core/plan/fence.ts';
import { type Fitness, goalOf } from '../../../core/plan/goal.ts';
import type { ZoneAsRead } from '../../../core/plan/reading.ts';
import { bothSides, fenceSet, quiet, read, shop, shopWith, side } from './zone.ts';

const raised = { ...quiet, epoch: 44, run: 'repair-44' };
const underWay = { move: { to: 'green', share: 100 } };
/** Shares of blue by name; every other name stands on blue. */
function zone(weights: Record<string, number> = {}, fence: Partial<Fence> = {}, name = 'example.test'): ZoneAsRead {
  const all = name === 'pivot.test' ? { 'live-0': 100, 'live-1': 100 } : { example: 100, shop: 100, cart: 100 };
  const sets = Object.entries({ ...all, ...weights }).flatMap(([host, blue]) => bothSides(`${host}.${name}.`, blue));
  return read(shop, [fenceSet({ ...raised, ...fence }, name), ...sets], name);
}
const judged = (blue: boolean | undefined, green: boolean | undefined): [Fitness, Fitness] => [
  { cluster: 'blue', fit: blue },
  { cluster: 'green', fit: green },
];
const cut = (kind: Interrupted['kind'], more: Partial<Interrupted> = {}): Interrupted => ({
  kind,
  from: 'blue',
  to: 'green',
  ...more,
});
const toGreen = { kind: 'Move', cluster: 'green' };
const toBlue = { kind: 'Move', cluster: 'blue' };

describe('repair’s table', () => {
  const mixed = zone({ shop: 0 }, underWay);
  const planned = cut('switchover');
  const unplanned = cut('automatic failover');

  it.each<[string, ZoneAsRead, ReturnType<typeof judged>, Interrupted | undefined, object]>([
    ['every name on blue, no to= left', zone(), judged(false, true), unplanned, { kind: 'Settled', cluster: 'blue' }],
    [
      'every name on green, though the fence says blue',
      zone({ example: 0, shop: 0, cart: 0 }),
      judged(true, false),
      planned,
      { kind: 'Settled', cluster: 'green' },
    ],
    [
      'every name on blue, nobody fit, nobody knows why',
      zone(),
      judged(undefined, undefined),
      undefined,
      { kind: 'Settled', cluster: 'blue' },
    ],
    ['mixed, only blue fit, unplanned', mixed, judged(true, false), unplanned, toBlue],
    ['mixed, only green fit, planned', mixed, judged(false, true), planned, toGreen],
    ['mixed, only green fit, nobody knows what it was', mixed, judged(false, true), undefined, toGreen],
    ['mixed, blue fit, green not seen', mixed, judged(true, undefined), unplanned, toBlue],
    ['mixed, green fit, blue not seen', mixed, judged(undefined, true), planned, toGreen],
    ['mixed, both fit, unplanned: forward', mixed, judged(true, true), unplanned, toGreen],
    ['mixed, both fit, by a person: forward', mixed, judged(true, true), cut('failover by a person'), toGreen],
    ['mixed, both fit, break-glass: forward', mixed, judged(true, true), cut('break-glass'), toGreen],
    ['mixed, both fit, a repair of a person: forward', mixed, judged(true, true), cut('repair'), toGreen],
    ['mixed, both fit, planned: back', mixed, judged(true, true), planned, toBlue],
    ['mixed, both fit, drill: back', mixed, judged(true, true), cut('drill'), toBlue],
    ['mixed, both fit, nobody knows what it was', mixed, judged(true, true), undefined, { kind: 'Nothing' }],
    ['mixed, neither fit', mixed, judged(false, false), unplanned, { kind: 'Nothing' }],
    ['mixed, blue sick and green not seen', mixed, judged(false, undefined), unplanned, { kind: 'Nothing' }],
    ['mixed, nobody seen', mixed, judged(undefined, undefined), planned, { kind: 'Nothing' }],
    ['all on blue but to= left, both fit, unplanned', zone({}, underWay), judged(true, true), unplanned, toGreen],
    ['all on blue but to= left, both fit, planned', zone({}, underWay), judged(true, true), planned, toBlue],
    [
      'a pivot on both clusters, and its fence speaks of no move: somebody else wrote it',
      zone({ 'live-0': 50 }, {}, 'pivot.test'),
      judged(true, true),
      planned,
      { kind: 'Nothing', because: expect.stringContaining('`throwover repair --to blue`') },
    ],
    [
      'all on green, as the fence says in other words',
      zone({ example: 0, shop: 0, cart: 0 }, { rings: { 0: 'green', 1: 'green' } }),
      judged(true, true),
      planned,
      { kind: 'Settled', cluster: 'blue', rings: { 0: 'green', 1: 'green' } },
    ],
    [
      'all on green but to= left, only green fit',
      zone({ example: 0, shop: 0, cart: 0 }, underWay),
      judged(false, true),
      unplanned,
      toGreen,
    ],
    [
      'all on green but to= left, neither fit',
      zone({ example: 0, shop: 0, cart: 0 }, underWay),
      judged(false, false),
      unplanned,
      { kind: 'Nothing' },
    ],
  ])('%s', (_, one, fitness, interrupted, goal) => {
    expect(goalOf([one], fitness, interrupted)).toMatchObject(goal);
  });

  it('never sends users to a cluster that is not known to be fit, whatever the zones and the ledger say', () => {
    const blues = fc.array(fc.constantFrom(0, 10, 100), { minLength: 3, maxLength: 3 });
    const health = fc.constantFrom(true, false, undefined);
    const fences = fc.constantFrom<Partial<Fence>>(
      {},
      underWay,
      { move: { to: 'blue', share: 100 } },
      { active: 'green' },
      { rings: { 0: 'green' } },
    );
    const kinds = fc.constantFrom<Interrupted | undefined>(
      undefined,
      cut('switchover'),
      cut('automatic failover'),
      cut('drill', { ring: 0 }),
      cut('failover by a person', { from: 'green', to: 'blue' }),
    );
    fc.assert(
      fc.property(
        blues,
        fences,
        fences,
        health,
        health,
        kinds,
        ([a = 0, b = 0, c = 0], one, two, blue, green, interrupted) => {
          const zones = [
            zone({ example: a, shop: b, cart: c }, one),
            zone({ 'live-0': a, 'live-1': c }, two, 'pivot.test'),
          ];
          const goal = goalOf(zones, judged(blue, green), interrupted);
          if (goal.kind === 'Move') expect(goal.cluster === 'blue' ? blue : green).toBe(true);
          if (goal.kind === 'Settled') expect([one.move, two.move]).toEqual([undefined, undefined]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('two zones', () => {
  it('of which one was swapped whole and one not at all are a move that was cut off: the ledger says which way it went', () => {
    const zones = [zone({ example: 0, shop: 0, cart: 0 }, { active: 'green' }), zone({}, {}, 'pivot.test')];
    expect(goalOf(zones, judged(true, true), cut('automatic failover'))).toMatchObject(toGreen);
    expect(goalOf(zones, judged(true, true), cut('switchover'))).toMatchObject(toBlue);
    expect(goalOf(zones, judged(true, true), undefined)).toMatchObject({ kind: 'Nothing' });
    expect(goalOf(zones, judged(false, true), undefined)).toMatchObject(toGreen);
  });

  it('that are both on green after a lost commit are settled there, though the ledger says blue', () => {
    const zones = [
      zone({ example: 0, shop: 0, cart: 0 }, { active: 'green' }),
      zone({ 'live-0': 0, 'live-1': 0 }, { active: 'green' }, 'pivot.test'),
    ];
    expect(goalOf(zones, judged(true, true), cut('automatic failover'))).toMatchObject({
      kind: 'Settled',
      cluster: 'green',
      rings: {},
    });
  });

  it('of which one could not be fenced say nothing', () => {
    const { fence: _, ...rest } = zone({}, {}, 'pivot.test');
    const missing: ZoneAsRead = { ...rest, fence: { kind: 'missing' } };
    expect(goalOf([zone(), missing], judged(true, true), cut('switchover'))).toMatchObject({ kind: 'Nothing' });
    expect(goalOf([], judged(true, true), cut('switchover'))).toMatchObject({ kind: 'Nothing' });
  });
});

describe('rings', () => {
  const elsewhere = { rings: { 0: 'green' } };

  it('that stand where every fence says are at rest, and stay there', () => {
    const zones = [zone({ example: 0 }, elsewhere), zone({ 'live-0': 0 }, elsewhere, 'pivot.test')];
    expect(goalOf(zones, judged(true, true), undefined)).toMatchObject({
      kind: 'Settled',
      cluster: 'blue',
      rings: { 0: 'green' },
    });
  });

  it('that stand elsewhere in one zone only are not at rest', () => {
    const zones = [zone({ example: 0 }, elsewhere), zone({}, {}, 'pivot.test')];
    expect(goalOf(zones, judged(true, true), cut('drill', { ring: 0 }))).toMatchObject({ ...toBlue, ring: 0 });
  });

  it('are repaired alone when only one of them was moving', () => {
    const drilling = [zone({ example: 90 }, underWay), zone({}, {}, 'pivot.test')];
    expect(goalOf(drilling, judged(true, true), cut('drill', { ring: 0 }))).toMatchObject({ ...toBlue, ring: 0 });
    expect(goalOf(drilling, judged(true, true), cut('failover by a person', { ring: 0 }))).toMatchObject({
      ...toGreen,
      ring: 0,
    });
    expect(goalOf(drilling, judged(false, true), cut('drill', { ring: 0 }))).toMatchObject({ ...toGreen, ring: 0 });
  });

  it('are repaired with the rest when another one is not where it belongs', () => {
    const goal = goalOf([zone({ example: 90, cart: 0 }, underWay)], judged(true, true), cut('drill', { ring: 0 }));
    expect(goal).toMatchObject(toBlue);
    expect(goal).not.toHaveProperty('ring');
  });

  it('take the pair along when the one under way is the last that stands on the active cluster', () => {
    const last = zone({ example: 0, shop: 90, cart: 90 }, { ...elsewhere, move: { to: 'green', share: 10 } });
    const forward = goalOf([last], judged(false, true), cut('switchover', { ring: 1 }));
    expect(forward).toMatchObject(toGreen);
    expect(forward).not.toHaveProperty('ring');
    expect(goalOf([last], judged(true, true), cut('switchover', { ring: 1 }))).toMatchObject({ ...toBlue, ring: 1 });
  });

  it('go back to where they stood, not to where the pair stands', () => {
    const home = zone({ example: 10 }, { ...elsewhere, move: { to: 'blue', share: 10 } });
    expect(goalOf([home], judged(true, true), cut('switchover', { from: 'green', to: 'blue', ring: 0 }))).toMatchObject(
      {
        ...toGreen,
        ring: 0,
      },
    );
  });
});

describe('names without an answer', () => {
  it('are brought to the cluster that is fit, and left alone when none is', () => {
    const dark = read(shopWith(0), [
      fenceSet(raised),
      side('shop.example.test.', 'A', 'blue', 0),
      side('shop.example.test.', 'A', 'green', 0),
    ]);
    expect(goalOf([dark], judged(false, true), cut('switchover'))).toMatchObject(toGreen);
    expect(goalOf([dark], judged(false, false), cut('switchover'))).toMatchObject({ kind: 'Nothing' });
  });

  it('because no zone has any of them tell nothing', () => {
    expect(goalOf([read(shop, [fenceSet(raised)])], judged(false, true), undefined)).toMatchObject({ kind: 'Nothing' });
  });
});
