/** The envelope in which a topic hands a message to a function. Which topic it says it comes from is not read: only ours may call. */
import * as z from 'zod/mini';
import { alertmanagerSignals } from './alertmanager.ts';
import { alertsInText } from './alertmanager-text.ts';
import { snsAlarm } from './cloudwatch-alarm-sns.ts';
import { type Reading, timeOf } from './reading.ts';

const Envelope = z.object({
  Records: z.array(z.object({ Sns: z.object({ Message: z.string(), Timestamp: z.optional(z.string()) }) })),
});

/** SNS hands over one message at a time. */
const RECORDS_MOST = 10;

export function snsSignals(event: unknown, receivedAt: number): Reading[] | undefined {
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, 'Records')) return undefined;
  const parsed = z.safeParse(Envelope, event);
  if (!parsed.success) return [`a message of SNS: ${z.prettifyError(parsed.error)}`];
  const records = parsed.data.Records;
  if (records.length === 0) return ['a message of SNS without any record'];
  return records.slice(0, RECORDS_MOST).flatMap(({ Sns }) => messageSignals(Sns.Message, Sns.Timestamp, receivedAt));
}

function messageSignals(message: string, timestamp: string | undefined, receivedAt: number): Reading[] {
  const sentAt = timeOf(timestamp) ?? receivedAt;
  const opened = jsonIn(message);
  return (
    snsAlarm(opened, timestamp) ??
    alertmanagerSignals(opened, sentAt, true) ??
    alertmanagerSignals(alertsInText(message), sentAt, true) ?? [
      'a message of SNS that is neither a CloudWatch alarm nor of Alertmanager, as JSON or as its own text',
    ]
  );
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
