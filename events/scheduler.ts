/** What EventBridge Scheduler sends, with its context attributes: `scheduler.json`. The attempt is no part of what it is. */
import * as z from 'zod/mini';
import { fingerprintOf, signalName } from '../core/signals/signal.ts';
import { type Reading, timeOf } from './reading.ts';

export const Scheduled = z.object({
  kind: z.string(),
  pair: z.optional(z.string()),
  schedule: z.string(),
  scheduledAt: z.string(),
});

export function scheduledSignal(event: unknown): Reading[] | undefined {
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, 'scheduledAt')) return undefined;
  const parsed = z.safeParse(Scheduled, event);
  if (!parsed.success) return [`EventBridge Scheduler: ${z.prettifyError(parsed.error)}`];
  const { kind, pair, schedule, scheduledAt } = parsed.data;
  const name = signalName(`${schedule.split('/').at(-1)} (${kind})`);
  const at = timeOf(scheduledAt);
  if (at === undefined) return [`EventBridge Scheduler, ${name}: scheduledAt is no time that can be read`];
  return [
    {
      source: 'scheduler',
      name,
      state: 'due',
      at,
      fingerprint: fingerprintOf('scheduler', schedule, scheduledAt),
      hints: pair === undefined ? {} : { pair },
    },
  ];
}
