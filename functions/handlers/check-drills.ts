import { CheckDrillsInput, checkDrills } from '../check-drills.ts';
import { announcerOn, executionsOn, ledgerOn, notesOn, recordsThrough } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';

export const handler = entry('check-drills', CheckDrillsInput, connect, checkDrills);

function connect(place: Place) {
  return {
    ...place,
    announcer: announcerOn(place),
    executions: executionsOn(place),
    ledger: ledgerOn(place),
    notes: notesOn(place),
    records: recordsThrough(place),
  };
}

export { checkDrills as step };
