import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVIDENCE_DAYS_MAX, missingBeforeAll } from '../../core/enrolment.ts';

const NOW = Date.parse('2026-11-20T07:00:00Z');
const MAX = EVIDENCE_DAYS_MAX * 86_400_000;

describe('before everybody takes part', () => {
  it('each piece of evidence is asked for by itself, at seven days and not a millisecond later', () => {
    const age = fc.constantFrom(undefined, 0, MAX, MAX + 1, 10 * MAX);
    fc.assert(
      fc.property(age, age, age, age, (drill, alarm, blue, green) => {
        const at = (ms: number | undefined) => (ms === undefined ? undefined : NOW - ms);
        const evidence = { drillAt: at(drill), alarmAt: at(alarm), metricAt: { blue: at(blue), green: at(green) } };
        const fresh = (ms: number | undefined) => ms !== undefined && ms <= MAX;
        const stale = [drill, alarm, blue, green].filter((ms) => !fresh(ms));
        expect(missingBeforeAll(evidence, NOW)).toHaveLength(stale.length);
      }),
    );
  });

  it('the sentences say what was seen and when', () => {
    const missing = missingBeforeAll(
      { drillAt: NOW - 9 * 86_400_000, alarmAt: NOW, metricAt: { blue: undefined } },
      NOW,
    );
    expect(missing).toEqual([
      'a drill of ring 0 that succeeded: 9 days ago; it must not be older than 7 days',
      'a metric of the load balancer of blue: never; it must not be older than 7 days',
    ]);
  });
});
