import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LookFromOutside, servedIn, tailSeen } from '../../core/served.ts';

const MOVE = { from: 'blue', to: 'green', hurt: true };
const look = (cluster: string, second: number, failed = 0, asked = 2): LookFromOutside => ({
  ...{ cluster, at: second * 1_000, asked, failed },
});

describe('what the looks of a run say of users', () => {
  const looks = [
    look('blue', 10, 2),
    look('green', 10, 2), // it sleeps, and nobody is led there
    look('blue', 20, 2),
    look('green', 20, 0), // awake, and still nobody is led there
    look('green', 40, 0),
    look('blue', 40, 2), // nobody is led there any more
  ];

  it('counts the requests to the cluster to which the name servers led at that time', () => {
    const { requests } = servedIn(looks, MOVE, { withdraw: 30_000 }, 60);
    expect(requests).toEqual({ sent: 6, failed: 4, looks: 3, from: 10_000, to: 40_000 });
  });

  it('says that users are served one TTL after the first look that finds it so, when every name server has the move', () => {
    expect(servedIn(looks, MOVE, { withdraw: 30_000 }, 60).restore).toBe(100_000);
    expect(servedIn(looks, MOVE, { withdraw: 40_000 }, 60).restore).toBe(100_000);
    expect(servedIn(looks, MOVE, { withdraw: 20_000 }, 60).restore).toBe(80_000);
  });

  it('counts what failed after that, where somebody looked', () => {
    const later = [...looks, look('green', 50, 1), look('green', 60, 0)];
    expect(servedIn(later, MOVE, { withdraw: 30_000 }, 60).requests?.failedAfterRestore).toBe(1);
    expect(servedIn(looks, MOVE, { withdraw: 30_000 }, 60).requests).not.toHaveProperty('failedAfterRestore');
  });

  it.each([
    ['99 of 100 services', 1, 100, 41_000],
    ['98 of 100', 2, 100, undefined],
    ['none that was asked', 0, 0, undefined],
  ])('takes %s for what it is', (_, failed, asked, restore) => {
    expect(servedIn([look('green', 41, failed, asked)], MOVE, { withdraw: 40_000 }, 0).restore).toBe(restore);
  });

  it.each([
    ['nobody looked afterwards', looks.slice(0, 4), { withdraw: 30_000 }, MOVE, /nobody looked from outside after/],
    ['it does not serve', [look('green', 40, 1)], { withdraw: 30_000 }, MOVE, /found 1 of 2 services of green fail/],
    ['nothing was verified', looks, {}, MOVE, /no move was verified/],
    ['a planned move', looks, { withdraw: 30_000 }, { ...MOVE, hurt: false }, /nothing to restore/],
  ] as const)('%s: not known, and why', (_, seen, marks, move, because) => {
    const { restore, because: why } = servedIn(seen, move, marks, 60);
    expect([restore, why]).toEqual([undefined, expect.stringMatching(because)]);
  });

  it('never says that users were served before every name server had the move', () => {
    const looked = fc.record({
      cluster: fc.constantFrom('blue', 'green'),
      at: fc.nat(100),
      asked: fc.nat(3),
      failed: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(looked), fc.nat(100), fc.nat(60), (seen, withdraw, ttl) => {
        const { restore, because } = servedIn(seen, MOVE, { withdraw }, ttl);
        expect((restore === undefined) !== (because === undefined)).toBe(true);
        if (restore !== undefined) expect(restore).toBeGreaterThanOrEqual(withdraw + ttl * 1_000);
      }),
    );
  });

  it('says nothing of requests when the observer brought nothing', () => {
    expect(servedIn([], MOVE, { withdraw: 1 }, 60)).not.toHaveProperty('requests');
  });
});

describe('the tail of users on the old side', () => {
  it('is their share of all requests in those minutes', () => {
    expect(tailSeen(5, 995, 60, 7)).toEqual({ fraction: 0.005, requests: 5, of: 1000, seconds: 60, at: 7 });
  });

  it('is no fraction where nobody asked anything', () => {
    expect(tailSeen(0, 0, 60, 7)).toEqual({ requests: 0, of: 0, seconds: 60, at: 7 });
  });

  it.each([
    [undefined, 5, /the old side/],
    [5, undefined, /the receiving side/],
  ])('of %s and %s is not known: no datapoint is not zero', (here, there, because) => {
    expect(tailSeen(here, there, 60, 7)).toEqual({ at: 7, because: expect.stringMatching(because) });
  });
});
