import { StatesError } from './errors.ts';
import type { Sight } from './expression.ts';
import type { Functions } from './functions.ts';
import { fits } from './json.ts';
import type { Exit, State } from './machine.ts';
import type { Run } from './scope.ts';
import { EvaluationFailed, type Template } from './template.ts';

type More = Readonly<Record<string, unknown>>;

const nothing: More = {};

/** One stay in a state: what its expressions see, and how their failures are told. */
export class Visit {
  readonly run: Run;
  readonly state: State;
  readonly enteredEvent: number;
  readonly input: unknown;
  retryCount = 0;
  taskToken: string | undefined;
  readonly #enteredAt: number;
  readonly #execution: ExecutionView;
  #seen: { more: More; sight: Sight } | undefined;

  constructor(run: Run, state: State, execution: ExecutionView, enteredAt: number, enteredEvent: number) {
    this.run = run;
    this.state = state;
    this.input = run.input;
    this.enteredEvent = enteredEvent;
    this.#enteredAt = enteredAt;
    this.#execution = execution;
  }

  /** The value of a field, or a promise of it. `more` adds result or errorOutput to `$states`. Throws StatesError. */
  value(template: Template, more: More = nothing, item = this.run.item): unknown {
    try {
      const answer = template.evaluate(this.#sight(template, more, item));
      return answer instanceof Promise ? answer.catch((cause: unknown) => this.#refuse(cause)) : answer;
    } catch (cause) {
      return this.#refuse(cause);
    }
  }

  /** The same, for a field that must have a type: the literal was checked at load, the expression is checked here. */
  async typed<T>(template: Template, wanted: string, is: (value: unknown) => value is T): Promise<T> {
    const value = await this.value(template);
    if (is(value)) return value;
    const found = `returned an unexpected result type. Expected '${wanted}', but was ${JSON.stringify(value)}.`;
    const wording = `The JSONata expression '${template.expressions[0]?.text ?? ''}' specified for the field`;
    throw this.#evaluationFailed(template.field, `${wording} '${template.field}' ${found}`);
  }

  /** What a way out leaves behind: its Output, and its variables, all evaluated before any is set. */
  async leave(exit: Exit, otherwise: unknown, more: More = nothing) {
    const variables: (readonly [string, unknown])[] = [];
    for (const [name, template] of exit.assign) variables.push([name, await this.value(template, more)]);
    if (!fits(variables)) throw this.tooLarge('assigned variables');
    const output = exit.output === undefined ? otherwise : await this.value(exit.output, more);
    if (output !== this.input && !fits(output)) throw this.tooLarge('returned a result');
    return { next: exit.next, output, variables };
  }

  tooLarge(what: string): StatesError {
    return new StatesError(
      'States.DataLimitExceeded',
      `The state/task '${this.state.name}' ${what} with a size exceeding the maximum number of bytes service limit.`,
    );
  }

  /** An error of the interpreter's own, in AWS's words. */
  failed(name: string, why: string): StatesError {
    const where = `An error occurred while executing the state '${this.state.name}' (entered at the event id #${this.enteredEvent}).`;
    return new StatesError(name, `${where} ${why}`);
  }

  #refuse(cause: unknown): never {
    if (!(cause instanceof EvaluationFailed)) throw cause;
    throw this.#evaluationFailed(cause.field, cause.message);
  }

  #evaluationFailed(field: string, why: string): StatesError {
    const error = this.failed('States.QueryEvaluationError', why);
    if (this.run.alive) this.#execution.evaluationFailed(this, error, field);
    return error;
  }

  /** The same for every field of one way out, as long as none looks at the context: that changes meanwhile. */
  #sight(template: Template, more: More, item: Run['item']): Sight {
    if (template.seesContext) return this.#sightOf({ input: this.input, ...more, context: this.#context(item) });
    if (this.#seen?.more !== more) this.#seen = { more, sight: this.#sightOf({ input: this.input, ...more }) };
    return this.#seen.sight;
  }

  #sightOf(states: Sight['states']): Sight {
    const { scope } = this.run;
    return { states, functions: this.#execution.functions, variable: (name) => scope.get(name) };
  }

  #context(item: Run['item']) {
    return {
      ...this.#execution.context(),
      State: {
        Name: this.state.name,
        EnteredTime: new Date(this.#enteredAt).toISOString(),
        RetryCount: this.retryCount,
      },
      ...(item !== undefined && { Map: { Item: item } }),
      ...(this.taskToken !== undefined && { Task: { Token: this.taskToken } }),
    };
  }
}

/** What a visit asks of its execution. */
export interface ExecutionView {
  readonly functions: Functions;
  /** `$states.context` without State, Map and Task. */
  context(): Readonly<Record<string, unknown>>;
  evaluationFailed(visit: Visit, error: StatesError, field: string): void;
}

export function isWholeNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 99_999_999;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isTruth(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}
