/**
 * Every inbound event, whichever way it came: what is said in it, as signals. Each kind has a file of its own beside its real
 * samples. A payload is read tolerantly, because AWS adds fields, and only for whose it is, what it is called, its state and
 * its time; what cannot be read is refused with the reason.
 */
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import type { Signal } from '../core/signals/signal.ts';
import { alertmanagerSignals } from './alertmanager.ts';
import { eventBridgeAlarm } from './cloudwatch-alarm-eventbridge.ts';
import { lambdaAlarm } from './cloudwatch-alarm-lambda.ts';
import { manualSignal } from './manual.ts';
import type { Reading } from './reading.ts';
import { scheduledSignal } from './scheduler.ts';
import { snsSignals } from './sns.ts';

z.config(en());

export interface Heard {
  readonly signals: readonly Signal[];
  /** What could not be read, each with its reason. */
  readonly refused: readonly string[];
}

/** One message may hold many; a forged one holds any number. */
const SIGNALS_MOST = 10;

const readers: readonly ((event: unknown, receivedAt: number) => Reading[] | undefined)[] = [
  eventBridgeAlarm,
  lambdaAlarm,
  snsSignals,
  (event, receivedAt) => alertmanagerSignals(event, receivedAt),
  scheduledSignal,
  manualSignal,
];

/** @param receivedAt milliseconds since the epoch: the time of an event that says none itself */
export function heardIn(event: unknown, receivedAt: number): Heard {
  for (const read of readers) {
    const found = read(event, receivedAt);
    if (found !== undefined) return sorted(found);
  }
  const known = 'CloudWatch alarms (EventBridge, Lambda action, SNS), Alertmanager, EventBridge Scheduler, manual';
  return { signals: [], refused: [`an event of a kind that is not known: ${outline(event)}; known: ${known}`] };
}

function sorted(found: readonly Reading[]): Heard {
  const signals = found.filter((one) => typeof one !== 'string');
  const refused = found.filter((one) => typeof one === 'string');
  const over = signals.length - SIGNALS_MOST;
  return {
    signals: signals.slice(0, SIGNALS_MOST),
    refused:
      over > 0 ? [...refused, `${over} more signals in one message than the ${SIGNALS_MOST} that are read`] : refused,
  };
}

/** What it looks like, without what stands in it: foreign texts may hold anything. */
function outline(event: unknown): string {
  if (typeof event !== 'object' || event === null) return event === null ? 'null' : `a ${typeof event}`;
  if (Array.isArray(event)) return `a list of ${event.length}`;
  const keys = Object.keys(event)
    .slice(0, 8)
    .map((key) => JSON.stringify(key.slice(0, 40)));
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.join(', ')}`;
}
