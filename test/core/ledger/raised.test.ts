import { describe, expect, it } from 'vitest';
import { emptyLedger, type Ledger } from '../../../core/ledger/ledger.ts';
import { lowered, updatesOfOurs } from '../../../core/ledger/raised.ts';

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const one = { cluster: 'green', group: 'workers', min: 1, to: 6, at: NOW - HOUR, update: 'u-1' };
const other = { ...one, group: 'spare', update: 'u-2' };
const ledger: Ledger = { ...emptyLedger('shop'), active: 'blue', raised: [one, other] };
const given = (from: Ledger, update?: string): Ledger | string => {
  const next = lowered(from, one, NOW, update);
  return next.kind === 'no' ? next.because : next.next;
};

describe('a minimum that is lowered again', () => {
  it('is owed no longer, and the update that does it is known as ours', () => {
    const next = given(ledger, 'u-3') as Ledger;
    expect(next.raised).toEqual([other]);
    expect(updatesOfOurs(next)).toEqual(new Set(['u-2', 'u-3']));
    expect((given(ledger) as Ledger).givenBack).toEqual([]);
  });

  it('stays owed for who has taken the pair meanwhile, and yet the update is ours', () => {
    const holder = { id: 'sfn:run', nonce: 'n', kind: 'switchover', since: NOW } as never;
    const next = given({ ...ledger, holder }, 'u-3') as Ledger;
    expect(next.raised).toEqual([one, other]);
    expect(updatesOfOurs(next).has('u-3')).toBe(true);
    expect(given({ ...ledger, holder })).toBe('workers of green is needed by now');
  });

  it('is forgotten six hours later: no update of a size takes so long', () => {
    const givenBack = [
      { update: 'old', at: NOW - 6 * HOUR },
      { update: 'young', at: NOW - 6 * HOUR + 1 },
    ];
    expect((given({ ...ledger, givenBack }, 'u-3') as Ledger).givenBack?.map(({ update }) => update)).toEqual([
      'young',
      'u-3',
    ]);
  });
});
