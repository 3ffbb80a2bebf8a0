import type { Retrier } from './retry.ts';
import type { Template } from './template.ts';

/** A state machine as it runs: every field read, every expression compiled. Made by `loadMachine`, never changed. */
export interface Machine extends Block {
  readonly comment: string | undefined;
  readonly timeoutSeconds: number | undefined;
  /** What is legal but probably not meant; `loadMachine(…, { lint: true })` refuses it. */
  readonly warnings: readonly Problem[];
  /** The definition with its substitutions made. */
  readonly definition: unknown;
}

/** States that follow one another: the whole machine, a branch of a Parallel, the processor of a Map. */
export interface Block {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export type State =
  | TaskState
  | ChoiceState
  | WaitState
  | PassState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

interface Common {
  readonly name: string;
}

/** Where a state, a choice rule or a catcher leads, and what it leaves behind. */
export interface Exit {
  /** Undefined: this block ends here. */
  readonly next: string | undefined;
  readonly assign: Assignment;
  readonly output: Template | undefined;
}

/** Variables by name; all are evaluated before any is set. */
export type Assignment = readonly (readonly [name: string, value: Template])[];

export interface Catcher extends Exit {
  readonly errorEquals: readonly string[];
}

interface Tried {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface TaskState extends Common, Exit, Tried {
  readonly type: 'Task';
  readonly resource: string;
  /** The resource's two halves as history events name them: `lambda` and `invoke.waitForTaskToken`. */
  readonly resourceType: string;
  readonly action: string;
  readonly waitsForToken: boolean;
  readonly arguments: Template | undefined;
  readonly timeoutSeconds: Template | undefined;
  readonly heartbeatSeconds: Template | undefined;
}

export interface ChoiceState extends Common {
  readonly type: 'Choice';
  readonly rules: readonly (Exit & { readonly condition: Template })[];
  /** Taken when no rule matches; without it that is States.NoChoiceMatched. */
  readonly default: Exit | undefined;
}

export interface WaitState extends Common, Exit {
  readonly type: 'Wait';
  readonly seconds: Template | undefined;
  readonly timestamp: Template | undefined;
}

export interface PassState extends Common, Exit {
  readonly type: 'Pass';
}

export interface SucceedState extends Common, Exit {
  readonly type: 'Succeed';
}

export interface FailState extends Common {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}

export interface ParallelState extends Common, Exit, Tried {
  readonly type: 'Parallel';
  readonly arguments: Template | undefined;
  readonly branches: readonly Block[];
}

export interface MapState extends Common, Exit, Tried {
  readonly type: 'Map';
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: Template | undefined;
  readonly processor: Block;
}

/** One thing wrong with a definition, and where: `/States/Steer/Next`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Everything that is wrong with a definition, at once. */
export class MachineInvalid extends Error {
  override readonly name = 'MachineInvalid';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    this.problems = problems;
  }
}
