import { StatesError } from './errors.ts';
import type { Execution } from './execution.ts';
import { failure, payload } from './history.ts';
import { copied, fits, textOf } from './json.ts';
import type { TaskState } from './machine.ts';
import type { TaskCall } from './ports.ts';
import { isWholeNumber, type Visit } from './visit.ts';

/**
 * One try of a Task state: schedule, wait for the answer or the token, or time out. Once it is decided, whatever the
 * runner still does is a zombie: its answer goes nowhere.
 */
export async function tryTask(execution: Execution, visit: Visit, state: TaskState): Promise<unknown> {
  visit.taskToken = state.waitsForToken ? execution.tokens.issue() : undefined;
  const args = state.arguments === undefined ? visit.input : await visit.value(state.arguments);
  if (args !== visit.input && !fits(args)) throw visit.tooLarge('has arguments');
  const timeoutSeconds = state.timeoutSeconds && (await visit.typed(state.timeoutSeconds, 'integer', isWholeNumber));
  const heartbeatSeconds =
    state.heartbeatSeconds && (await visit.typed(state.heartbeatSeconds, 'integer', isWholeNumber));
  if (!visit.run.alive) return undefined;
  const { resourceType, action: resource } = state;
  execution.note(visit.run, 'TaskScheduled', () => ({
    resourceType,
    resource,
    region: execution.start.region ?? '',
    parameters: textOf(args),
    ...(timeoutSeconds !== undefined && { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds !== undefined && { heartbeatInSeconds: heartbeatSeconds }),
  }));
  execution.note(visit.run, 'TaskStarted', () => ({ resourceType, resource }));
  return new Promise((resolve, reject) => {
    const task = new Attempt(execution, visit, state, resolve, reject);
    task.limit('States.Timeout', timeoutSeconds);
    task.limit('States.HeartbeatTimeout', heartbeatSeconds);
    task.invoke(execution.start.invokeCopies ? args : copied(args));
  });
}

class Attempt {
  readonly #execution: Execution;
  readonly #visit: Visit;
  readonly #state: TaskState;
  readonly #resolve: (result: unknown) => void;
  readonly #reject: (error: StatesError) => void;
  readonly #keep: () => void;
  readonly #timers = new Map<string, { seconds: number; cancel: () => void }>();
  #controller: AbortController | undefined;
  #decided = false;

  constructor(
    execution: Execution,
    visit: Visit,
    state: TaskState,
    resolve: (result: unknown) => void,
    reject: (error: StatesError) => void,
  ) {
    this.#execution = execution;
    this.#visit = visit;
    this.#state = state;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#keep = visit.run.onAbandon(() => this.#decide());
  }

  limit(name: 'States.Timeout' | 'States.HeartbeatTimeout', seconds: number | undefined): void {
    if (seconds === undefined || this.#decided) return;
    this.#timers.get(name)?.cancel();
    const cancel = this.#execution.start.clock.after(1000 * seconds, () => {
      // AWS reports a missed heartbeat as States.Timeout, too; the other name is only for matching.
      const error = new StatesError('States.Timeout', undefined, name);
      if (this.#decide()) this.#fail('TaskTimedOut', error);
    });
    this.#timers.set(name, { seconds, cancel });
  }

  invoke(args: unknown): void {
    const { taskToken } = this.#visit;
    if (taskToken !== undefined) {
      this.#execution.tokens.open(taskToken, {
        succeed: (output) => this.#succeed(output),
        fail: (error, cause) => this.#refused(new StatesError(error, cause)),
        heartbeat: () => this.limit('States.HeartbeatTimeout', this.#timers.get('States.HeartbeatTimeout')?.seconds),
      });
    }
    const signal = () => {
      this.#controller ??= new AbortController();
      return this.#controller.signal;
    };
    const call: TaskCall = {
      stateName: this.#state.name,
      ...(taskToken !== undefined && { taskToken }),
      get signal() {
        return signal();
      },
    };
    const answered = (result: unknown) => (taskToken === undefined ? this.#succeed(result) : this.#submitted(result));
    try {
      this.#execution.start
        .invoke(this.#state.resource, args, call)
        .then(answered, (error: unknown) => this.#refused(errorFrom(error)));
    } catch (error) {
      this.#refused(errorFrom(error));
    }
  }

  /** The request was taken; the token's answer is still to come. */
  #submitted(result: unknown): void {
    if (this.#decided) return;
    const answer = copied(result);
    this.#note('TaskSubmitted', () => payload('output', answer));
  }

  #succeed(result: unknown): void {
    if (!this.#decide()) return;
    const answer = this.#execution.start.invokeCopies ? (result ?? null) : copied(result);
    if (fits(answer)) {
      this.#note('TaskSucceeded', () => payload('output', answer));
      this.#resolve(answer);
    } else {
      this.#fail('TaskFailed', this.#visit.tooLarge('returned a result'));
    }
  }

  #refused(error: StatesError): void {
    if (this.#decide()) this.#fail('TaskFailed', error);
  }

  #fail(type: string, error: StatesError): void {
    this.#note(type, () => failure(error.name, error.cause));
    this.#reject(error);
  }

  #note(type: string, details: () => Readonly<Record<string, unknown>>): void {
    const { resourceType, action: resource } = this.#state;
    try {
      this.#execution.note(this.#visit.run, type, () => ({ resourceType, resource, ...details() }));
    } catch (error) {
      this.#reject(error as StatesError);
    }
  }

  /** True for whoever comes first. */
  #decide(): boolean {
    if (this.#decided) return false;
    this.#decided = true;
    this.#keep();
    for (const { cancel } of this.#timers.values()) cancel();
    if (this.#visit.taskToken !== undefined) this.#execution.tokens.close(this.#visit.taskToken);
    this.#controller?.abort();
    return true;
  }
}

function errorFrom(error: unknown): StatesError {
  if (error instanceof StatesError) return error;
  return error instanceof Error ? new StatesError(error.name, error.message) : new StatesError('Error', String(error));
}
