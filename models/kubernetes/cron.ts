const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A schedule that matches no day of four years matches none. */
const DAYS_MAX = 1_461;

const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** A cron schedule in UTC: numbers, lists, ranges and steps in five fields; undefined when it is not that. */
export class Schedule {
  readonly #fields: readonly ReadonlySet<number>[];
  readonly #anyDay: boolean;
  readonly #anyWeekday: boolean;

  private constructor(fields: readonly ReadonlySet<number>[], anyDay: boolean, anyWeekday: boolean) {
    this.#fields = fields;
    this.#anyDay = anyDay;
    this.#anyWeekday = anyWeekday;
  }

  static parse(text: string): Schedule | undefined {
    const parts = text.trim().split(/\s+/);
    if (parts.length !== 5) return undefined;
    const fields = parts.map((part, at) => values(part, ranges[at] ?? [0, 0]));
    if (fields.some((field) => field === undefined)) return undefined;
    return new Schedule(fields as Set<number>[], parts[2] === '*', parts[4] === '*');
  }

  /** The first run after `milliseconds`. */
  next(milliseconds: number): number | undefined {
    return this.#search(Math.floor(milliseconds / MINUTE_MS) * MINUTE_MS + MINUTE_MS, 1);
  }

  /** The last run at or before `milliseconds`. */
  last(milliseconds: number): number | undefined {
    return this.#search(Math.floor(milliseconds / MINUTE_MS) * MINUTE_MS, -1);
  }

  #search(from: number, direction: 1 | -1): number | undefined {
    let at = from;
    for (let days = 0; days <= DAYS_MAX; days++) {
      const midnight = Math.floor(at / DAY_MS) * DAY_MS;
      if (this.#matchesDay(midnight)) {
        for (; Math.floor(at / DAY_MS) * DAY_MS === midnight; at += direction * MINUTE_MS) {
          const minute = Math.floor((at - midnight) / MINUTE_MS);
          if (this.#fields[1]?.has(Math.floor(minute / 60)) && this.#fields[0]?.has(minute % 60)) return at;
        }
      }
      at = direction === 1 ? midnight + DAY_MS : midnight - MINUTE_MS;
    }
    return undefined;
  }

  /** Day of the month or day of the week, when both are given: as cron has it. */
  #matchesDay(midnight: number): boolean {
    const date = new Date(midnight);
    if (!this.#fields[3]?.has(date.getUTCMonth() + 1)) return false;
    const day = this.#fields[2]?.has(date.getUTCDate()) ?? false;
    const weekday = this.#fields[4]?.has(date.getUTCDay()) ?? false;
    return this.#anyDay || this.#anyWeekday ? day && weekday : day || weekday;
  }
}

function values(part: string, [low, high]: readonly [number, number]): Set<number> | undefined {
  const found = new Set<number>();
  for (const item of part.split(',')) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(item);
    if (match === null) return undefined;
    const [, from, to, step] = match;
    const start = from === undefined ? low : Number(from);
    const end = to !== undefined ? Number(to) : from === undefined || step !== undefined ? high : start;
    if (start < low || end > high || Number(step ?? 1) < 1) return undefined;
    // Sunday is 0 and 7.
    for (let value = start; value <= end; value += Number(step ?? 1)) found.add(high === 7 ? value % 7 : value);
  }
  return found;
}
