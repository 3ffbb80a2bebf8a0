import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countsOf,
  MEMORY_BYTES_MAX,
  MEMORY_HOURS_MAX,
  remembered,
  wakingSizes,
} from '../../../core/plan/capacity-memory.ts';
import type { Workload } from '../../../core/ports.ts';

type Sized = Pick<Workload, 'kind' | 'namespace' | 'name' | 'replicas' | 'wanted' | 'scaled'>;

const web = (more: Partial<Sized> = {}): Sized => ({
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  replicas: 0,
  wanted: 1,
  ...more,
});
const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

describe('the memory of production', () => {
  it('gives back the count of every workload that ran with more than one pod, and knows Deployments from StatefulSets', () => {
    const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
    const workload = fc.record({
      kind: fc.constantFrom('Deployment' as const, 'StatefulSet' as const),
      namespace: name,
      name,
      replicas: fc.integer({ min: 0, max: 5_000 }),
    });
    const all = fc.uniqueArray(workload, { selector: (one) => `${one.kind}/${one.namespace}/${one.name}` });
    fc.assert(
      fc.property(all, (workloads) => {
        const sizeOf = wakingSizes(countsOf(workloads));
        for (const one of workloads) expect(sizeOf({ ...one, replicas: 0, wanted: 1 })).toBe(Math.max(1, one.replicas));
      }),
    );
  });

  it('takes the larger count of a workload that runs in both clusters: the other one wakes up or goes to sleep', () => {
    const counts = countsOf([web({ replicas: 4 }), web({ replicas: 40 }), web({ replicas: 0 })]);
    expect(wakingSizes(counts)(web())).toBe(40);
  });

  it('changes one entry when one workload is scaled, and none when nothing is', () => {
    const named = (replicas: number) => [web({ replicas }), web({ name: 'api', replicas: 3 })];
    expect(countsOf(named(5))).toEqual(countsOf(named(5).reverse()));
    expect(countsOf(named(5))).toEqual({ shop: 'api=3 web=5' });
  });

  it('of 2,000 workloads with the longest names that pods can have is a third of what a DynamoDB item holds', () => {
    const long = (n: number) => `${'n'.repeat(58)}${n}`;
    const workloads = Array.from({ length: 2_000 }, (_, n) =>
      web({ namespace: long(n % 50), name: long(n), replicas: 99 }),
    );
    expect(bytesOf({ counts: countsOf(workloads) })).toBeLessThanOrEqual(150_000);
  });

  it('leaves out the smallest when it would become too large for an item', () => {
    const longest = (n: number) => `${'n'.repeat(248)}${n}`;
    const workloads = Array.from({ length: 3_000 }, (_, n) => web({ name: longest(n), replicas: n + 2 }));
    const counts = countsOf(workloads);
    expect(bytesOf({ counts })).toBeGreaterThan(0.9 * MEMORY_BYTES_MAX);
    expect(bytesOf({ counts })).toBeLessThan(400_000);
    const sizeOf = wakingSizes(counts);
    expect(sizeOf(web({ name: longest(2_999) }))).toBe(3_001);
    expect(sizeOf(web({ name: longest(0) }))).toBe(1);
  });
});

describe('a workload wakes', () => {
  const sizeOf = wakingSizes({ shop: 'web=40 db*=5' });

  it('with its wish where the chart says one, whatever production ran with', () => {
    expect(sizeOf(web({ wanted: 3 }))).toBe(3);
    expect(sizeOf(web({ wanted: 0 }))).toBe(0);
  });

  it('at production’s size where the chart leaves the count out', () => {
    expect(sizeOf(web())).toBe(40);
    expect(sizeOf(web({ kind: 'StatefulSet', name: 'db' }))).toBe(5);
    expect(sizeOf(web({ kind: 'StatefulSet' }))).toBe(1);
    expect(sizeOf(web({ namespace: 'cart' }))).toBe(1);
  });

  it('within the bounds of its HPA, which would take the rest away', () => {
    expect(sizeOf(web({ scaled: { min: 2, max: 100 } }))).toBe(40);
    expect(sizeOf(web({ scaled: { min: 2, max: 12 } }))).toBe(12);
    expect(sizeOf(web({ scaled: { min: 60, max: 100 } }))).toBe(60);
    expect(sizeOf(web({ name: 'new', scaled: { min: 3, max: 9 } }))).toBe(3);
  });

  it('never with less than it would without a memory', () => {
    const bounds = fc.record({ min: fc.nat(20), max: fc.integer({ min: 20, max: 50 }) });
    fc.assert(
      fc.property(fc.nat(60), fc.option(bounds, { nil: undefined }), fc.nat(100), (wanted, scaled, ran) => {
        const one = web({ wanted, ...(scaled === undefined ? {} : { scaled }) });
        const size = wakingSizes({ shop: `web=${ran}` })(one);
        expect(size).toBeGreaterThanOrEqual(wanted);
        expect(size).toBeGreaterThanOrEqual(wakingSizes({})(one));
        if (scaled !== undefined) expect(size).toBeLessThanOrEqual(Math.max(wanted, scaled.max));
      }),
    );
  });
});

describe('how old a memory may be', () => {
  const now = Date.UTC(2026, 10, 20, 7);
  const aged = (hours: number) => remembered({ at: now - hours * 3_600_000, counts: { shop: 'web=40' } }, now);

  it('is a day: what ran before the last peak says little about the next', () => {
    expect(aged(MEMORY_HOURS_MAX).counts).toEqual({ shop: 'web=40' });
    expect(aged(0.05).because).toBe('sized as production was 3 min ago');
    const old = aged(MEMORY_HOURS_MAX + 1);
    expect(old.counts).toEqual({});
    expect(old.because).toMatch(/25 h ago, at most 24 h count/);
  });

  it('does not matter where there is none: that is said', () => {
    expect(remembered(undefined, now)).toEqual({ counts: {}, because: expect.stringMatching(/nobody has remembered/) });
  });
});
