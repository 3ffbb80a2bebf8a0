/** How a person is asked, and when nothing moves. */
import * as z from 'zod/mini';
import { described, seconds, text } from './fields.ts';

export const approvals = z.strictObject({
  waitSeconds: described(
    z._default(seconds(60, 3_600), 900),
    'How long a run waits for a person. Without an answer it ends `Held`, and nobody was moved.',
  ),
  fourEyes: described(
    z._default(z.boolean(), false),
    'A planned move that a person starts waits for the approval of another person. Failovers by people never wait.',
  ),
});

const isTime = /^([01]\d|2[0-3]):[0-5]\d$/;
const isLocal = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/;

export const calendarEntry = z
  .strictObject({
    weekdays: described(
      z.exactOptional(
        z
          .array(z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']))
          .check(z.minLength(1)),
      ),
      'Every week on these days. Left out: once, from one date to another.',
    ),
    from: described(text(16), 'When it begins: `2026-12-24T18:00`, with `weekdays` a time of the day, `18:00`.'),
    until: described(text(16), 'When it ends, in the same form; that minute itself is free again.'),
    timeZone: described(
      text(64).check(z.refine(isTimeZone, 'a time zone such as Europe/Berlin or UTC')),
      'Time zone of both, as in Europe/Berlin.',
    ),
    blocks: described(
      z._default(z.array(z.enum(['planned', 'drills', 'automatic'])).check(z.minLength(1)), ['planned', 'drills']),
      'What does not begin in that time: `planned` moves, `drills`, `automatic` failovers and repairs.',
    ),
    reason: described(text(200), 'Why, for whoever meets it.'),
  })
  .check(
    z.refine(
      ({ weekdays, from, until }) => [from, until].every((at) => (weekdays === undefined ? isLocal : isTime).test(at)),
      'from and until such as 2026-12-24T18:00, or with weekdays such as 18:00',
    ),
    z.refine(({ from, until }) => from < until, 'from before until; what passes midnight is two entries'),
  );

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export type CalendarEntry = z.output<typeof calendarEntry>;
