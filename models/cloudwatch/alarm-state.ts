/**
 * From datapoints to a state, missing ones included. Source: CloudWatch user guide, "alarms and missing data" (its
 * tables are the tests). Not in the tables, so [unverified]: all real datapoints breach but are too few and too new;
 * the alarm then keeps its state.
 */
import type { MissingData, StateValue } from './alarm.ts';

export interface Datapoint {
  /** Start of its period, milliseconds since the epoch. */
  at: number;
  /** undefined: missing. */
  value: number | undefined;
  sampleCount?: number;
}

export interface Evaluation {
  state: StateValue;
  /** The real datapoints that were looked at, newest first. */
  considered: (Datapoint & { value: number })[];
  /** Missing datapoints that were filled in as TreatMissingData says. */
  filled: number;
}

export interface Criteria {
  evaluationPeriods: number;
  datapointsToAlarm: number;
  missingData: MissingData;
  breaches(value: number): boolean;
}

/** How many periods are looked at: a few more than needed, so that real data may stand in for what is missing. */
export function periodsRetrieved(evaluationPeriods: number): number {
  return evaluationPeriods + 2;
}

/** `datapoints` newest first, one for each period retrieved. */
export function evaluate(datapoints: readonly Datapoint[], criteria: Criteria, current: StateValue): Evaluation {
  const real = datapoints.filter((point): point is Datapoint & { value: number } => point.value !== undefined);
  const considered = real.slice(0, criteria.evaluationPeriods);
  const filled = criteria.evaluationPeriods - considered.length;
  const breaching = considered.filter(({ value }) => criteria.breaches(value)).length;
  const state =
    filled === 0
      ? alarmIf(breaching >= criteria.datapointsToAlarm)
      : withMissing(datapoints, criteria, current, { breaching, real: considered.length, filled });
  return { state, considered, filled };
}

function alarmIf(alarming: boolean): StateValue {
  return alarming ? 'ALARM' : 'OK';
}

function withMissing(
  datapoints: readonly Datapoint[],
  criteria: Criteria,
  current: StateValue,
  { breaching, real, filled }: { breaching: number; real: number; filled: number },
): StateValue {
  const { datapointsToAlarm, missingData } = criteria;
  if (missingData === 'breaching') return alarmIf(breaching + filled >= datapointsToAlarm);
  if (missingData === 'notBreaching' || breaching >= datapointsToAlarm) return alarmIf(breaching >= datapointsToAlarm);
  if (real === 0) return missingData === 'missing' ? 'INSUFFICIENT_DATA' : current;
  if (breaching < real) return 'OK';
  const oldest = datapoints.findLastIndex(({ value }) => value !== undefined);
  return missingData === 'missing' && oldest + 1 >= datapointsToAlarm ? 'ALARM' : current;
}
