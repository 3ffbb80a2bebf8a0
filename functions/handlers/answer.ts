import { AnswerInput, answer } from '../answer.ts';
import { notesOn, waitingOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';

export const handler = entry('answer', AnswerInput, connect, answer);

function connect(place: Place) {
  return {
    ...place,
    notes: notesOn(place),
    waiting: waitingOn(place),
  };
}

export { answer as step };
