import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NodeGroupSize, raisesFor } from '../../../core/plan/capacity.ts';

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
