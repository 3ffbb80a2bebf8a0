import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NodeGroupSize, raisesFor, withOtherNodes } from '../../../core/plan/capacity.ts';

const group = fc
  .record({ min: fc.nat(20), more: fc.nat(20), room: fc.nat(20) })
  .map(({ min, more, room }): Omit<NodeGroupSize, 'group'> => ({ min, desired: min + more, max: min + more + room }));
const groups = fc.array(group, { maxLength: 5 }).map((all) => all.map((one, at) => ({ ...one, group: `g${at}` })));

describe('raising node groups', () => {
  it('orders what is missing, no more, and nothing beyond a maximum', () => {
    fc.assert(
      fc.property(groups, fc.nat(200), (all, nodes) => {
        const raises = raisesFor(all, nodes);
        const desired = all.reduce((sum, one) => sum + one.desired, 0);
        const max = all.reduce((sum, one) => sum + one.max, 0);
        const added = raises.reduce(
          (sum, one) => sum + one.to - (all.find(({ group: g }) => g === one.group)?.desired ?? 0),
          0,
        );
        expect(desired + added).toBe(Math.max(desired, Math.min(nodes, max)));
        for (const { group: name, to, min } of raises) {
          const before = all.find((one) => one.group === name);
          expect(to).toBeGreaterThan(min);
          expect(to).toBeLessThanOrEqual(before?.max ?? 0);
          expect(min).toBe(before?.min);
        }
      }),
    );
  });
});

describe('pause pods', () => {
  it('stand for a node each, and the other nodes are nobody’s to raise', () => {
    fc.assert(
      fc.property(groups, fc.nat(100), fc.nat(200), (reserves, nodes, wanted) => {
        const sizes = withOtherNodes(reserves, nodes);
        const pauses = reserves.reduce((sum, { desired }) => sum + desired, 0);
        expect(sizes.reduce((sum, { desired }) => sum + desired, 0)).toBe(Math.max(nodes, pauses));
        const known = reserves.map(({ group: name }) => name);
        for (const { group: name } of raisesFor(sizes, wanted)) expect(known).toContain(name);
      }),
    );
  });

  it('are all raised that may be when nobody knows how many nodes are needed', () => {
    const reserves = [{ group: 'reserve/pause', min: 1, desired: 1, max: 7 }];
    expect(raisesFor(withOtherNodes(reserves, 3), Number.POSITIVE_INFINITY)).toEqual([
      { group: 'reserve/pause', min: 1, to: 7 },
    ]);
  });
});
