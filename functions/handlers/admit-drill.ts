import { AdmitDrillInput, admitDrill } from '../admit-drill.ts';
import { alarmsOn, ledgerOn, notesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';

export const handler = entry('admit-drill', AdmitDrillInput, connect, admitDrill);

function connect(place: Place) {
  return {
    ...place,
    alarms: alarmsOn(place),
    ledger: ledgerOn(place),
    notes: notesOn(place),
  };
}

export { admitDrill as step };
