/** What people and our own functions may ask of the state machine: the execution input. Strict: a typo is an error. */
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

z.config(en());

/** From `pause` on they change what is written in the table only. */
export const MODES = [
  'preview',
  'preview-failover',
  'switchover',
  'failover',
  'repair',
  'pause',
  'resume',
  'abort',
  'ack',
  'accept',
  'stand-down',
] as const;

export const ExecutionInput = z.strictObject({
  pair: z.exactOptional(z.string()),
  mode: z._default(z.enum(MODES), 'preview'),
  to: z.exactOptional(z.string()),
  active: z.exactOptional(z.string()),
  reason: z.exactOptional(z.string().check(z.maxLength(500))),
  ring: z.exactOptional(z.int()),
  /** When a pause ends by itself: ISO 8601 with an offset. */
  until: z.exactOptional(z.iso.datetime({ offset: true })),
  // biome-ignore lint/suspicious/noThenProperty: the name is the interface's, and it holds a word, not a function
  then: z.exactOptional(z.enum(['stay', 'back'])),
  override: z.exactOptional(z.array(z.string())),
  /** Who asks for this, as they say; what AWS knows of them is in CloudTrail. */
  by: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(120))),
  /** Set by the drill machine: the drill that this run is a leg of. A drill's leg yields to every other run. */
  drill: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(80))),
  /** Set by our own functions: what suggested this run, and when (milliseconds since the epoch). Makes it automatic. */
  signal: z.exactOptional(z.strictObject({ source: z.string(), name: z.string(), at: z.number() })),
});
export type Request = z.output<typeof ExecutionInput>;
