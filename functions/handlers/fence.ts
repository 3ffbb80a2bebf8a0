import { ledgerOn, publishedOn, zonesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { FenceInput, fence } from '../fence.ts';
import type { Place } from '../place.ts';

export const handler = entry('fence', FenceInput, connect, fence);

function connect(place: Place) {
  return {
    ...place,
    ledger: ledgerOn(place),
    published: publishedOn(place),
    zones: zonesOn(place),
  };
}

export { fence as step };
