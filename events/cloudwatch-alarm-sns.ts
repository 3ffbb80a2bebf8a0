/** The message of a CloudWatch alarm that tells a topic: `cloudwatch-alarm-sns.json`. */
import * as z from 'zod/mini';
import { alarmSignal } from './cloudwatch-alarm.ts';
import type { Reading } from './reading.ts';

const Envelope = z.object({ AlarmName: z.unknown(), NewStateValue: z.unknown() });

export const SnsAlarm = z.object({
  AlarmName: z.string(),
  NewStateValue: z.string(),
  StateChangeTime: z.optional(z.string()),
});

/** @param sentAt the time that the topic gave the message: an alarm that says none itself happened then */
export function snsAlarm(message: unknown, sentAt: string | undefined): Reading[] | undefined {
  const looksLikeOne = typeof message === 'object' && message !== null && Object.hasOwn(message, 'AlarmName');
  if (!looksLikeOne || !z.safeParse(Envelope, message).success) return undefined;
  const parsed = z.safeParse(SnsAlarm, message);
  if (!parsed.success) return [`CloudWatch alarm through SNS: ${z.prettifyError(parsed.error)}`];
  const { AlarmName: name, NewStateValue: value, StateChangeTime } = parsed.data;
  return [alarmSignal({ name, value, times: [StateChangeTime, sentAt] })];
}
