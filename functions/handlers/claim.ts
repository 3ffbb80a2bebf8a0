import { ClaimInput, claim } from '../claim.ts';
import { ledgerOn, notesOn, zonesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';

export const handler = entry('claim', ClaimInput, connect, claim);

function connect(place: Place) {
  return {
    ...place,
    ledger: ledgerOn(place),
    notes: notesOn(place),
    zones: zonesOn(place),
  };
}

export { claim as step };
