import { describe, expect, it } from 'vitest';
import { ledgerFromFences } from '../../../core/ledger/from-fences.ts';
import type { Fence } from '../../../core/plan/fence.ts';

const fence: Fence = { by: '1ab01ab0', epoch: 43, seq: 2, active: 'blue', rings: {}, run: 'run-43' };
const asked = { now: 1_000, to: 'green' };

describe('a ledger made from fences', () => {
  it('knows who is active and at which epoch, is paused, and waits for an acknowledgement', () => {
    const rings = { 0: 'green' };
    expect(
      ledgerFromFences(
        'shop',
        [
          { ...fence, rings },
          { ...fence, rings, epoch: 44, run: 'run-44' },
        ],
        asked,
      ),
    ).toEqual({
      pair: 'shop',
      rev: 1,
      epoch: 44,
      active: 'blue',
      rings,
      run: 'run-44',
      debts: [],
      acknowledged: false,
      pause: { reason: 'the ledger was lost and made again from the fences', by: 'throwover', since: 1_000 },
    });
  });

  it('is none where no zone has a fence', () => {
    expect(ledgerFromFences('shop', [], asked)).toBeUndefined();
  });

  it('of fences that differ lets the move go on from the cluster that is left, whichever zone moved first', () => {
    const there = { ...fence, active: 'green' };
    const cutOff = { active: 'blue', interrupted: { from: 'blue', to: 'green' } };
    expect(ledgerFromFences('shop', [there, fence], asked)).toMatchObject(cutOff);
    expect(ledgerFromFences('shop', [fence, there], asked)).toMatchObject(cutOff);
    expect(ledgerFromFences('shop', [there, fence], { ...asked, to: 'blue' })).toMatchObject({ active: 'green' });
  });

  it('remembers a move that a fence speaks of as cut off', () => {
    const moving = { ...fence, move: { to: 'green', share: 10 } };
    expect(ledgerFromFences('shop', [moving, fence], asked)).toHaveProperty('interrupted');
    expect(ledgerFromFences('shop', [fence, fence], asked)).not.toHaveProperty('interrupted');
  });
});
