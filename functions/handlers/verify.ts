import { dnsOn, insideOn, zonesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { VerifyInput, verify } from '../verify.ts';

export const handler = entry('verify', VerifyInput, connect, verify);

function connect(place: Place) {
  return {
    ...place,
    dns: dnsOn(place),
    inside: insideOn(place),
    zones: zonesOn(place),
  };
}

export { verify as step };
