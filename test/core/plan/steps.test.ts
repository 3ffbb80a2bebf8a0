import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StepFacts, stepAfter } from '../../../core/plan/steps.ts';

const healthy: StepFacts = { shares: [10, 50, 100], share: 10, target: 'healthy', source: 'healthy', ready: 1 };
const all = (['healthy', 'sick', 'unknown'] as const).flatMap((target) =>
  (['healthy', 'dead', 'unknown'] as const).flatMap((source) =>
    [0, 10, 50, 100].flatMap((share) =>
      ([undefined, 'stay', 'back'] as const).map(
        (abort): StepFacts => ({ ...healthy, share, target, source, ...(abort ? { abort } : {}) }),
      ),
    ),
  ),
);

describe('stepAfter', () => {
  it.each<[string, Partial<StepFacts>, object]>([
    ['goes to the next share', {}, { kind: 'Steer', share: 50, swap: false }],
    ['begins with the first share', { share: 0 }, { kind: 'Steer', share: 10, swap: false }],
    [
      'ends at everything, whatever the list ends in',
      { shares: [10], share: 10 },
      { kind: 'Steer', share: 100, swap: false },
    ],
    ['commits when everything is there and does well', { share: 100 }, { kind: 'Commit' }],
    ['goes back when the target is sick', { target: 'sick' }, { kind: 'Back' }],
    ['goes back from everything, too', { target: 'sick', share: 100 }, { kind: 'Back' }],
    ['stays where it is while automation is paused', { paused: 'paused by me' }, { kind: 'Halt' }],
    ['goes back when nobody sees the target', { target: 'unknown' }, { kind: 'Back' }],
    ['moves the rest at once when the old side dies', { source: 'dead' }, { kind: 'Steer', share: 100, swap: true }],
    ['stops when both are sick', { source: 'dead', target: 'sick' }, { kind: 'Stop' }],
    ['stops when it is blind', { source: 'unknown', target: 'unknown' }, { kind: 'Stop' }],
    ['does not go back to a side that nobody sees', { source: 'unknown', target: 'sick' }, { kind: 'Stop' }],
    ['does not go on to a side that nobody sees', { source: 'dead', target: 'unknown' }, { kind: 'Stop' }],
    [
      'does not commit a step that was stopped on its way',
      { share: 100, unfinished: true },
      { kind: 'Steer', share: 100 },
    ],
    ['stays in the middle of the last step, too', { share: 100, unfinished: true, abort: 'stay' }, { kind: 'Stay' }],
    ['goes back from the middle of the last step', { share: 100, unfinished: true, abort: 'back' }, { kind: 'Back' }],
    ['has nowhere to stay when everything is there', { share: 100, abort: 'stay' }, { kind: 'Commit' }],
    ['stays when a person asks', { abort: 'stay' }, { kind: 'Stay' }],
    ['stays when a person asks, though the old side died', { abort: 'stay', source: 'dead' }, { kind: 'Stay' }],
    ['goes back when a person asks', { abort: 'back' }, { kind: 'Back' }],
    ['does not go back to a dead side because a person asks', { abort: 'back', source: 'dead' }, { kind: 'Stop' }],
    ['goes no further than its pods are ready', { ready: 0.49 }, { kind: 'Steer', share: 10, swap: false }],
    ['goes on as soon as they are', { ready: 0.5 }, { kind: 'Steer', share: 50 }],
    ['gives everything only to all pods', { share: 50, ready: 0.99 }, { kind: 'Steer', share: 50 }],
    ['goes back when it has waited for them long enough', { ready: 0.49, waitedEnough: true }, { kind: 'Back' }],
    ['does not ask for pods when the old side is dead', { ready: 0.1, source: 'dead' }, { kind: 'Steer', share: 100 }],
  ])('%s', (_, facts, step) => {
    expect(stepAfter({ ...healthy, ...facts })).toMatchObject(step);
  });

  it('takes no step forward but to a target that is healthy, and none that a person asked not to take', () => {
    for (const facts of all) {
      const { kind } = stepAfter(facts);
      if (kind === 'Steer' || kind === 'Commit') expect(facts.target).toBe('healthy');
      if (kind === 'Steer') expect(facts.abort).toBeUndefined();
    }
  });

  it('gives no share to a target of whose pods nobody knows', () => {
    const { ready: _, ...unknown } = healthy;
    expect(stepAfter(unknown)).toMatchObject({ kind: 'Steer', share: 10 });
  });

  it('never gives a share that is larger than the share of pods that are ready, whatever the shares are', () => {
    const facts = fc.record({
      shares: fc
        .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1 })
        .map((all) => all.sort((a, b) => a - b)),
      share: fc.integer({ min: 1, max: 100 }),
      ready: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      waitedEnough: fc.boolean(),
      source: fc.constantFrom('healthy' as const, 'unknown' as const),
    });
    fc.assert(
      fc.property(facts, ({ ready, ...given }) => {
        const step = stepAfter({ ...given, target: 'healthy', ...(ready === undefined ? {} : { ready }) });
        if (step.kind === 'Steer' && step.share > given.share)
          expect(step.share).toBeLessThanOrEqual((ready ?? 0) * 100);
      }),
    );
  });

  it('takes no step back to a side that is dead', () => {
    for (const facts of all.filter(({ share }) => share > 0)) {
      if (stepAfter(facts).kind === 'Back') expect(facts.source).not.toBe('dead');
    }
  });
});
