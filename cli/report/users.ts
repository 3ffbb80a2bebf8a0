/** What a record says of users, line by line. What is not known says why, and what would know it. */
import * as z from 'zod/mini';
import type { RequestsSeen, Tail } from '../../core/served.ts';

/** Of a record that our own functions wrote, perhaps an earlier version of them. */
export const Measured = z.looseObject({
  secondsTo: z.catch(z.record(z.string(), z.number()), {}),
  timeline: z.catch(z.record(z.string(), z.number()), {}),
  notRestored: z.exactOptional(z.string()),
  requests: z.exactOptional(z.custom<RequestsSeen>()),
  tail: z.exactOptional(z.custom<Tail>()),
});

export function usersLines({ secondsTo, timeline, notRestored, requests, tail }: z.output<typeof Measured>): string[] {
  const noTail =
    timeline.withdraw === undefined ? 'none: nobody was moved' : 'not known yet: counted when the old side stands down';
  const restore =
    secondsTo.restore === undefined
      ? `not known: ${notRestored ?? 'this run did not come so far'}`
      : `${secondsTo.restore} s, from the signal, or the start, until users were served again: one TTL after the first look that saw it`;
  return [
    `  restore   ${restore}`,
    `  requests  ${requests === undefined ? 'not known: nobody looked from outside' : requestsText(requests)}`,
    `  tail      ${tail === undefined ? noTail : tailText(tail)}`,
  ];
}

function requestsText({ sent, failed, failedAfterRestore, looks, from, to }: RequestsSeen): string {
  const later =
    failedAfterRestore === undefined ? 'nobody looked after that' : `${failedAfterRestore} of them after that`;
  const times = `${looks} looks from outside, ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  return `${sent} sent, ${failed} failed, ${later}; ${times}`;
}

function tailText({ fraction, requests, of, seconds, at, goneAt, because }: Tail): string {
  const gone = goneAt === undefined ? '' : `; the old side stood down at ${new Date(goneAt).toISOString()}`;
  if (because !== undefined) return `not known: ${because}${gone}`;
  const share = fraction === undefined ? 'no request at either side' : `${(fraction * 100).toFixed(1)} %`;
  const when = at === undefined ? '' : `, ${new Date(at).toISOString()}`;
  return `${share}: ${requests} of ${of} requests in ${seconds} s still went to the old side${when}${gone}`;
}
