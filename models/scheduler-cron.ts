/**
 * `cron(minutes hours day-of-month month day-of-week year)` as EventBridge Scheduler reads it, in UTC: numbers, names,
 * lists, ranges, `*`, and `#` for the n-th such day of the month. Steps, `L` and `W` are not here.
 */

/** All that fit, ascending; `undefined` for a field that says nothing (`*` or `?`). */
type Fitting = ReadonlySet<number> | undefined;

export interface Cron {
  readonly minutes: Fitting;
  readonly hours: Fitting;
  readonly daysOfMonth: Fitting;
  readonly months: Fitting;
  /** 1 is Sunday. */
  readonly daysOfWeek: Fitting;
  /** Only the n-th of them in the month. */
  readonly nth: number | undefined;
  readonly years: Fitting;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAY_MS = 86_400_000;
const YEARS_AHEAD = 10;

/** Undefined: not understood. One of the two fields for days must be `?`. */
export function cronOf(expression: string): Cron | undefined {
  const fields = /^cron\(([^()]+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  const [days = '', nth] = dayOfWeek.split('#');
  const read = {
    minutes: fitting(minute, 0, 59),
    hours: fitting(hour, 0, 23),
    daysOfMonth: fitting(dayOfMonth, 1, 31),
    months: fitting(month, 1, 12, MONTHS),
    daysOfWeek: fitting(days, 1, 7, DAYS),
    years: fitting(year, 1970, 2199),
  };
  if (Object.values(read).includes('wrong') || (nth !== undefined && !/^[1-5]$/.test(nth))) return undefined;
  return { ...(read as Omit<Cron, 'nth'>), nth: nth === undefined ? undefined : Number(nth) };
}

function fitting(field: string, least: number, most: number, names: readonly string[] = []): Fitting | 'wrong' {
  if (field === '*' || field === '?') return undefined;
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [from = Number.NaN, to = from] = part.split('-').map((word) => numberOf(word, least, names));
    if (!(from >= least && to <= most && from <= to)) return 'wrong';
    for (let value = from; value <= to; value++) found.add(value);
  }
  return found;
}

function numberOf(word: string, least: number, names: readonly string[]): number {
  const at = names.indexOf(word.toUpperCase());
  return at >= 0 ? at + least : /^\d+$/.test(word) ? Number(word) : Number.NaN;
}

/** The first time after `now`, in milliseconds since the epoch; undefined: never, as far as one looks ahead. */
export function nextTime(cron: Cron, now: number): number | undefined {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  for (let day = today; day < today + YEARS_AHEAD * 366 * DAY_MS; day += DAY_MS) {
    if (!isDay(cron, new Date(day))) continue;
    for (let minute = 0; minute < 1_440; minute++) {
      const at = day + minute * 60_000;
      if (at > now && fits(cron.hours, Math.floor(minute / 60)) && fits(cron.minutes, minute % 60)) return at;
    }
  }
  return undefined;
}

function isDay({ daysOfMonth, months, daysOfWeek, nth, years }: Cron, day: Date): boolean {
  const date = day.getUTCDate();
  return (
    fits(daysOfMonth, date) &&
    fits(months, day.getUTCMonth() + 1) &&
    fits(daysOfWeek, day.getUTCDay() + 1) &&
    fits(years, day.getUTCFullYear()) &&
    (nth === undefined || Math.ceil(date / 7) === nth)
  );
}

function fits(field: Fitting, value: number): boolean {
  return field === undefined || field.has(value);
}
