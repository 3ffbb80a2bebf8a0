import { controlPlanesOn, metricsOn, nodeGroupsOn } from '../connect.ts';
import { entry } from '../entry.ts';
import { LookInput } from '../look.ts';
import { observeAws } from '../observe-aws.ts';
import type { Place } from '../place.ts';

export const handler = entry('observe-aws', LookInput, connect, observeAws);

function connect(place: Place) {
  return {
    ...place,
    controlPlanes: controlPlanesOn(place),
    metrics: metricsOn(place),
    nodeGroups: nodeGroupsOn(place),
  };
}

export { observeAws as step };
