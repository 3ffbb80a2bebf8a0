/** When drills are due. All of it in UTC, as EventBridge Scheduler reads a schedule that names no time zone. */
import type { Drills } from './schema.ts';

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const DAY_MILLISECONDS = 86_400_000;
const QUARTERS = [0, 3, 6, 9];
/** More than two quarters. */
const LONGEST_DAYS = 200;

/** `cron(0 9 ? * 3#1 *)`: the first such weekday of each month. Undefined: no drill is scheduled. */
export function scheduleExpression({ cadence, weekday, hourUtc }: Drills): string | undefined {
  const day = DAYS.indexOf(weekday) + 1;
  if (cadence === 'off') return undefined;
  if (cadence === 'weekly') return `cron(0 ${hourUtc} ? * ${day} *)`;
  const months = cadence === 'quarterly' ? QUARTERS.map((month) => month + 1).join(',') : '*';
  return `cron(0 ${hourUtc} ? ${months} ${day}#1 *)`;
}

/** The next slot after `now`, in milliseconds since the epoch. */
export function nextSlot(drills: Drills, now: number): number | undefined {
  return slots(drills, now, 1).find((at) => at > now);
}

/** The last slot at or before `now`. */
export function lastSlot(drills: Drills, now: number): number | undefined {
  return slots(drills, now, -1).find((at) => at <= now);
}

/** The slots of the days around `now`, walking forward or back. */
function slots({ cadence, weekday, hourUtc }: Drills, now: number, way: 1 | -1): number[] {
  if (cadence === 'off') return [];
  const today = Math.floor(now / DAY_MILLISECONDS) * DAY_MILLISECONDS;
  return Array.from({ length: LONGEST_DAYS }, (_, days) => new Date(today + way * days * DAY_MILLISECONDS))
    .filter((day) => day.getUTCDay() === DAYS.indexOf(weekday))
    .filter((day) => cadence === 'weekly' || day.getUTCDate() <= 7)
    .filter((day) => cadence !== 'quarterly' || QUARTERS.includes(day.getUTCMonth()))
    .map((day) => day.getTime() + hourUtc * 3_600_000);
}
