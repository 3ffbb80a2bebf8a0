import { clustersOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { TendReserveInput, tendReserve } from '../tend-reserve.ts';

export const handler = entry('tend-reserve', TendReserveInput, connect, tendReserve);

function connect(place: Place) {
  return {
    ...place,
    clusters: clustersOn(place),
  };
}

export { tendReserve as step };
