import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bySize, type NodeSize, nodesFor, type PodSize, packed, podsIn, sumOf } from '../../../core/plan/packing.ts';

const size = fc.record({
  pods: fc.integer({ min: 1, max: 30 }),
  cpuMillis: fc.integer({ min: 0, max: 3_000 }),
  memoryMiB: fc.integer({ min: 0, max: 4_096 }),
});
const alike = fc.record({
  nodes: fc.integer({ min: 1, max: 12 }),
  pods: fc.integer({ min: 0, max: 20 }),
  cpuMillis: fc.integer({ min: 0, max: 8_000 }),
  memoryMiB: fc.integer({ min: 0, max: 16_384 }),
});
const sizes = fc.array(size, { maxLength: 8 });
const nodes = fc.array(alike, { maxLength: 4 });

/** Every node and every pod by itself: the same rule, written as plainly as it can be. */
function oneByOne(pods: readonly PodSize[], groups: readonly NodeSize[]): number {
  const each = groups.flatMap((group) => Array.from({ length: group.nodes }, () => ({ ...group })));
  const largest = {
    cpu: Math.max(1, ...each.map((n) => n.cpuMillis)),
    memory: Math.max(1, ...each.map((n) => n.memoryMiB)),
  };
  const share = (one: PodSize) => Math.max(one.cpuMillis / largest.cpu, one.memoryMiB / largest.memory);
  let fitting = 0;
  for (const { pods: count, cpuMillis, memoryMiB } of [...pods].sort((a, b) => share(b) - share(a))) {
    for (let pod = 0; pod < count; pod++) {
      const node = each.find((n) => n.pods > 0 && n.cpuMillis >= cpuMillis && n.memoryMiB >= memoryMiB);
      if (node === undefined) continue;
      node.pods--;
      node.cpuMillis -= cpuMillis;
      node.memoryMiB -= memoryMiB;
      fitting++;
    }
  }
  return fitting;
}

describe('packed', () => {
  it('places as many pods as somebody who places them one by one', () => {
    fc.assert(
      fc.property(sizes, nodes, (pods, groups) => {
        expect(packed(pods, groups).fitting).toBe(oneByOne(pods, groups));
      }),
    );
  });

  it('loses no pod and no node, and takes no more than there is', () => {
    fc.assert(
      fc.property(sizes, nodes, (pods, groups) => {
        const { fitting, out, left } = packed(pods, groups);
        expect(fitting + podsIn(out)).toBe(podsIn(pods));
        expect(left.reduce((sum, one) => sum + one.nodes, 0)).toBe(groups.reduce((sum, one) => sum + one.nodes, 0));
        expect(left.every((one) => one.pods >= 0 && one.cpuMillis >= 0 && one.memoryMiB >= 0)).toBe(true);
        const [before, after, asked, waiting] = [sumOf(groups), sumOf(left), sumOf(pods), sumOf(out)];
        expect(before.cpuMillis - after.cpuMillis).toBe(asked.cpuMillis - waiting.cpuMillis);
        expect(before.memoryMiB - after.memoryMiB).toBe(asked.memoryMiB - waiting.memoryMiB);
      }),
    );
  });

  it('does not add up what is left on different nodes', () => {
    const node = { pods: 10, cpuMillis: 1_000, memoryMiB: 1_024 };
    const pods = [{ pods: 3, cpuMillis: 600, memoryMiB: 0 }];
    expect(packed(pods, [{ ...node, nodes: 2 }])).toMatchObject({ fitting: 2, out: [{ pods: 1 }] });
    expect(nodesFor(pods, node)).toBe(3);
  });
});

describe('nodesFor', () => {
  it('is the least number of such nodes that takes them all, and none where one pod is larger than the node', () => {
    fc.assert(
      fc.property(sizes, alike, (pods, like) => {
        const count = nodesFor(pods, like);
        const takes = (nodes: number) => packed(pods, [{ ...like, nodes }]).out.length === 0;
        expect(takes(count ?? podsIn(pods))).toBe(count !== undefined);
        if (count !== undefined && count > 0) expect(takes(count - 1)).toBe(false);
      }),
    );
  });
});

describe('bySize', () => {
  it('keeps every pod, rounds up only, and is short', () => {
    const many = fc.array(size, { maxLength: 200 });
    fc.assert(
      fc.property(many, (pods) => {
        const few = bySize(pods);
        expect(few.length).toBeLessThanOrEqual(40);
        expect(podsIn(few)).toBe(podsIn(pods));
        expect(sumOf(few).cpuMillis).toBeGreaterThanOrEqual(sumOf(pods).cpuMillis);
        expect(sumOf(few).memoryMiB).toBeGreaterThanOrEqual(sumOf(pods).memoryMiB);
      }),
    );
  });

  it('keeps what pods ask for to the millicore where there are few sizes', () => {
    const pods = [
      { pods: 2, cpuMillis: 333, memoryMiB: 77 },
      { pods: 1, cpuMillis: 333, memoryMiB: 77 },
    ];
    expect(bySize(pods)).toEqual([{ pods: 3, cpuMillis: 333, memoryMiB: 77 }]);
  });
});
