/** What a run of a state machine needs from outside. Nothing else in this folder knows the time, chance or the world. */

/** Milliseconds since the epoch, and things that happen later. The result of `after` takes it back. */
export interface Clock {
  now(): number;
  after(milliseconds: number, happens: () => void): () => void;
}

/** What a task is told beside its arguments. */
export interface TaskCall {
  readonly stateName: string;
  /** Only for `.waitForTaskToken`: who holds it answers with sendTaskSuccess or sendTaskFailure. */
  readonly taskToken?: string;
  /** Aborted when nobody waits for the answer any more. A Lambda function on AWS is not told: it goes on running. */
  readonly signal: AbortSignal;
}

/**
 * Does the work of a Task state. The answer becomes `$states.result`; an Error's `name` becomes the Error that Retry
 * and Catch match, its message the Cause. An answer that comes after the time-out is ignored, its effects are not.
 */
export type TaskRunner = (resource: string, args: unknown, call: TaskCall) => Promise<unknown>;
