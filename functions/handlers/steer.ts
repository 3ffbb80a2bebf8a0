import { ledgerOn, zonesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { SteerInput, steer } from '../steer.ts';

export const handler = entry('steer', SteerInput, connect, steer);

function connect(place: Place) {
  return {
    ...place,
    ledger: ledgerOn(place),
    zones: zonesOn(place),
  };
}

export { steer as step };
