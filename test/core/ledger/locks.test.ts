import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS, type Ledger } from '../../../core/ledger/ledger.ts';
import { type ChangeLock, lockedAgainst, locking, locksAt, unlocking } from '../../../core/ledger/locks.ts';
import { claimed, committed, letGo } from '../../../core/ledger/transitions.ts';
import { holderOf, next, resting, whyNot } from './example.ts';

const HOUR = 3_600_000;
const RUN_SECONDS = 3_600;

function lockOf(cluster: string, by: string, since = 0, until = since + HOUR): ChangeLock {
  return { cluster, by, reason: 'vpc-cni 1.21', since, until };
}

const green = next(locking(resting, lockOf('green', 'cni/17'), RUN_SECONDS));

describe('a change lock', () => {
  it('is taken at the next rev, and ends by itself to the millisecond', () => {
    expect(green).toEqual({ ...resting, rev: 11, locks: [lockOf('green', 'cni/17')] });
    expect(locksAt(green, HOUR - 1)).toHaveLength(1);
    expect(locksAt(green, HOUR)).toEqual([]);
  });

  it('keeps the second pipeline from the same cluster and from the other one, and says who and until when', () => {
    const because =
      /^green is locked by cni\/17 since 1970-01-01T00:00:00.000Z until 1970-01-01T01:00:00.000Z: vpc-cni 1.21/;
    expect(whyNot(locking(green, lockOf('green', 'k8s/3', 1), RUN_SECONDS))).toMatch(because);
    const other = whyNot(locking(green, lockOf('blue', 'k8s/3', 1), RUN_SECONDS));
    expect(other).toMatch(because);
    expect(other).toMatch(/never both clusters of shop are changed at the same time$/);
    expect(next(locking(green, lockOf('blue', 'k8s/3', HOUR), RUN_SECONDS)).locks).toEqual([
      lockOf('blue', 'k8s/3', HOUR),
    ]);
  });

  it('of both clusters is not for one pipeline either', () => {
    expect(locking(green, lockOf('blue', 'cni/17', 1), RUN_SECONDS).kind).toBe('no');
  });

  it('is made longer by its owner, who has had it since the beginning', () => {
    const longer = next(locking(green, lockOf('green', 'cni/17', HOUR - 1, 3 * HOUR), RUN_SECONDS));
    expect(longer.locks).toEqual([lockOf('green', 'cni/17', 0, 3 * HOUR)]);
  });

  it('is not given while a run holds the pair: who, and until when at the latest', () => {
    const held = next(claimed(resting, holderOf('switchover'), [], 'd'));
    expect(whyNot(locking(held, lockOf('green', 'cni/17', 2_000), RUN_SECONDS))).toBe(
      'sfn:switchover (switchover, blue -> green) holds both since 1970-01-01T00:00:02.000Z, until 1970-01-01T01:00:02.000Z at the latest; a run holds both clusters of shop',
    );
  });

  it('is not given while users may be on both clusters, nor of a pair that nobody activated', () => {
    const cutOff = next(letGo(next(claimed(resting, holderOf('switchover'), [], 'd'))));
    expect(whyNot(locking(cutOff, lockOf('green', 'cni/17'), RUN_SECONDS))).toContain('throwover repair --pair shop');
    const { active: _, ...unknown } = resting;
    expect(whyNot(locking(unknown, lockOf('green', 'cni/17'), RUN_SECONDS))).toContain('was never activated');
  });

  it('is given back by its owner, or by whoever names the owner', () => {
    expect(next(unlocking(green, { cluster: 'green', by: 'cni/17' }, 1)).locks).toEqual([]);
    expect(whyNot(unlocking(green, { cluster: 'green', by: 'ana' }, 1))).toContain(
      '`throwover lock release --pair shop --cluster green --owner cni/17` takes it from them',
    );
    expect(whyNot(unlocking(green, { cluster: 'blue', by: 'cni/17' }, 1))).toBe('nobody has locked blue');
    expect(whyNot(unlocking(green, { cluster: 'green', by: 'cni/17' }, HOUR))).toBe('nobody has locked green');
  });

  it.each(KINDS.map((kind) => [kind]))('holds a planned run and no other: %s', (kind) => {
    const planned = kind === 'switchover' || kind === 'drill';
    expect(lockedAgainst(green, kind, 1) !== undefined).toBe(planned);
    expect(lockedAgainst(green, kind, HOUR)).toBeUndefined();
  });

  it('is the only one of its pair at any time, and never begins while a run holds the pair, whatever the order', () => {
    const steps = fc.array(
      fc.record({
        what: fc.constantFrom('lock', 'lock', 'unlock', 'claim', 'end'),
        cluster: fc.constantFrom('blue', 'green'),
        by: fc.constantFrom('a', 'b', 'c'),
        minutes: fc.integer({ min: 1, max: 90 }),
      }),
      { minLength: 5, maxLength: 40 },
    );
    let locks = 0;
    fc.assert(
      fc.property(steps, (history) => {
        let ledger: Ledger = resting;
        let now = 0;
        for (const { what, cluster, by, minutes } of history) {
          now += 10 * 60_000;
          const before = ledger;
          const holder = holderOf('switchover', { nonce: String(now) });
          const decision =
            what === 'lock'
              ? locking(ledger, lockOf(cluster, by, now, now + minutes * 60_000), RUN_SECONDS)
              : what === 'unlock'
                ? unlocking(ledger, { cluster, by }, now)
                : what === 'claim'
                  ? claimed(ledger, holder, [], 'd')
                  : committed(ledger, {
                      ...{ nonce: ledger.holder?.nonce ?? '', epoch: ledger.epoch },
                      ...{ active: 'blue', rings: {}, debts: [], now },
                    });
          if (decision.kind === 'write') ledger = decision.next;
          const [held, ...more] = locksAt(ledger, now);
          expect(more).toEqual([]);
          if (what !== 'lock' || decision.kind === 'no') continue;
          locks += 1;
          expect(before.holder).toBeUndefined();
          for (const one of locksAt(before, now)) expect([one.cluster, one.by]).toEqual([held?.cluster, held?.by]);
        }
      }),
      { numRuns: 500 },
    );
    expect(locks).toBeGreaterThan(500);
  });
});
