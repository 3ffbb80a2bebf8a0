import { describe, expect, it } from 'vitest';
import { situationOf } from '../../../core/observe/situation.ts';
import { stuckNow } from '../../../core/observe/stuck-pods.ts';
import { factsOf } from '../given.ts';

const NOW = Date.UTC(2026, 10, 20, 7);
const ago = (seconds: number) => NOW - seconds * 1_000;

describe('a pod', () => {
  it.each([
    [120, 1],
    [121, 0],
  ])('that was said to get no network %i s ago counts as stuck: %i', (seconds, count) => {
    const { stuckPods, creatingPods } = stuckNow([{ pod: 'shop/web-1', noNetworkAt: ago(seconds) }], NOW);
    expect([stuckPods.count, creatingPods.count]).toEqual([count, 0]);
  });

  it('that has hung since before the last word about it stays stuck, however long the kubelet says nothing more', () => {
    const pod = { pod: 'shop/web-1', creatingSince: ago(900), noNetworkAt: ago(400) };
    expect(stuckNow([pod], NOW).stuckPods).toEqual({ count: 1, some: ['shop/web-1'] });
  });

  it('is not judged by what was said before it came to its node', () => {
    const pod = { pod: 'shop/web-0', creatingSince: ago(300), noNetworkAt: ago(400) };
    expect(stuckNow([pod], NOW)).toMatchObject({ stuckPods: { count: 0 }, creatingPods: { count: 1 } });
  });

  it.each([
    [61, 1],
    [60, 0],
  ])('that has no container for %i s hangs: %i, and of what is not said', (seconds, count) => {
    expect(stuckNow([{ pod: 'shop/web-1', creatingSince: ago(seconds) }], NOW)).toMatchObject({
      stuckPods: { count: 0 },
      creatingPods: { count },
    });
  });
});

describe('a cluster that serves nobody', () => {
  const dead = { outside: { blue: 'sick' }, inside: { blue: 'sick' } } as const;
  const seen = (source: object) => situationOf(factsOf({ seen: dead, source }));
  const few = (count: number, ...some: string[]) => ({ count, some });

  it('and whose pods get no network is CniBroken, with both counts', () => {
    const { name, because } = seen({ stuckPods: few(7, 'canary/canary-1'), creatingPods: few(9, 'canary/canary-1') });
    expect(name).toBe('CniBroken');
    expect(because).toContain(
      '7 pods get no network (FailedCreatePodSandBox): canary/canary-1; 9 pods hang in ContainerCreating',
    );
  });

  it('and whose pods hang for another reason is dead, and that is said', () => {
    const { name, because } = seen({ stuckPods: few(0), creatingPods: few(9, 'shop/web-1'), workloads: [] });
    expect(name).toBe('ActiveDead');
    expect(because).toContain('; 9 pods hang in ContainerCreating');
  });
});
