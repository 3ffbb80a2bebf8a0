/**
 * A person or another program suggests a look: `manual.json`. It has no more weight than an alarm: the run looks for itself,
 * and moves only what an alarm would have moved. Who decides starts the state machine, or types `throwover switch`.
 */
import * as z from 'zod/mini';
import { fingerprintOf, minuteOf, signalName } from '../core/signals/signal.ts';
import { type Reading, timeOf } from './reading.ts';

/** Strict: people write it. `at` is ISO 8601 with an offset; without it, it is said now. */
export const Manual = z.strictObject({
  suggest: z.literal('look'),
  pair: z.string(),
  by: z.string(),
  reason: z.string(),
  at: z.optional(z.string()),
});

export function manualSignal(event: unknown, receivedAt: number): Reading[] | undefined {
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, 'suggest')) return undefined;
  const parsed = z.safeParse(Manual, event);
  if (!parsed.success) return [`a manual suggestion: ${z.prettifyError(parsed.error)}`];
  const { pair, by, reason, at: said } = parsed.data;
  const at = said === undefined ? receivedAt : timeOf(said);
  if (at === undefined) return ['a manual suggestion: at is no time such as 2026-11-20T07:00:00Z'];
  return [
    {
      source: 'manual',
      name: signalName(`${by}: ${reason}`),
      state: 'alarm',
      at,
      fingerprint: fingerprintOf('manual', pair, by, reason, minuteOf(at)),
      hints: { pair },
    },
  ];
}
