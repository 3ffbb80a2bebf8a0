import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Batch, charactersOf, elementsOf, PlanUnsafe } from '../../../core/plan/batch.ts';
import { type Fence, readFence } from '../../../core/plan/fence.ts';
import { raiseBatch } from '../../../core/plan/raise.ts';
import type { RecordSet } from '../../../core/plan/records.ts';
import {
  afterBatch,
  attemptAfter,
  isSteered,
  type Move,
  portionsOf,
  type Standpoint,
  steerBatch,
} from '../../../core/plan/steer.ts';
import {
  bothSides,
  fenceSet,
  NaiveZone,
  ours,
  quiet,
  read,
  recordsOf,
  shop,
  shopWith,
  side,
  standpointOf,
  toGreen,
} from './zone.ts';

const many = shopWith(300);

/** All batches of a move, each planned from what the one before leaves. */
function batchesOf(pair: typeof shop, records: readonly RecordSet[], move: Move, elements?: number): Batch[] {
  const reading = read(pair, records);
  const portions = portionsOf(reading, move, elements);
  let at = standpointOf(reading);
  return (portions.length === 0 ? [[]] : portions).map((names, index) => {
    const { batch, after } = steerBatch(at, names, move, index === Math.max(portions.length - 1, 0));
    at = after;
    return batch;
  });
}

function fenceIn(zone: NaiveZone): Fence {
  const stands = readFence(zone.records.filter(({ name }) => name.startsWith('shop._throwover.')));
  if (stands.kind !== 'fence') throw new Error(stands.kind);
  return stands.fence;
}

/** Names on blue, on green, between the two, or with weights that nobody of us wrote. */
const shares = fc.array(fc.constantFrom(0, 10, 50, 90, 100), { minLength: 3, maxLength: 303 });
function standing(pair: typeof shop, weights: readonly number[], fence: Partial<Fence> = {}): RecordSet[] {
  const [first, ...sets] = recordsOf(pair, fence);
  const names = [...new Set(sets.map(({ name }) => name))];
  return [
    ...(first ? [first] : []),
    ...names.flatMap((name, index) => bothSides(name, weights[index % weights.length] ?? 100)),
  ];
}

describe('the batches of a move', () => {
  it('leave no name without weight, whatever prefix of them is applied', () => {
    fc.assert(
      fc.property(
        shares,
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 20, max: 1_000 }),
        (weights, share, most) => {
          const records = standing(many, weights);
          const zone = new NaiveZone(records);
          const asked = [
            ...new Set(records.filter(({ type }) => type !== 'TXT').map(({ name, type }) => `${name} ${type}`)),
          ];
          for (const batch of batchesOf(many, records, { ...toGreen, share }, most)) {
            expect(zone.apply(batch)).toBe(true);
            expect(zone.dark(asked)).toEqual([]);
          }
          expect(isSteered(read(many, zone.records), { ...toGreen, share })).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('say in the fence that the pair stands on green only in the batch that takes the last name from blue', () => {
    const zone = new NaiveZone(recordsOf(many));
    const batches = batchesOf(many, zone.records, toGreen);
    expect(batches.length).toBeGreaterThan(1);
    for (const [index, batch] of batches.entries()) {
      expect(zone.apply(batch)).toBe(true);
      const onBlue = zone.records.some(({ setIdentifier, weight }) => setIdentifier === 'blue' && weight !== 0);
      expect(onBlue).toBe(index < batches.length - 1);
      expect(fenceIn(zone).active).toBe(onBlue ? 'blue' : 'green');
      expect(fenceIn(zone).move).toEqual(onBlue ? { to: 'green', share: 100 } : undefined);
    }
  });

  it('are refused as a whole by a zone with a newer fence', () => {
    fc.assert(
      fc.property(fc.nat(2), fc.integer({ min: 1, max: 5 }), (done, newer) => {
        const zone = new NaiveZone(recordsOf(many));
        const batches = batchesOf(many, zone.records, toGreen);
        for (const batch of batches.slice(0, done)) expect(zone.apply(batch)).toBe(true);
        const overtaking = { ...ours, epoch: ours.epoch + newer, run: 'faster' };
        expect(zone.apply(raiseBatch(standpointOf(read(many, zone.records)), overtaking).batch)).toBe(true);
        const before = JSON.stringify(zone.records);
        for (const batch of batches) expect(zone.apply(batch)).toBe(false);
        expect(JSON.stringify(zone.records)).toBe(before);
      }),
    );
  });

  it('are refused as a whole when somebody changed one of their records', () => {
    const records = recordsOf(shop);
    const [batch] = batchesOf(shop, records, toGreen);
    const touched = records.map((set) =>
      set.name === 'cart.example.test.' && set.type === 'A' ? { ...set, weight: 7 } : set,
    );
    expect(new NaiveZone(touched).apply(batch ?? { changes: [] })).toBe(false);
  });

  it('each have a greater seq than the one before, and no fence of theirs is written twice', () => {
    const seqs = batchesOf(many, recordsOf(many), toGreen).map(({ seq }) => seq);
    expect(seqs).toEqual([8, 9, 10]);
  });

  it('move tier 0 before tier 1, and A and AAAA of a name together', () => {
    const [first] = portionsOf(read(many, recordsOf(many)), toGreen);
    const tiers = portionsOf(read(many, recordsOf(many)), toGreen)
      .flat()
      .map(({ tier }) => tier);
    expect(tiers).toEqual([...tiers].sort((a, b) => a - b));
    expect(first?.every(({ groups }) => groups.map(({ type }) => type).join() === 'A,AAAA')).toBe(true);
  });

  it('cover every name exactly once and fit one call each', () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 0, max: 100 }), (weights, share) => {
        const records = standing(many, weights);
        const portions = portionsOf(read(many, records), { ...toGreen, share });
        const names = portions.flat().map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        const wanted = new Set(
          records
            .filter(({ setIdentifier, weight }) => setIdentifier === 'green' && weight !== share)
            .map(({ name }) => name),
        );
        expect(new Set(names)).toEqual(wanted);
        for (const { changes } of batchesOf(many, records, { ...toGreen, share })) {
          expect(elementsOf(changes)).toBeLessThanOrEqual(1_000);
          expect(charactersOf(changes)).toBeLessThanOrEqual(32_000);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('of 1,000 names are 9 calls of 8,018 tokens: 12 and 8,080 are allowed', () => {
    const thousand = shopWith(997);
    const batches = batchesOf(thousand, recordsOf(thousand), toGreen);
    expect(batches.length).toBe(9);
    expect(batches.reduce((sum, { changes }) => sum + elementsOf(changes), 0)).toBe(8_018);
  });

  it('have a reason that fits the comment of a change', () => {
    const run = 'r'.repeat(80);
    const at = standpointOf(read(shop, recordsOf(shop, { run })));
    expect(steerBatch(at, [], { ...toGreen, run }, true).batch.why.length).toBeLessThanOrEqual(256);
  });
});

describe('a planned step', () => {
  it('leaves the fence saying that a move is under way, and where the pair still stands', () => {
    const zone = new NaiveZone(recordsOf(shop));
    for (const batch of batchesOf(shop, zone.records, { ...toGreen, share: 10 })) expect(zone.apply(batch)).toBe(true);
    expect(fenceIn(zone)).toMatchObject({ active: 'blue', move: { to: 'green', share: 10 } });
    const weights = new Set(zone.records.map(({ setIdentifier, weight }) => `${setIdentifier} ${weight}`));
    expect(weights).toEqual(new Set(['undefined undefined', 'blue 90', 'green 10']));
  });

  it('back to nothing leaves the fence at rest, on the old side', () => {
    const zone = new NaiveZone(standing(shop, [90], { move: { to: 'green', share: 10 } }));
    for (const batch of batchesOf(shop, zone.records, { ...toGreen, share: 0 })) expect(zone.apply(batch)).toBe(true);
    expect(fenceIn(zone)).toMatchObject({ active: 'blue' });
    expect(fenceIn(zone).move).toBeUndefined();
  });
});

describe('a move of one ring', () => {
  const ring0: Move = { ...toGreen, ring: 0 };

  it('touches no record of another ring, and lists the ring beside where the pair stands', () => {
    const zone = new NaiveZone(recordsOf(shop));
    for (const batch of batchesOf(shop, zone.records, ring0)) expect(zone.apply(batch)).toBe(true);
    const changed = zone.records.filter(({ setIdentifier, weight }) => setIdentifier === 'green' && weight === 100);
    expect(new Set(changed.map(({ name }) => name))).toEqual(new Set(['example.example.test.']));
    expect(fenceIn(zone)).toMatchObject({ active: 'blue', rings: { 0: 'green' } });
  });

  it('back to where the pair stands takes it from the list, and no other ring', () => {
    const zone = new NaiveZone([
      fenceSet({ ...quiet, epoch: 43, run: ours.run, rings: { 0: 'green', 5: 'green' } }),
      ...bothSides('example.example.test.', 0),
    ]);
    const back = { ...ring0, to: 'blue', from: 'green' };
    for (const batch of batchesOf(shop, zone.records, back)) expect(zone.apply(batch)).toBe(true);
    expect(fenceIn(zone).rings).toEqual({ 5: 'green' });
  });

  it('of the whole pair forgets which rings stood elsewhere', () => {
    const zone = new NaiveZone(recordsOf(shop, { rings: { 0: 'green' } }));
    for (const batch of batchesOf(shop, zone.records, toGreen)) expect(zone.apply(batch)).toBe(true);
    expect(fenceIn(zone)).toMatchObject({ active: 'green', rings: {} });
  });
});

describe('steerBatch', () => {
  it.each([
    ['a newer epoch', { epoch: 44 }],
    ['an older epoch: this run has not raised it', { epoch: 42 }],
    ['another run of the same epoch', { run: 'twin' }],
    ['another ledger', { by: 'ffffffff' }],
  ])('plans nothing from a fence of %s', (_, fence) => {
    const reading = read(shop, recordsOf(shop, fence));
    expect(() => steerBatch(standpointOf(reading), reading.names, toGreen, true)).toThrow(PlanUnsafe);
  });

  it('refuses a name twice in one batch', () => {
    const reading = read(shop, recordsOf(shop));
    const [name] = reading.names;
    expect(() => steerBatch(standpointOf(reading), name ? [name, name] : [], toGreen, true)).toThrow(/deleted twice/);
  });

  it.each([-20, 120, 10.5, Number.NaN])('refuses a share of %d', (share) => {
    const reading = read(shop, recordsOf(shop));
    expect(() => steerBatch(standpointOf(reading), reading.names, { ...toGreen, share }, false)).toThrow(PlanUnsafe);
  });

  it('writes what is left to say when every name is there and only the fence is not', () => {
    const zone = new NaiveZone(standing(shop, [0], { move: { to: 'green', share: 100 } }));
    expect(isSteered(read(shop, zone.records), toGreen)).toBe(false);
    const [batch] = batchesOf(shop, zone.records, toGreen);
    expect(elementsOf(batch?.changes ?? [])).toBe(2);
    expect(zone.apply(batch ?? { changes: [] })).toBe(true);
    expect(isSteered(read(shop, zone.records), toGreen)).toBe(true);
  });
});

describe('a name with records of one cluster only', () => {
  const records = [...recordsOf(shop), side('only.example.test.', 'A', 'blue', 100)].filter(
    ({ name, setIdentifier }) => name !== 'shop.example.test.' || setIdentifier !== 'green',
  );

  it('stops the plan before any batch of it exists, or the fence would say that it moved', () => {
    expect(() => portionsOf(read(shop, records), toGreen)).toThrow(
      /shop\.example\.test\. has records A of blue, AAAA of blue/,
    );
    const reading = read(shop, records);
    expect(() => steerBatch(standpointOf(reading), reading.names, toGreen, true)).toThrow(PlanUnsafe);
  });

  it('is never said to be steered', () => {
    expect(isSteered(read(shop, records), toGreen)).toBe(false);
  });
});

describe('attempts', () => {
  const fresh = standpointOf(read(shop, recordsOf(shop)));
  /** What becomes of a try: it lands before the zone is read again, never, or later still. */
  const fates = fc.array(fc.constantFrom('applied', 'refused', 'lost', 'lost but landed'), { maxLength: 20 });

  it('of one run never send the same seq twice, whatever became of the tries before', () => {
    fc.assert(
      fc.property(fates, (tries) => {
        let at: Standpoint = fresh;
        const sent: number[] = [];
        for (const fate of tries) {
          const { batch, after } = steerBatch(at, [], { ...toGreen, share: 10 }, false, attemptAfter(at, sent.at(-1)));
          expect(batch.seq).toBeGreaterThan(Math.max(at.fence.seq, ...sent));
          sent.push(batch.seq);
          if (fate === 'applied' || fate === 'lost but landed') at = after;
        }
        expect(new Set(sent).size).toBe(sent.length);
      }),
    );
  });

  it('that land late are refused by the zone: what they delete is gone', () => {
    const zone = new NaiveZone(recordsOf(shop));
    const at = standpointOf(read(shop, zone.records));
    const names = read(shop, zone.records).names;
    const late = steerBatch(at, names, toGreen, true, 1).batch;
    expect(zone.apply(steerBatch(at, names.slice(0, 1), { ...toGreen }, false, 2).batch)).toBe(true);
    expect(zone.apply(late)).toBe(false);
  });
});

describe('afterBatch', () => {
  it('is what the zone shows when the batch was applied', () => {
    fc.assert(
      fc.property(fc.nat(100), (share) => {
        const zone = new NaiveZone(recordsOf(shop));
        const reading = read(shop, zone.records);
        const move = { ...toGreen, share };
        const { batch, after } = steerBatch(standpointOf(reading), reading.names, move, true);
        expect(zone.apply(batch)).toBe(true);
        const seen = read(shop, zone.records);
        const known = afterBatch(reading, reading.names, move, after);
        expect({ fence: known.fence, names: known.names }).toEqual({ fence: seen.fence, names: seen.names });
      }),
    );
  });
});
