import type { Execution } from './execution.ts';
import { fits } from './json.ts';
import type { MapState, ParallelState } from './machine.ts';
import { Run, Scope } from './scope.ts';
import { isList, isWholeNumber, type Visit } from './visit.ts';

/** Walks a run to its end; rejects when it fails. */
type Walk = (run: Run) => Promise<unknown>;

/** AWS's ceiling for the iterations of an inline Map at one time. */
const ITERATIONS_AT_ONCE = 40;

/** All branches at once, each with the same input. The first that fails ends the others; results are in their order. */
export async function runBranches(execution: Execution, visit: Visit, state: ParallelState, walk: Walk) {
  const { run } = visit;
  const input = state.arguments === undefined ? visit.input : await visit.value(state.arguments);
  if (input !== visit.input && !fits(input)) throw visit.tooLarge('has arguments');
  if (!run.alive) return undefined;
  const started = execution.note(run, 'ParallelStateStarted');
  const runs = state.branches.map(
    (branch, at) => takenUp(run.inner[at], started) ?? new Run(branch, new Scope(run.scope), input, started, run.item),
  );
  run.inner = runs;
  return together(execution, visit, runs.length, runs.length, (at) => walk(runs[at] as Run));
}

/** One iteration per item, at most MaxConcurrency at once. */
export async function runIterations(execution: Execution, visit: Visit, state: MapState, walk: Walk) {
  const { run } = visit;
  const items = state.items === undefined ? visit.input : await visit.typed(state.items, 'array', isList);
  if (!isList(items)) {
    throw visit.failed('States.QueryEvaluationError', `Map needs a list of items, its input is ${typeof items}.`);
  }
  const most = state.maxConcurrency && (await visit.typed(state.maxConcurrency, 'integer', isWholeNumber));
  const inputs: unknown[] = [];
  for (const [Index, Value] of items.entries()) {
    inputs.push(state.itemSelector === undefined ? Value : await visit.value(state.itemSelector, {}, { Index, Value }));
    if (!fits(inputs[Index])) throw visit.tooLarge('has an item');
  }
  if (!run.alive) return undefined;
  const started = execution.note(run, 'MapStateStarted', () => ({ length: items.length }));
  const runs = items.map((Value, Index) => {
    const begun = () => new Run(state.processor, new Scope(run.scope), inputs[Index], started, { Index, Value });
    return takenUp(run.inner[Index], started) ?? begun();
  });
  run.inner = runs;
  return together(execution, visit, items.length, Math.min(most || ITERATIONS_AT_ONCE, items.length), async (at) => {
    const inner = runs[at] as Run;
    if (inner.ended !== undefined) return inner.ended.output;
    execution.note(inner, 'MapIterationStarted', () => ({ name: state.name, index: at }));
    // Those that may run at once all start before the first of them does anything.
    await undefined;
    const output = await walk(inner);
    if (inner.alive) execution.note(inner, 'MapIterationSucceeded', () => ({ name: state.name, index: at }));
    return output;
  });
}

/** A branch or iteration that an earlier drive left behind: its result is kept, or it goes on where it stood. */
function takenUp(run: Run | undefined, started: number): Run | undefined {
  return run?.ended === undefined ? run?.resumed(started) : run;
}

/** Runs `count` things, `atOnce` at a time. The first failure abandons all others and is the failure of the state. */
async function together(
  execution: Execution,
  visit: Visit,
  count: number,
  atOnce: number,
  one: (at: number) => Promise<unknown>,
): Promise<unknown[]> {
  const { run, state } = visit;
  const results: unknown[] = new Array(count).fill(null);
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < count && !failed && run.alive) {
      const at = next++;
      try {
        results[at] = await one(at);
      } catch (error) {
        if (!failed && run.alive) {
          failed = true;
          abort(at);
        }
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (!run.alive) return results;
  run.lastEvent = Math.max(run.lastEvent, ...run.inner.map((inner) => inner.lastEvent));
  execution.note(run, `${state.type}StateSucceeded`);
  return results;

  function abort(at: number): void {
    const failing = run.inner[at] as Run;
    const isMap = state.type === 'Map';
    const cause = failing.lastEvent;
    if (isMap) execution.note(run, 'MapIterationFailed', () => ({ name: state.name, index: at }), cause);
    run.inner.forEach((inner, index) => {
      if (inner === failing) return;
      if (inner.moving) {
        for (const type of waitingTypes(inner)) execution.note(run, `${type}StateAborted`, undefined, cause);
        if (isMap) execution.note(run, 'MapIterationAborted', () => ({ name: state.name, index }), cause);
      }
      inner.abandon();
    });
    execution.note(run, `${state.type}StateFailed`, undefined, cause);
  }
}

/** The types of the states a run that is being aborted was in; only those that take time can be. */
function waitingTypes(run: Run): string[] {
  const type = run.block.states.get(run.at)?.type ?? '';
  const inside = run.inner.flatMap((inner) => (inner.moving ? waitingTypes(inner) : []));
  return [...inside, ...(['Task', 'Wait', 'Parallel', 'Map'].includes(type) ? [type] : [])];
}
