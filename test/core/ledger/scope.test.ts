import { describe, expect, it } from 'vitest';
import { emptyLedger } from '../../../core/ledger/ledger.ts';
import { scopeChanged, scopeOf } from '../../../core/ledger/scope.ts';

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

describe('a move of one ring whose rings have moved since it was asked for', () => {
  const now = (rings: Record<string, string>) => ({ ...emptyLedger('shop'), ...ledger(rings) });
  const asked = { askedRing: 1, to: 'green' };

  it('is refused when it would take a ring along that has come back', () => {
    expect(scopeChanged(asked, [0, 1], now({ 0: 'green' }))).toBeUndefined();
    expect(scopeChanged(asked, [0, 1], now({}))).toMatchObject({
      kind: 'no',
      because: expect.stringContaining('would move the pair; start it again'),
    });
  });

  it('is refused when it would leave nobody on the active cluster', () => {
    expect(scopeChanged({ ...asked, ring: 1 }, [0, 1], now({}))).toBeUndefined();
    expect(scopeChanged({ ...asked, ring: 1 }, [0, 1], now({ 0: 'green' }))).toMatchObject({
      kind: 'no',
      because: expect.stringContaining('would move ring 1 alone'),
    });
  });

  it('does not matter to a move of the pair: that takes everything', () => {
    expect(scopeChanged({ to: 'green' }, [0, 1], now({ 0: 'green' }))).toBeUndefined();
  });
});
