/** States of CloudWatch alarms, by name. */
import type { AlarmState, Alarms } from '../../core/ports.ts';
import type { AlarmCalls } from './calls.ts';

const STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

export function alarmsOver(cloudWatch: AlarmCalls): Alarms {
  return {
    async states(names) {
      if (names.length === 0) return {};
      // composite alarms are left out of the answer unless they are asked for
      const asked = { AlarmNames: [...names], AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const] };
      const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.describeAlarms(asked);
      return Object.fromEntries(
        [...MetricAlarms, ...CompositeAlarms].flatMap(({ AlarmName = '', StateValue }): [string, AlarmState][] => {
          const state = STATES.find((known) => known === StateValue);
          return state === undefined ? [] : [[AlarmName, state]];
        }),
      );
    },
  };
}
