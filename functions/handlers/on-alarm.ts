import { executionsOn, ledgerOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { AlarmEvent, onAlarm } from '../on-alarm.ts';
import type { Place } from '../place.ts';

export const handler = entry('on-alarm', AlarmEvent, connect, onAlarm);

function connect(place: Place) {
  return {
    ...place,
    executions: executionsOn(place),
    ledger: ledgerOn(place),
  };
}

export { onAlarm as step };
