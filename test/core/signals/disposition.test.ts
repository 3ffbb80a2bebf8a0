import { describe, expect, it } from 'vitest';
import { emptyLedger, type Holder, KINDS, type Kind } from '../../../core/ledger/ledger.ts';
import { needless, started, unfit } from '../../../core/signals/disposition.ts';
import type { Signal } from '../../../core/signals/signal.ts';
import { pairOf } from '../../../core/topology/index.ts';
import { labTopology } from '../../lab-topology.ts';

const pair = pairOf(labTopology());
const NOW = Date.parse('2026-11-20T07:00:00Z');
const signal = (more: Partial<Signal> = {}): Signal => ({
  source: 'cloudwatch',
  name: 'throwover-prod-shop-blue',
  state: 'alarm',
  at: NOW,
  fingerprint: 'f',
  hints: {},
  ...more,
});

describe('a signal says nothing that anybody should look at', () => {
  it.each([
    ['when it is ok', signal({ state: 'ok' }), 'not an alarm', 'ok'],
    ['when it has too little data', signal({ state: 'insufficient' }), 'not an alarm', 'insufficient'],
    ['when it is a schedule', signal({ state: 'due' }), 'not an alarm', 'schedule'],
    ['when it is suppressed', signal({ suppressedBy: 'WaitPeriod' }), 'not an alarm', 'WaitPeriod'],
    ['when it is too old', signal({ at: NOW - 301_000 }), 'stale', '301 s old, 300 s'],
    ['when it comes from the future', signal({ at: NOW + 301_000 }), 'stale', 'future'],
  ])('%s', (_, one, did, because) => {
    expect(unfit(one, pair, NOW)).toMatchObject({ did, because: expect.stringContaining(because) });
  });

  it('when it is nobody’s', () => {
    expect(unfit(signal(), undefined, NOW)?.did).toBe('no pair');
  });

  it.each([0, 300_000, -300_000])('but not when it is an alarm and %i ms old', (age) => {
    expect(unfit(signal({ at: NOW - age }), pair, NOW)).toBeUndefined();
  });
});

describe('no run is needed', () => {
  const ledger = { ...emptyLedger('shop'), active: 'blue', epoch: 3, since: NOW - 600_000 };
  const heldBy = (kind: Kind) => ({ ...ledger, holder: { id: 'sfn:x', run: 'r', kind, nonce: 'n' } as Holder });
  const last = (at: number, running: boolean) => ({ run: 'shop-3-1-failover', at, signal: 'k', running });

  it.each(KINDS)('while %s holds the pair, if that is a failover or more', (kind) => {
    const most = KINDS.indexOf(kind) >= KINDS.indexOf('automatic failover');
    expect(needless(signal(), heldBy(kind), undefined)?.did).toBe(most ? 'held already' : undefined);
  });

  it('while a run looks, and for what was before it began', () => {
    expect(needless(signal(), ledger, last(NOW - 60_000, true))).toMatchObject({ did: 'answered' });
    expect(needless(signal(), ledger, last(NOW, false))).toMatchObject({ did: 'answered' });
    expect(needless(signal(), ledger, last(NOW - 1, false))).toBeUndefined();
  });

  it('for what was before the move that stands', () => {
    expect(needless(signal({ at: NOW - 600_000 }), ledger, undefined)?.because).toContain('epoch 3');
    expect(needless(signal({ at: NOW - 599_999 }), ledger, undefined)).toBeUndefined();
    expect(needless(signal(), undefined, undefined)).toBeUndefined();
  });
});

describe('a run that a signal started', () => {
  it('says beforehand that a pause will keep it from acting', () => {
    const paused = { ...emptyLedger('shop'), pause: { by: 'anna', reason: 'upgrade', since: 0 } };
    expect(started('r', paused, NOW).because).toBe('started r; it will not act: paused by anna: upgrade');
    expect(started('r', undefined, NOW)).toEqual({ did: 'started', because: 'started r', run: 'r' });
  });
});
