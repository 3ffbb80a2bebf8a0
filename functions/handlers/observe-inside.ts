import { clustersOn, notesOn, probeOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { LookInput } from '../look.ts';
import { observeInside } from '../observe-inside.ts';
import type { Place } from '../place.ts';

export const handler = entry('observe-inside', LookInput, connect, observeInside);

function connect(place: Place) {
  return {
    ...place,
    clusters: clustersOn(place),
    notes: notesOn(place),
    probe: probeOn(place),
  };
}

export { observeInside as step };
