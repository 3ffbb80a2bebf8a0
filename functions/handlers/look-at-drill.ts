import { alarmsOn, executionsOn, ledgerOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { LookAtDrillInput, lookAtDrill } from '../look-at-drill.ts';
import type { Place } from '../place.ts';

export const handler = entry('look-at-drill', LookAtDrillInput, connect, lookAtDrill);

function connect(place: Place) {
  return {
    ...place,
    alarms: alarmsOn(place),
    executions: executionsOn(place),
    ledger: ledgerOn(place),
  };
}

export { lookAtDrill as step };
