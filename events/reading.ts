/** What reading a part of an event gives: a signal, or the reason why there is none. */
import type { Signal, SignalState } from '../core/signals/signal.ts';

export type Reading = Signal | string;

/**
 * Milliseconds since the epoch of `…Z`, `…+00:00` and the `…+0000` of CloudWatch; undefined for anything else. The check is
 * by hand: the schema library takes no offset without a colon.
 */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
  const at = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? undefined : at;
}

const CLOUDWATCH_STATES: Readonly<Record<string, SignalState>> = {
  ALARM: 'alarm',
  OK: 'ok',
  INSUFFICIENT_DATA: 'insufficient',
};

export function cloudWatchState(value: string): SignalState | undefined {
  return Object.hasOwn(CLOUDWATCH_STATES, value) ? CLOUDWATCH_STATES[value] : undefined;
}
