/** A CloudWatch alarm that calls the function as its action: `cloudwatch-alarm-lambda.json`. */
import * as z from 'zod/mini';
import { AlarmData, alarmSignal } from './cloudwatch-alarm.ts';
import type { Reading } from './reading.ts';

const Envelope = z.object({ source: z.literal('aws.cloudwatch'), alarmData: z.unknown() });

export const LambdaAlarm = z.object({ time: z.optional(z.string()), alarmData: AlarmData });

export function lambdaAlarm(event: unknown): Reading[] | undefined {
  if (!z.safeParse(Envelope, event).success || !Object.hasOwn(event as object, 'alarmData')) return undefined;
  const parsed = z.safeParse(LambdaAlarm, event);
  if (!parsed.success) return [`CloudWatch alarm by its Lambda action: ${z.prettifyError(parsed.error)}`];
  const { time, alarmData } = parsed.data;
  const { value, timestamp, actionsSuppressedBy } = alarmData.state;
  return [
    alarmSignal({ name: alarmData.alarmName, value, times: [timestamp, time], suppressedBy: actionsSuppressedBy }),
  ];
}
