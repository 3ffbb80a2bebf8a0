import { StatesError } from './errors.ts';
import { type Functions, functionsFrom } from './functions.ts';
import { EVENTS_MAX, failure, History, type HistoryEvent, payload } from './history.ts';
import { copied, fits } from './json.ts';
import type { Machine } from './machine.ts';
import type { Clock, TaskRunner } from './ports.ts';
import { Run, Scope } from './scope.ts';
import { Steps } from './steps.ts';
import { TokenDesk } from './tokens.ts';
import type { Visit } from './visit.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionStart {
  /** Plain JSON; it is copied. */
  readonly input?: unknown;
  readonly clock: Clock;
  readonly invoke: TaskRunner;
  /** The runner copies what it is given, and what it answers is nobody else's plain JSON: no copy is made here. */
  readonly invokeCopies?: boolean | undefined;
  /** Numbers in [0, 1): jitter of retries, `$random()`, `$shuffle()`. */
  readonly random: () => number;
  /** A new identity each time: task tokens and `$uuid()`. */
  readonly ids: () => string;
  readonly name?: string;
  readonly executionArn?: string;
  readonly stateMachineArn?: string;
  readonly stateMachineName?: string;
  readonly roleArn?: string;
  readonly region?: string;
  /** Told of each event as it is noted. Costs the making of every event; leave it out where the history is enough. */
  readonly onEvent?: (event: HistoryEvent) => void;
  /** Told at once when it ends, each time it does (a redriven one ends again). */
  readonly onEnd?: (outcome: Outcome) => void;
}

/** How an execution ended. A TIMED_OUT one has no error, as on AWS: States.Timeout stands in its last event only. */
export interface Outcome {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** A Standard execution may last this long, whatever its definition says. */
const EXECUTION_SECONDS_MAX = 366 * 86_400;

/** Starts an execution; its first state is entered once the caller has let go. Throws StatesError for too large an input. */
export function startExecution(machine: Machine, start: ExecutionStart): Execution {
  return new Execution(machine, start);
}

/** One execution of a state machine with Standard semantics. Made by `startExecution`. */
export class Execution {
  readonly machine: Machine;
  readonly input: unknown;
  readonly startedAt: number;
  readonly start: ExecutionStart;
  /** Every state entered and every retry, as AWS counts and bills them. */
  transitions = 0;
  redriveCount = 0;
  redrivenAt: number | undefined;
  stoppedAt: number | undefined;
  readonly tokens: TokenDesk;
  readonly functions: Functions;
  readonly #history: History;
  #run: Run;
  readonly #steps: Steps;
  #outcome: Outcome | undefined;
  #done: PromiseWithResolvers<Outcome> = Promise.withResolvers();
  #cancelTimeout: () => void = () => {};

  constructor(machine: Machine, start: ExecutionStart) {
    this.machine = machine;
    this.start = start;
    this.input = copied(start.input ?? {});
    if (!fits(this.input)) throw new StatesError('States.DataLimitExceeded', 'the input is larger than 262,144 bytes');
    this.startedAt = start.clock.now();
    this.tokens = new TokenDesk(start.ids);
    this.functions = functionsFrom({ now: () => start.clock.now(), random: start.random, uuid: start.ids });
    this.#history = new History(start.onEvent);
    this.#steps = new Steps(this);
    this.#history.note(this.startedAt, 'ExecutionStarted', 0, () => ({
      ...payload('input', this.input),
      ...(start.roleArn !== undefined && { roleArn: start.roleArn }),
    }));
    this.#run = new Run(machine, new Scope(), this.input, 0);
    this.#go();
  }

  get status(): ExecutionStatus {
    return this.#outcome?.status ?? 'RUNNING';
  }

  get output(): unknown {
    return this.#outcome?.output;
  }

  get error(): string | undefined {
    return this.#outcome?.error;
  }

  get cause(): string | undefined {
    return this.#outcome?.cause;
  }

  /** Kept when the execution ends, however it ends; a redrive makes a new one. */
  get done(): Promise<Outcome> {
    return this.#done.promise;
  }

  get history(): readonly HistoryEvent[] {
    return this.#history.events;
  }

  get eventCount(): number {
    return this.#history.length;
  }

  /** Names of the states being worked on: several inside Parallel and Map, none after the end. */
  get currentStates(): readonly string[] {
    return this.status === 'RUNNING' ? this.#run.current() : [];
  }

  /** Ends it as ABORTED. What its tasks have begun goes on. Does nothing after the end. */
  stop(error?: string, cause?: string): void {
    this.#end(this.#run, 'ExecutionAborted', 0, { status: 'ABORTED', ...failure(error, cause) });
  }

  /** Why it cannot be redriven; undefined when it can. */
  get notRedrivable(): string | undefined {
    if (this.status === 'RUNNING' || this.status === 'SUCCEEDED') {
      return `Execution is ${this.status} and cannot be redriven`;
    }
    return this.eventCount >= EVENTS_MAX - 1 ? 'Execution history event limit exceeded' : undefined;
  }

  /**
   * Goes on from the states that did not end, with the same definition, their input and the variables as they were.
   * Finished branches and iterations are not run again. Throws when `notRedrivable` says so.
   */
  redrive(): void {
    if (this.notRedrivable !== undefined) throw new StatesError('ExecutionNotRedrivable', this.notRedrivable);
    this.redriveCount += 1;
    this.redrivenAt = this.start.clock.now();
    this.stoppedAt = undefined;
    this.#outcome = undefined;
    this.#done = Promise.withResolvers();
    const { redriveCount } = this;
    this.#run = this.#run.resumed(
      this.#history.note(this.redrivenAt, 'ExecutionRedriven', 0, () => ({ redriveCount })),
    );
    this.#go();
  }

  /** Adds an event behind `run`'s newest one. Ends the execution instead when it would be the 25,000th. */
  note(run: Run, type: string, details?: () => Readonly<Record<string, unknown>>, previous = run.lastEvent): number {
    if (this.#history.length >= EVENTS_MAX - 1) {
      throw new StatesError(
        'States.Runtime',
        `The execution reached the maximum number of history events (${EVENTS_MAX}).`,
      );
    }
    run.lastEvent = this.#history.note(this.start.clock.now(), type, previous, details);
    return run.lastEvent;
  }

  /** `$states.context` without State, Map and Task. */
  context(): Readonly<Record<string, unknown>> {
    const { executionArn, name, roleArn, stateMachineArn, stateMachineName } = this.start;
    return {
      Execution: {
        Id: executionArn ?? '',
        Input: this.input,
        Name: name ?? '',
        RoleArn: roleArn ?? '',
        StartTime: new Date(this.startedAt).toISOString(),
        RedriveCount: this.redriveCount,
        ...(this.redrivenAt !== undefined && { RedriveTime: new Date(this.redrivenAt).toISOString() }),
      },
      StateMachine: { Id: stateMachineArn ?? '', Name: stateMachineName ?? '' },
    };
  }

  evaluationFailed(visit: Visit, error: StatesError, field: string): void {
    const { run, state } = visit;
    this.note(run, 'EvaluationFailed', () => ({
      ...failure(error.name, error.cause),
      location: field,
      state: state.name,
    }));
  }

  #go(): void {
    const seconds = Math.min(this.machine.timeoutSeconds ?? EXECUTION_SECONDS_MAX, EXECUTION_SECONDS_MAX);
    this.#cancelTimeout = this.start.clock.after(1000 * seconds, () => {
      this.#end(this.#run, 'ExecutionTimedOut', 0, { status: 'TIMED_OUT' }, 'States.Timeout');
    });
    const run = this.#run;
    // Not before the caller has its Execution: AWS answers StartExecution first, too.
    Promise.resolve()
      .then(() => this.#steps.walk(run))
      .then(
        (output) => this.#end(run, 'ExecutionSucceeded', run.lastEvent, { status: 'SUCCEEDED', output }),
        (error: unknown) => {
          const { name, cause } = this.#steps.errorOf(error);
          const outcome = { status: 'FAILED', ...failure(name === '' ? undefined : name, cause) } as const;
          this.#end(run, 'ExecutionFailed', run.lastEvent, outcome);
        },
      );
  }

  /** Does nothing for a run that has been abandoned. */
  #end(run: Run, type: string, previous: number, outcome: Outcome, eventError = outcome.error): void {
    if (!run.alive) return;
    this.#cancelTimeout();
    run.abandon();
    this.#outcome = outcome;
    this.stoppedAt = this.start.clock.now();
    this.#history.note(this.stoppedAt, type, previous, () =>
      outcome.status === 'SUCCEEDED' ? payload('output', outcome.output) : failure(eventError, outcome.cause),
    );
    this.#done.resolve(outcome);
    this.start.onEnd?.(outcome);
  }
}
