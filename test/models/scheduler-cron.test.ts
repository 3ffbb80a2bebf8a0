import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronOf, nextTime } from '../../models/scheduler-cron.ts';

const next = (expression: string, from: string) => {
  const cron = cronOf(expression);
  const at = cron && nextTime(cron, Date.parse(from));
  return at === undefined ? undefined : new Date(at).toISOString().slice(0, 16);
};

describe('a cron expression of EventBridge Scheduler', () => {
  it.each([
    ['cron(0 9 ? * 3#1 *)', '2026-01-01T03:00:00Z', '2026-01-06T09:00', 'the first Tuesday'],
    ['cron(0 9 ? * 3#1 *)', '2026-01-06T09:00:00Z', '2026-02-03T09:00', 'the one after it'],
    ['cron(0 9 ? 1,4,7,10 TUE#1 *)', '2026-01-07T00:00:00Z', '2026-04-07T09:00', 'of a quarter'],
    ['cron(30 7 ? * MON-FRI *)', '2026-01-02T08:00:00Z', '2026-01-05T07:30', 'the next working day'],
    ['cron(0 0 1 JAN ? *)', '2026-01-01T00:00:00Z', '2027-01-01T00:00', 'once a year'],
    ['cron(0 9 ? * 3#5 *)', '2026-01-01T00:00:00Z', '2026-03-31T09:00', 'a month that has a fifth one'],
  ])('%s after %s is %s: %s', (expression, from, expected) => {
    expect(next(expression, from)).toBe(expected);
  });

  it('never comes again when its year is over', () => {
    expect(next('cron(0 0 1 1 ? 2020)', '2026-01-01T00:00:00Z')).toBeUndefined();
  });

  it.each([
    'cron(0 9 * * 3 *)',
    'cron(0 9 ? * ? *)',
    'cron(60 9 ? * 3 *)',
    'cron(0 9 ? * 8 *)',
    'cron(0 9 ? * 3)',
    'x',
  ])('is not understood as %s', (expression) => {
    expect(cronOf(expression)).toBeUndefined();
  });

  it('comes after now, and not later than the time before it says', () => {
    const cron = cronOf('cron(0 9 ? * 3#1 *)');
    const times = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) });
    fc.assert(
      fc.property(times, (now) => {
        const at = (cron && nextTime(cron, now)) ?? 0;
        expect(at).toBeGreaterThan(now);
        expect(at - now).toBeLessThanOrEqual(35 * 86_400_000);
        expect(new Date(at).getUTCDay()).toBe(2);
      }),
      { numRuns: 30 },
    );
  });
});
