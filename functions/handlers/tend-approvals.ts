import { announcerOn, notesOn, waitingOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { TendApprovalsInput, tendApprovals } from '../tend-approvals.ts';

export const handler = entry('tend-approvals', TendApprovalsInput, connect, tendApprovals);

function connect(place: Place) {
  return {
    ...place,
    announcer: announcerOn(place),
    notes: notesOn(place),
    waiting: waitingOn(place),
  };
}

export { tendApprovals as step };
