import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastSlot, nextSlot, scheduleExpression } from '../../../core/topology/drill-slots.ts';
import { pairOf } from '../../../core/topology/index.ts';
import type { Drills } from '../../../core/topology/schema.ts';
import { cronOf, nextTime } from '../../../models/scheduler-cron.ts';
import { labTopology } from '../../lab-topology.ts';

const usual = pairOf(labTopology()).drills;
const drills = (change: Partial<Drills> = {}): Drills => ({ ...usual, ...change });

describe('the schedule of drills', () => {
  it('is the first Tuesday of each month at nine, unless somebody says otherwise', () => {
    expect(scheduleExpression(usual)).toBe('cron(0 9 ? * 3#1 *)');
  });

  it('is none where drills are off', () => {
    expect(scheduleExpression(drills({ cadence: 'off' }))).toBeUndefined();
    expect(nextSlot(drills({ cadence: 'off' }), 0)).toBeUndefined();
  });

  it('says the same as EventBridge Scheduler makes of its expression', () => {
    const settings = fc.record({
      cadence: fc.constantFrom('weekly', 'monthly', 'quarterly'),
      weekday: fc.constantFrom('monday', 'tuesday', 'sunday', 'saturday'),
      hourUtc: fc.integer({ min: 0, max: 23 }),
    });
    const times = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) });
    fc.assert(
      fc.property(settings, times, (change, now) => {
        const asked = drills(change as Partial<Drills>);
        const cron = cronOf(scheduleExpression(asked) ?? '');
        const next = cron && nextTime(cron, now);
        expect(nextSlot(asked, now)).toBe(next);
        // and looking back from there it is the last one
        expect(lastSlot(asked, next ?? 0)).toBe(next);
        expect(lastSlot(asked, (next ?? 0) - 1)).toBeLessThanOrEqual(now);
      }),
      { numRuns: 60 },
    );
  });
});
