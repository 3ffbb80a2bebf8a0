import { matches, StatesError } from './errors.ts';
import type { Execution } from './execution.ts';
import { runBranches, runIterations } from './fork.ts';
import { payload } from './history.ts';
import { textOf } from './json.ts';
import type { ChoiceState, Exit, FailState, MapState, ParallelState, State, TaskState, WaitState } from './machine.ts';
import { retryDelayMs } from './retry.ts';
import type { Run } from './scope.ts';
import { timestampMs } from './states.ts';
import { tryTask } from './task.ts';
import { isText, isTruth, isWholeNumber, Visit } from './visit.ts';

type Left = Awaited<ReturnType<Visit['leave']>>;

/** Thrown through what nobody waits for any more. */
class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** Moves runs from state to state. */
export class Steps {
  readonly #execution: Execution;

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  /** From where the run stands to its end; resolves with its output, rejects with what failed it. */
  async walk(run: Run): Promise<unknown> {
    if (run.ended !== undefined) return run.ended.output;
    for (;;) {
      const state = run.block.states.get(run.at) as State;
      const { next, output, variables } = await this.#through(run, state);
      if (!run.alive) throw new Abandoned();
      if (state.type !== 'Fail') {
        this.#execution.note(run, `${state.type}StateExited`, () => ({
          name: state.name,
          ...payload('output', output),
          ...assigned(variables),
        }));
      }
      run.scope.assign(variables);
      run.inner = [];
      if (next === undefined) {
        run.ended = { output };
        return output;
      }
      run.at = next;
      run.input = output;
    }
  }

  /** Whatever was thrown, as an error of the States Language. */
  errorOf(error: unknown): StatesError {
    return error instanceof StatesError ? error : new StatesError('States.Runtime', String(error));
  }

  async #through(run: Run, state: State): Promise<Left> {
    const execution = this.#execution;
    execution.transitions += 1;
    const { input } = run;
    const entered = execution.note(run, `${state.type}StateEntered`, () => ({
      name: state.name,
      ...payload('input', input),
    }));
    const visit = new Visit(run, state, execution, execution.start.clock.now(), entered);
    switch (state.type) {
      case 'Pass':
      case 'Succeed':
        return visit.leave(state, visit.input);
      case 'Choice':
        return this.#choose(visit, state);
      case 'Wait':
        await this.#wait(visit, state);
        return visit.leave(state, visit.input);
      case 'Fail':
        throw await this.#fail(visit, state);
      default:
        return this.#tried(visit, state);
    }
  }

  async #choose(visit: Visit, state: ChoiceState): Promise<Left> {
    for (const rule of state.rules) {
      if (await visit.typed(rule.condition, 'boolean', isTruth)) return visit.leave(rule, visit.input);
    }
    if (state.default !== undefined) return visit.leave(state.default, visit.input);
    throw visit.failed('States.NoChoiceMatched', 'No choice rule matched, and there is no Default.');
  }

  async #wait(visit: Visit, state: WaitState): Promise<void> {
    const { clock } = this.#execution.start;
    if (state.seconds !== undefined) {
      return this.#pause(visit.run, 1000 * (await visit.typed(state.seconds, 'integer', isWholeNumber)));
    }
    if (state.timestamp === undefined) return undefined;
    const text = await visit.typed(state.timestamp, 'string', isText);
    const until = timestampMs(text);
    if (until === undefined) {
      throw visit.failed('States.QueryEvaluationError', `Timestamp is not an ISO 8601 time: ${JSON.stringify(text)}.`);
    }
    return this.#pause(visit.run, Math.max(0, until - clock.now()));
  }

  /** Never over for a run that is abandoned meanwhile. */
  #pause(run: Run, milliseconds: number): Promise<void> {
    if (!run.alive) return Promise.reject(new Abandoned());
    return new Promise((resolve) => {
      const cancel = this.#execution.start.clock.after(milliseconds, () => {
        keep();
        resolve();
      });
      const keep = run.onAbandon(cancel);
    });
  }

  async #fail(visit: Visit, state: FailState): Promise<StatesError> {
    const error = state.error && (await visit.typed(state.error, 'string', isText));
    const cause = state.cause && (await visit.typed(state.cause, 'string', isText));
    return new StatesError(error ?? '', cause);
  }

  /** A state with Retry and Catch. Each retrier counts its own tries. */
  async #tried(visit: Visit, state: TaskState | ParallelState | MapState): Promise<Left> {
    const tries = state.retry.map(() => 0);
    for (;;) {
      try {
        const result = await this.#work(visit, state);
        if (!visit.run.alive) throw new Abandoned();
        return await visit.leave(state, result, { result });
      } catch (thrown) {
        if (!visit.run.alive) throw thrown;
        const error = this.errorOf(thrown);
        const at = state.retry.findIndex((retrier) => matches(retrier.errorEquals, error));
        const retrier = state.retry[at];
        const tried = tries[at] ?? 0;
        if (retrier !== undefined && tried < retrier.maxAttempts) {
          tries[at] = tried + 1;
          visit.retryCount += 1;
          await this.#pause(visit.run, retryDelayMs(retrier, tried, this.#execution.start.random));
          visit.run.inner = [];
          this.#execution.transitions += 1;
          continue;
        }
        const catcher = state.catch.find((one) => matches(one.errorEquals, error));
        if (catcher === undefined) throw error;
        const errorOutput = { Error: error.name, Cause: error.cause ?? '' };
        return visit.leave(catcher as Exit, errorOutput, { errorOutput });
      }
    }
  }

  #work(visit: Visit, state: TaskState | ParallelState | MapState): Promise<unknown> {
    const walk = (run: Run) => this.walk(run);
    if (state.type === 'Task') return tryTask(this.#execution, visit, state);
    if (state.type === 'Parallel') return runBranches(this.#execution, visit, state, walk);
    return runIterations(this.#execution, visit, state, walk);
  }
}

function assigned(variables: Left['variables']): Readonly<Record<string, unknown>> {
  if (variables.length === 0) return {};
  return {
    assignedVariables: Object.fromEntries(variables.map(([name, value]) => [name, textOf(value)])),
    assignedVariablesDetails: { truncated: false },
  };
}
