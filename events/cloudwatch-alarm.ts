/** What the three shapes of a CloudWatch alarm have in common. The same news is the same signal by each of the three ways. */
import * as z from 'zod/mini';
import { fingerprintOf, signalName } from '../core/signals/signal.ts';
import { cloudWatchState, type Reading, timeOf } from './reading.ts';

/** As in EventBridge's `detail` and a Lambda action's `alarmData`: metric, metric-math and composite alarms alike. */
export const AlarmData = z.object({
  alarmName: z.string(),
  state: z.object({
    value: z.string(),
    timestamp: z.optional(z.string()),
    /** Composite alarms: the change of state is told although their actions are suppressed. */
    actionsSuppressedBy: z.optional(z.string()),
  }),
});

export interface AlarmTold {
  name: string;
  value: string;
  /** When the state changed; where nothing says it, when it was told. */
  times: readonly (string | undefined)[];
  suppressedBy?: string | undefined;
}

export function alarmSignal({ name, value, times, suppressedBy }: AlarmTold): Reading {
  const title = `CloudWatch alarm ${signalName(name)}`;
  const state = cloudWatchState(value);
  if (state === undefined) return `${title}: its state is none of ALARM, OK, INSUFFICIENT_DATA`;
  const at = times.map(timeOf).find((time) => time !== undefined);
  if (at === undefined) return `${title}: it has no time that can be read`;
  return {
    source: 'cloudwatch',
    name: signalName(name),
    state,
    at,
    fingerprint: fingerprintOf('cloudwatch', name, state, at),
    hints: { alarm: name },
    ...(suppressedBy === undefined ? {} : { suppressedBy: signalName(suppressedBy) }),
  };
}
