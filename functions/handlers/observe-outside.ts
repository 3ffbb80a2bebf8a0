import { dnsOn, probeOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { LookInput } from '../look.ts';
import { observeOutside } from '../observe-outside.ts';
import type { Place } from '../place.ts';

export const handler = entry('observe-outside', LookInput, connect, observeOutside);

function connect(place: Place) {
  return {
    ...place,
    dns: dnsOn(place),
    probe: probeOn(place),
  };
}

export { observeOutside as step };
