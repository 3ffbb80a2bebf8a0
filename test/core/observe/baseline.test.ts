import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Baselines,
  LEARNS_FROM,
  LOOKS_MIN,
  learned,
  RECENT,
  slowerThanUsual,
} from '../../../core/observe/baseline.ts';
import type { Observation } from '../../../core/observe/observation.ts';
import { situationOf } from '../../../core/observe/situation.ts';
import { SITUATIONS } from '../../../core/observe/situations.ts';
import { factsOf, NOW, PAIR } from '../given.ts';

const LIMITS = { slowMilliseconds: 1_000, slowFactor: 3 };

const look = (milliseconds: number | undefined, more: Partial<Observation> = {}): Observation => ({
  observer: 'outside',
  cluster: 'blue',
  at: NOW,
  answers: true,
  canary: 'healthy',
  ...(milliseconds === undefined ? {} : { milliseconds }),
  evidence: '',
  ...more,
});
const remembering = (times: readonly number[], before: Baselines = {}): Baselines =>
  times.reduce((known, milliseconds) => learned(known, [look(milliseconds)], PAIR), before);
const slow = (known: Baselines) => slowerThanUsual(known.blue?.outside, LIMITS);
const quiet = (looks: number, milliseconds = 200) => Array.from({ length: looks }, () => milliseconds);

describe('what is usual', () => {
  it('is known after half an hour, not before', () => {
    expect(slow(remembering([...quiet(LOOKS_MIN - RECENT - 1, 200), ...quiet(RECENT, 5_000)]))).toBeUndefined();
    expect(slow(remembering([...quiet(60), ...quiet(RECENT, 2_000)]))).toMatch(
      /2000 ms in the last 5 looks, \d+ ms is usual/,
    );
  });

  it('needs a trend: the median of the last looks, not one of them, nor two', () => {
    const known = remembering(quiet(100));
    expect(slow(remembering(quiet(2, 5_000), known))).toBeUndefined();
    expect(slow(remembering(quiet(3, 5_000), known))).toBeDefined();
    expect(slow(remembering([...quiet(3, 5_000), ...quiet(3)], known))).toBeUndefined();
  });

  it('is slow only beyond both limits: in itself, and against the past', () => {
    const known = (usual: number, now: number) => slow(remembering([...quiet(400, usual), ...quiet(RECENT, now)]));
    expect(known(100, 999)).toBeUndefined();
    expect(known(100, 1_001)).toBeDefined();
    expect(known(500, 1_200)).toBeUndefined();
    expect(known(500, 1_600)).toBeDefined();
  });

  it('hardly learns an hour of trouble, and takes what lasts for usual within half a day', () => {
    const known = remembering(quiet(LEARNS_FROM));
    const hour = remembering(quiet(60, 2_000), known);
    expect(slow(hour)).toBeDefined();
    expect(slow(remembering(quiet(LEARNS_FROM, 2_000), known))).toBeUndefined();
  });

  it('is learned by who asks the cluster itself, and from answers', () => {
    const all = [look(undefined), look(50, { observer: 'aws' }), look(60, { observer: 'inside', cluster: 'green' })];
    expect(learned({}, all, PAIR)).toEqual({ blue: {}, green: { inside: { usual: 60, looks: 1, recent: [60] } } });
  });

  it('stays small whatever is seen, and lies between what was seen', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (times) => {
          const { usual = -1, recent = [], looks = 0 } = remembering(times).blue?.outside ?? {};
          expect(usual).toBeGreaterThanOrEqual(Math.min(...times) - 1);
          expect(usual).toBeLessThanOrEqual(Math.max(...times) + 1);
          expect(recent.length).toBeLessThanOrEqual(RECENT);
          expect(looks).toBeLessThanOrEqual(LEARNS_FROM);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('of another pair’s clusters, or of one that is gone, is not kept', () => {
    const known = { red: { outside: { usual: 1, looks: 1, recent: [1] } } };
    expect(Object.keys(learned(known, [], PAIR)).sort()).toEqual(['blue', 'green']);
  });
});

describe('a Brownout against the past', () => {
  const usual = { blue: { outside: { usual: 120, looks: 400, recent: [1_400, 1_400, 1_400, 1_400, 1_400] } } };

  it('is found where the other cluster is as slow: nothing beside it would show', () => {
    const facts = factsOf({ seen: { outside: { blue: 'slow', green: 'slow' } } });
    expect(situationOf(facts).name).toBe('Healthy');
    const found = situationOf({ ...facts, usual });
    expect(found).toMatchObject({ name: 'Brownout' });
    expect(found.because).toContain('1400 ms in the last 5 looks, 120 ms is usual (blue)');
  });

  it('pages and never moves anybody', () => {
    expect(SITUATIONS.Brownout).toMatchObject({ actsAlone: false, pages: true });
  });

  it('of the cluster that sleeps is nobody’s trouble', () => {
    expect(situationOf({ ...factsOf({}), usual: { green: usual.blue } }).name).toBe('Healthy');
  });
});
