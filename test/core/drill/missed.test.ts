import { describe, expect, it } from 'vitest';
import type { DrillRecord } from '../../../core/drill/drill.ts';
import { missedSlot } from '../../../core/drill/missed.ts';
import { pairOf } from '../../../core/topology/index.ts';
import { labTopology } from '../../lab-topology.ts';

const usual = pairOf(labTopology()).drills;
const HOUR = 3_600_000;
const record = (at: number) => ({ at }) as DrillRecord;

describe('a missed drill', () => {
  const slot = Date.parse('2026-02-03T09:00:00Z');
  const long = slot - 90 * 24 * HOUR;

  it('is one that nobody began six hours later', () => {
    expect(missedSlot(usual, [], long, slot + 7 * HOUR)).toBe(slot);
  });

  it('is none before that: EventBridge may still try, and people may still skip it', () => {
    expect(missedSlot(usual, [record(slot - 28 * 24 * HOUR)], long, slot + 5 * HOUR)).toBeUndefined();
  });

  it('is none when it was begun, or said why not, at its time or later', () => {
    expect(missedSlot(usual, [record(slot)], long, slot + 7 * HOUR)).toBeUndefined();
    expect(missedSlot(usual, [record(slot + 3 * HOUR)], long, slot + 7 * HOUR)).toBeUndefined();
    expect(missedSlot(usual, [record(slot - 1)], long, slot + 7 * HOUR)).toBe(slot);
  });

  it('is none of a time when nobody looked yet', () => {
    expect(missedSlot(usual, [], slot + 1, slot + 7 * HOUR)).toBeUndefined();
  });

  it('is none where none is scheduled', () => {
    expect(missedSlot({ ...usual, cadence: 'off' }, [], long, slot + 7 * HOUR)).toBeUndefined();
  });
});
