import { AnnounceInput, announce } from '../announce.ts';
import { announcerOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';

export const handler = entry('announce', AnnounceInput, connect, announce);

function connect(place: Place) {
  return {
    ...place,
    announcer: announcerOn(place),
  };
}

export { announce as step };
