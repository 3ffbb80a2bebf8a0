import { ledgerOn, zonesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { OwnInput, own } from '../own.ts';
import type { Place } from '../place.ts';

export const handler = entry('own', OwnInput, connect, own);

function connect(place: Place) {
  return {
    ...place,
    ledger: ledgerOn(place),
    zones: zonesOn(place),
  };
}

export { own as step };
