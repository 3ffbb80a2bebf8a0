/**
 * A planned move beside the two ExternalDNS loops, as a small explicit model: each loop reads its annotation and its record,
 * and what it plans may land at any later moment, once. We write both records in one batch, and the annotations before or
 * after it.
 */
import type { Model } from './explore.ts';

export type Order =
  /** Raise the new side's before the batch, lower the old side's after it, and steer again. */
  'raise first, lower last' | 'both first' | 'both last';

type Side = 'blue' | 'green';
type Weights = Readonly<Record<Side, number>>;

interface State {
  records: Weights;
  annotations: Weights;
  /** What each loop has planned and not yet written. */
  plans: Readonly<Partial<Record<Side, number>>>;
  /** The next of our own steps. */
  step: number;
}

type Ours = { what: string; annotations?: Partial<Weights>; batch?: true };
const RAISE: Ours = { what: 'the new side’s annotation is raised', annotations: { green: 100 } };
const LOWER: Ours = { what: 'the old side’s annotation is lowered', annotations: { blue: 0 } };
const BATCH: Ours = { what: 'the batch is applied', batch: true };

const STEPS: Readonly<Record<Order, readonly Ours[]>> = {
  'raise first, lower last': [RAISE, BATCH, LOWER, BATCH],
  'both first': [RAISE, LOWER, BATCH],
  'both last': [BATCH, RAISE, LOWER],
};

export function besideExternalDns(order: Order): Model<State> {
  const steps = STEPS[order];
  return {
    begin: { records: { blue: 100, green: 0 }, annotations: { blue: 100, green: 0 }, plans: {}, step: 0 },
    next: (state) => [...ours(state, steps), ...(['blue', 'green'] as const).flatMap((side) => loop(state, side))],
    wrong: (_, { records }) =>
      records.blue + records.green === 0 ? 'the name is dark: both records have weight 0' : undefined,
    wrongAtEnd: ({ records: { blue, green } }) =>
      blue === 0 && green === 100 ? undefined : `it ends with blue ${blue}, green ${green}`,
  };
}

function ours(state: State, steps: readonly Ours[]): (readonly [string, State])[] {
  const step = steps[state.step];
  if (step === undefined) return [];
  const annotations = { ...state.annotations, ...step.annotations };
  const records = step.batch ? { blue: 0, green: 100 } : state.records;
  return [[step.what, { ...state, annotations, records, step: state.step + 1 }]];
}

/** A loop that finds nothing to do changes nothing, and is no step. */
function loop(state: State, side: Side): (readonly [string, State])[] {
  const planned = state.plans[side];
  if (planned !== undefined) {
    const { [side]: _, ...plans } = state.plans;
    return [[`the plan of ${side} lands`, { ...state, plans, records: { ...state.records, [side]: planned } }]];
  }
  const wanted = state.annotations[side];
  if (wanted === state.records[side]) return [];
  return [[`${side} plans ${wanted}`, { ...state, plans: { ...state.plans, [side]: wanted } }]];
}
