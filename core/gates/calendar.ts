import type { Facts } from '../facts.ts';
import type { CalendarEntry } from '../topology/schema.ts';
import type { Gate } from './gate.ts';

/**
 * Freezes and announced downtime: the times in which people said that nothing moves. A person may answer for moving all the
 * same, and a failover by a person is not asked.
 */
export function calendar(facts: Facts): Gate | undefined {
  const what = concerned(facts);
  const entries = facts.pair.calendar.filter(({ blocks }) => what !== undefined && blocks.includes(what));
  if (entries.length === 0) return undefined;
  const blocking = blockedBy(entries, facts.now);
  return {
    name: 'Calendar',
    state: blocking === undefined ? 'open' : 'closed',
    because:
      blocking === undefined
        ? `none of ${entries.length} calendar ${entries.length === 1 ? 'entry' : 'entries'} holds now`
        : `${told(blocking)}: ${blocking.reason}`,
    opensWhen: blocking === undefined ? 'it is open' : `it is ${blocking.until} in ${blocking.timeZone}`,
    applies: 'before claim',
    overridable: 'person',
  };
}

/** The entry that holds at this time; undefined: none does. */
export function blockedBy(entries: readonly CalendarEntry[], now: number): CalendarEntry | undefined {
  return entries.find((entry) => holds(entry, now));
}

/** Local times are compared as text: `2026-12-24T18:00`, or `18:00` on the weekdays named. */
function holds(entry: CalendarEntry, now: number): boolean {
  const { weekday, date, time } = localAt(now, entry.timeZone);
  if (entry.weekdays === undefined) return `${date}T${time}` >= entry.from && `${date}T${time}` < entry.until;
  return entry.weekdays.includes(weekday) && time >= entry.from && time < entry.until;
}

export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

function localAt(now: number, timeZone: string): { weekday: Weekday; date: string; time: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    ...{ weekday: 'long', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    weekday: part('weekday').toLowerCase() as Weekday,
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
  };
}

function concerned({ kind, startedBy }: Facts): CalendarEntry['blocks'][number] | undefined {
  if (kind === 'drill') return 'drills';
  if (kind === 'switchover') return 'planned';
  return kind === 'automatic failover' || (kind === 'repair' && startedBy === 'machine') ? 'automatic' : undefined;
}

function told({ weekdays, from, until, timeZone }: CalendarEntry): string {
  return weekdays === undefined
    ? `from ${from} until ${until} (${timeZone})`
    : `${weekdays.join(', ')} from ${from} until ${until} (${timeZone})`;
}
