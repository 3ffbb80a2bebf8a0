/** `CloudWatch Alarm State Change` through an EventBridge rule: `cloudwatch-alarm-eventbridge-*.json`. */
import * as z from 'zod/mini';
import { AlarmData, alarmSignal } from './cloudwatch-alarm.ts';
import type { Reading } from './reading.ts';

const Envelope = z.object({ source: z.literal('aws.cloudwatch'), 'detail-type': z.string(), detail: z.unknown() });

export const EventBridgeAlarm = z.object({ time: z.optional(z.string()), detail: AlarmData });

export function eventBridgeAlarm(event: unknown): Reading[] | undefined {
  const envelope = z.safeParse(Envelope, event);
  if (!envelope.success) return undefined;
  const type = envelope.data['detail-type'];
  // an alarm that is made, changed or deleted is told as well, and says nothing about a cluster
  if (type !== 'CloudWatch Alarm State Change') return [`CloudWatch event ${type.slice(0, 80)}: no change of a state`];
  const parsed = z.safeParse(EventBridgeAlarm, event);
  if (!parsed.success) return [`CloudWatch alarm through EventBridge: ${z.prettifyError(parsed.error)}`];
  const { time, detail } = parsed.data;
  const { value, timestamp, actionsSuppressedBy } = detail.state;
  return [alarmSignal({ name: detail.alarmName, value, times: [timestamp, time], suppressedBy: actionsSuppressedBy })];
}
