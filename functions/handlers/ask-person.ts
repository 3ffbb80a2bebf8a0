import { AskPersonInput, askPerson } from '../ask-person.ts';
import { announcerOn, notesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';

export const handler = entry('ask-person', AskPersonInput, connect, askPerson);

function connect(place: Place) {
  return {
    ...place,
    announcer: announcerOn(place),
    notes: notesOn(place),
  };
}

export { askPerson as step };
