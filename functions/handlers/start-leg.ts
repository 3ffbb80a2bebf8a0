import { executionsOn } from '../connect.ts';
import { entry } from '../entry.ts';
import type { Place } from '../place.ts';
import { StartLegInput, startLeg } from '../start-leg.ts';

export const handler = entry('start-leg', StartLegInput, connect, startLeg);

function connect(place: Place) {
  return {
    ...place,
    executions: executionsOn(place),
  };
}

export { startLeg as step };
