import { describe, expect, it } from 'vitest';
import { scopeOf } from '../../../core/ledger/scope.ts';

const RINGS = [0, 1, 2];
const ledger = (rings: Record<string, string>) => ({ active: 'blue', rings });

describe('a move of one ring', () => {
  it('is of that ring while another one stays on the active cluster', () => {
    expect(scopeOf(1, 'green', RINGS, ledger({}))).toBe(1);
    expect(scopeOf(1, 'green', RINGS, ledger({ 0: 'green' }))).toBe(1);
  });

  it('is of the pair when it takes the last ring away from there, also the only one that there is', () => {
    expect(scopeOf(1, 'green', RINGS, ledger({ 0: 'green', 2: 'green' }))).toBeUndefined();
    expect(scopeOf(0, 'green', [0], ledger({}))).toBeUndefined();
  });

  it('is of that ring when it comes back to the active cluster, or nobody knows which that is', () => {
    expect(scopeOf(1, 'blue', RINGS, ledger({ 0: 'green', 1: 'green', 2: 'green' }))).toBe(1);
    expect(scopeOf(1, 'green', RINGS, undefined)).toBe(1);
  });
});
