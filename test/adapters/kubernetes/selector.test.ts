import { describe, expect, it } from 'vitest';
import { selectorText } from '../../../adapters/kubernetes/objects.ts';

describe('a selector', () => {
  it('is asked for with its labels and its expressions: without them it would be every pod of the namespace', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'stage', operator: 'NotIn', values: ['test'] },
      { key: 'track', operator: 'Exists' },
      { key: 'old', operator: 'DoesNotExist' },
    ];
    expect(selectorText({ matchLabels: { app: 'web' }, matchExpressions })).toBe(
      'app=web,tier in (a,b),stage notin (test),track,!old',
    );
  });
});
