import { AskInput, askInside } from '../ask-inside.ts';
import { dnsOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';

export const handler = entry('ask-inside', AskInput, connect, askInside);

function connect(place: Place) {
  return {
    ...place,
    dns: dnsOn(place),
  };
}

export { askInside as step };
