import { dnsOn, insideOn, ledgerOn, notesOn, publishedOn, zonesOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { FindGoalInput, findGoal } from '../find-goal.ts';
import type { Place } from '../place.ts';

export const handler = entry('find-goal', FindGoalInput, connect, findGoal);

function connect(place: Place) {
  return {
    ...place,
    dns: dnsOn(place),
    inside: insideOn(place),
    ledger: ledgerOn(place),
    notes: notesOn(place),
    published: publishedOn(place),
    zones: zonesOn(place),
  };
}

export { findGoal as step };
