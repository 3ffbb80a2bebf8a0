import { executionsOn, ledgerOn, notesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { InboundEvent, onAlarm } from '../on-alarm.ts';
import type { Place } from '../place.ts';

export const handler = entry('on-alarm', InboundEvent, connect, onAlarm);

function connect(place: Place) {
  return {
    ...place,
    executions: executionsOn(place),
    ledger: ledgerOn(place),
    notes: notesOn(place),
  };
}

export { onAlarm as step };
