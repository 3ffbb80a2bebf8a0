import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertNeverDark,
  type Batch,
  type Change,
  charactersOf,
  elementsOf,
  MOST_CHARACTERS,
  MOST_ELEMENTS,
  PlanUnsafe,
  portioned,
  replaced,
} from '../../../core/plan/batch.ts';
import type { RecordSet } from '../../../core/plan/records.ts';
import { bothSides, registered, side } from './zone.ts';

const [blue, green] = bothSides('shop.example.test.', 100, ['A']) as [RecordSet, RecordSet];
const batch = (...changes: Change[]): Batch => ({ why: 'a test', epoch: 43, seq: 8, changes });
const swap = [...replaced(green, { ...green, weight: 100 }), ...replaced(blue, { ...blue, weight: 0 })];

describe('assertNeverDark', () => {
  it('lets both sides of a name change places', () => {
    expect(() => assertNeverDark(batch(...swap), [[blue, green]])).not.toThrow();
  });

  it.each<[string, Change[]]>([
    ['takes one side away', [{ action: 'DELETE', record: blue }]],
    ['creates a side that was not there', [{ action: 'CREATE', record: side('new.example.test.', 'A', 'blue', 1) }]],
    ['creates before it deletes', [...replaced(blue, { ...blue, weight: 1 })].reverse()],
    ['deletes a side twice', [...swap, ...swap]],
    ['creates a side twice', [...swap, { action: 'CREATE', record: { ...green, weight: 100 } }]],
    ['lowers the only side that has weight', replaced(blue, { ...blue, weight: 0 })],
    ['gives a weight that is none', [...swap.slice(0, 1), { action: 'CREATE', record: { ...green, weight: 256 } }]],
    ['gives half a weight', replaced(green, { ...green, weight: 0.5 })],
    ['gives a negative weight', replaced(green, { ...green, weight: -20 })],
    ['gives no number', replaced(blue, { ...blue, weight: Number.NaN })],
    [
      'changes where a side points to',
      replaced(green, { ...green, alias: { zone: 'Z', name: 'other.', evaluateTargetHealth: false } }),
    ],
    ['loses a health check', replaced({ ...green, healthCheck: 'abc' }, green)],
    ['changes a TTL', replaced(green, { ...green, ttlSeconds: 5 })],
    ['changes the policy', replaced(green, { ...green, policy: 'simple' })],
  ])('refuses a batch that %s', (_, changes) => {
    expect(() => assertNeverDark(batch(...changes), [[blue, green]])).toThrow(PlanUnsafe);
  });

  it('refuses a change of a name whose other side nobody looked at', () => {
    expect(() => assertNeverDark(batch(...swap), [])).toThrow(/without a look at its other side/);
  });

  it('takes no comfort from another name that keeps its weight', () => {
    const other = bothSides('cart.example.test.', 100, ['A']);
    expect(() => assertNeverDark(batch(...replaced(blue, { ...blue, weight: 0 })), [[blue, green], other])).toThrow(
      PlanUnsafe,
    );
  });

  it('counts a side that the batch does not touch as it was read', () => {
    const half = { ...green, weight: 50 };
    expect(() => assertNeverDark(batch(...replaced(blue, { ...blue, weight: 0 })), [[blue, half]])).not.toThrow();
  });

  it('lets the text of a TXT change and nothing else of it', () => {
    const txt = registered('a-shop.example.test.', 'blue');
    expect(() => assertNeverDark(batch(...replaced(txt, { ...txt, values: ['"other"'] })), [])).not.toThrow();
    expect(() => assertNeverDark(batch(...replaced(txt, { ...txt, weight: 0 })), [])).toThrow(PlanUnsafe);
    expect(() => assertNeverDark(batch(...replaced(txt, { ...txt, values: [] })), [])).toThrow(PlanUnsafe);
  });

  it('refuses more than one call may hold', () => {
    const names = [...Array(126).keys()].map((n) => bothSides(`n${n}.example.test.`, 100));
    const changes = names.flat().flatMap((set) => replaced(set, { ...set, weight: 100 - (set.weight ?? 0) }));
    const groups = names.flatMap(([a, b, c, d]) => [
      [a, b].filter((x) => x !== undefined),
      [c, d].filter((x) => x !== undefined),
    ]);
    expect(elementsOf(changes)).toBe(1_008);
    expect(() => assertNeverDark(batch(...changes), groups)).toThrow(/larger than one change call/);
    expect(() => assertNeverDark(batch(...changes.slice(0, 1_000)), groups)).not.toThrow();
  });
});

describe('portioned', () => {
  const txt = (length: number): RecordSet => ({
    name: `t${length}.`,
    type: 'TXT',
    policy: 'simple',
    values: ['x'.repeat(length)],
  });
  const changesOf = (sizes: number[]) => sizes.flatMap((size) => replaced(txt(size), txt(size)));

  it('keeps every item that changes something, once, in order, and each portion within one call beside the fence', () => {
    const items = fc.array(fc.array(fc.nat(400), { maxLength: 60 }), { maxLength: 80 });
    fc.assert(
      fc.property(items, fc.integer({ min: 130, max: 2_000 }), (sizes, most) => {
        const portions = portioned(sizes, changesOf, most);
        expect(portions.flat()).toEqual(sizes.filter((item) => item.length > 0));
        for (const portion of portions) {
          const changes = portion.flatMap(changesOf);
          expect(elementsOf(changes)).toBeLessThanOrEqual(Math.min(most, MOST_ELEMENTS) - 2);
          expect(charactersOf(changes) <= MOST_CHARACTERS - 514 || portion.length === 1).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('fills a call before it begins the next one', () => {
    const one = changesOf([100]);
    expect(portioned(Array(300).fill([100]), () => one).map((portion) => portion.length)).toEqual([157, 143]);
  });
});

describe('the size of a batch', () => {
  it('counts an alias like a value, and characters of values only', () => {
    expect(elementsOf(swap)).toBe(4);
    expect(charactersOf(swap)).toBe(0);
    expect(
      charactersOf([
        { action: 'CREATE', record: { name: 'x.', type: 'TXT', policy: 'simple', values: ['"ab"', '"c"'] } },
      ]),
    ).toBe(7);
  });
});
