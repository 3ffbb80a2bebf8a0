import { insideOn, ledgerOn, nodeGroupsOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { TendCapacityInput, tendCapacity } from '../tend-capacity.ts';

export const handler = entry('tend-capacity', TendCapacityInput, connect, tendCapacity);

function connect(place: Place) {
  return {
    ...place,
    inside: insideOn(place),
    ledger: ledgerOn(place),
    nodeGroups: nodeGroupsOn(place),
  };
}

export { tendCapacity as step };
