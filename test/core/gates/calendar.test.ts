import { describe, expect, it } from 'vitest';
import { blockedBy } from '../../../core/gates/calendar.ts';
import type { CalendarEntry } from '../../../core/topology/schema.ts';
import { ask } from './ask.ts';

const christmas: CalendarEntry = {
  from: '2027-03-13T18:00',
  until: '2027-03-15T06:00',
  timeZone: 'Europe/Berlin',
  blocks: ['planned', 'drills'],
  reason: 'freeze before the launch',
};
const friday: CalendarEntry = {
  weekdays: ['friday'],
  from: '16:00',
  until: '23:00',
  timeZone: 'America/New_York',
  blocks: ['planned'],
  reason: 'nobody is here',
};
const at = (text: string) => Date.parse(text);

describe('Calendar', () => {
  it('holds from the first minute to the last, in the time zone of the entry', () => {
    expect(blockedBy([christmas], at('2027-03-13T16:59:59Z'))).toBeUndefined();
    expect(blockedBy([christmas], at('2027-03-13T17:00:00Z'))).toBe(christmas);
    expect(blockedBy([christmas], at('2027-03-15T04:59:59Z'))).toBe(christmas);
    expect(blockedBy([christmas], at('2027-03-15T05:00:00Z'))).toBeUndefined();
  });

  it('comes back every week, and moves with summer time', () => {
    expect(blockedBy([friday], at('2027-01-08T21:00:00Z'))).toBe(friday);
    expect(blockedBy([friday], at('2027-01-08T20:59:00Z'))).toBeUndefined();
    expect(blockedBy([friday], at('2027-07-09T20:00:00Z'))).toBe(friday);
    expect(blockedBy([friday], at('2027-07-08T20:00:00Z'))).toBeUndefined();
  });

  it('says which entry and until when, and a person may answer for it', () => {
    expect(ask('Calendar', { kind: 'switchover', pair: { calendar: [christmas] } })).toMatchObject({
      state: 'closed',
      because: 'from 2027-03-13T18:00 until 2027-03-15T06:00 (Europe/Berlin): freeze before the launch',
      opensWhen: 'it is 2027-03-15T06:00 in Europe/Berlin',
      overridable: 'person',
    });
  });

  it.each([
    ['switchover', 'planned'],
    ['drill', 'drills'],
    ['automatic failover', 'automatic'],
  ] as const)('asks a %s about entries for %s, and about no others', (kind, what) => {
    const others = (['planned', 'drills', 'automatic'] as const).filter((one) => one !== what);
    expect(ask('Calendar', { kind, pair: { calendar: [{ ...christmas, blocks: [what] }] } }).state).toBe('closed');
    expect(ask('Calendar', { kind, pair: { calendar: [{ ...christmas, blocks: others }] } }).state).toBe('not asked');
  });

  it('never asks a person who fails over', () => {
    const all = { ...christmas, blocks: ['planned', 'drills', 'automatic'] };
    expect(ask('Calendar', { kind: 'failover by a person', pair: { calendar: [all] } }).state).toBe('not asked');
  });
});
