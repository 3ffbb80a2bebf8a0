import { describe, expect, it } from 'vitest';
import { owedAfter } from '../../../core/ledger/owed.ts';

const NOW = 1_000_000;
const moved = {
  epoch: 43,
  from: 'blue',
  to: 'green',
  now: NOW,
  settleSeconds: 300,
  behind: ['example.test'],
  isNews: true,
};

describe('what is owed after a move', () => {
  const debts = owedAfter(moved);
  const due = (what: string) => debts.filter((debt) => debt.what === what).map(({ nextTryAt }) => nextTryAt <= NOW);

  it('is paid by the run itself as far as users and those who ask for the active cluster wait for it', () => {
    for (const what of ['roles', 'publish', 'announce', 'behind']) expect(due(what)).not.toContain(false);
  });

  it('is left to the watch where it asks for every record of a zone', () => {
    for (const what of ['settle', 'stand down', 'return ownership']) expect(due(what)).not.toContain(true);
  });

  it('is looked at within a minute all the same', () => {
    expect(Math.max(...debts.map(({ nextTryAt }) => nextTryAt))).toBeLessThan(NOW + 60_000);
  });

  it('tells both clusters of rings that were found to stand elsewhere', () => {
    const roles = owedAfter({ ...moved, rings: { 0: moved.from } })
      .filter(({ what, ring }) => what === 'roles' && ring === 0)
      .map(({ about }) => about);
    expect(roles).toEqual([moved.from, moved.to]);
  });
});
