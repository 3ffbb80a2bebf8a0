import { clustersOn, ledgerOn, notesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { PrepareInput, prepare } from '../prepare.ts';

export const handler = entry('prepare', PrepareInput, connect, prepare);

function connect(place: Place) {
  return {
    ...place,
    clusters: clustersOn(place),
    ledger: ledgerOn(place),
    notes: notesOn(place),
  };
}

export { prepare as step };
