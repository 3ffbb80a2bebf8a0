/** A drill of ring 0 that succeeded, as its note says. */
import type { DrillRecord } from '../../../core/drill/drill.ts';

export function drillThatSucceeded(at: number): DrillRecord {
  return {
    pair: 'shop',
    at,
    kind: 'ring',
    outcome: 'Succeeded',
    because: [],
    from: 'blue',
    to: 'green',
    ring: 0,
    name: 'drill-a1',
    execution: 'arn:drill',
    startedBy: 'machine',
    reason: 'by the schedule',
    returns: true,
    runs: [],
    next: 'throwover drills --pair shop',
  };
}
