import { ledgerOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { LetGoInput, letGo } from '../let-go.ts';
import type { Place } from '../place.ts';

export const handler = entry('let-go', LetGoInput, connect, letGo);

function connect(place: Place) {
  return {
    ...place,
    ledger: ledgerOn(place),
  };
}

export { letGo as step };
