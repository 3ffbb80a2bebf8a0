/** An error in the words of the Amazon States Language: what Retry and Catch match, and what an execution ends with. */
export class StatesError extends Error {
  override readonly name: string;
  /** Absent for time-outs, as on AWS; an empty string where `$states.errorOutput.Cause` shows it. */
  override readonly cause: string | undefined;
  /** Names it also answers to: a missed heartbeat is reported as States.Timeout but matches States.HeartbeatTimeout too. */
  readonly alias: string | undefined;

  constructor(name: string, cause?: string, alias?: string) {
    super(cause ?? name);
    this.name = name;
    this.cause = cause;
    this.alias = alias;
  }
}

/** Every reserved name; an ErrorEquals with another one in `States.` is a typing error. */
export const reservedErrors: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

/**
 * Whether an ErrorEquals list names this error. States.Runtime is never matched; States.DataLimitExceeded only by its
 * own name; States.TaskFailed stands for all others but States.Timeout.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function matches(errorEquals: readonly string[], error: StatesError): boolean {
  if (error.name === 'States.Runtime') return false;
  if (errorEquals.includes(error.name)) return true;
  if (error.alias !== undefined && errorEquals.includes(error.alias)) return true;
  if (error.name === 'States.DataLimitExceeded') return false;
  if (errorEquals.includes('States.ALL')) return true;
  return error.name !== 'States.Timeout' && errorEquals.includes('States.TaskFailed');
}
