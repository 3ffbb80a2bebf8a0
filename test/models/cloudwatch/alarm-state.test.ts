import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MissingData, StateValue } from '../../../models/cloudwatch/alarm.ts';
import { type Criteria, evaluate } from '../../../models/cloudwatch/alarm-state.ts';

/** `0` within the threshold, `X` breaching, `-` missing; oldest first, as in the user guide. */
function judge(points: string, datapointsToAlarm: number, missingData: MissingData, current: StateValue): StateValue {
  const criteria: Criteria = { evaluationPeriods: 3, datapointsToAlarm, missingData, breaches: (value) => value > 0 };
  const datapoints = points
    .split(' ')
    .map((point, at) => ({ at, value: point === '-' ? undefined : point === 'X' ? 1 : 0 }))
    .reverse();
  return evaluate(datapoints, criteria, current).state;
}

const KEPT = 'kept';
const kinds: MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

describe('an alarm with missing data', () => {
  it.each([
    // The tables of the user guide: 3 out of 3 …
    ['0 - X - X', 3, ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', 3, ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', 3, ['INSUFFICIENT_DATA', KEPT, 'ALARM', 'OK']],
    ['0 X X - X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', 3, ['ALARM', KEPT, 'ALARM', 'OK']],
    // … and 2 out of 3.
    ['0 - X - X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', 2, ['ALARM', KEPT, 'ALARM', 'OK']],
    // Too few and too new to say anything: the state stays.
    ['- - - - X', 3, [KEPT, KEPT, 'ALARM', 'OK']],
  ] as const)('%s, %i datapoints to alarm', (points, datapointsToAlarm, expected) => {
    for (const current of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
      const states = kinds.map((kind) => judge(points, datapointsToAlarm, kind, current));
      expect(states).toEqual(expected.map((state) => (state === KEPT ? current : state)));
    }
  });

  it('never alarms without a breaching or a missing datapoint, and always with all breaching', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.constantFrom(...kinds), (datapointsToAlarm, kind) => {
        expect(judge('0 0 0 0 0', datapointsToAlarm, kind, 'ALARM')).toBe('OK');
        expect(judge('X X X X X', datapointsToAlarm, kind, 'OK')).toBe('ALARM');
      }),
    );
  });
});
