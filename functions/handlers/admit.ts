import { AdmitInput, admit } from '../admit.ts';
import { ledgerOn, notesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';

export const handler = entry('admit', AdmitInput, connect, admit);

function connect(place: Place) {
  return {
    ...place,
    ledger: ledgerOn(place),
    notes: notesOn(place),
  };
}

export { admit as step };
