import { insideOn, ledgerOn, publishedOn, zonesOn } from '../connect.ts';
import { ControlInput, control } from '../control.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';

export const handler = entry('control', ControlInput, connect, control);

function connect(place: Place) {
  return {
    ...place,
    inside: insideOn(place),
    ledger: ledgerOn(place),
    published: publishedOn(place),
    zones: zonesOn(place),
  };
}

export { control as step };
