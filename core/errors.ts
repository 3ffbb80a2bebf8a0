/**
 * Errors whose names the state machines match as strings. Two families, by what the workflow should do: try again, or
 * stop. A name is written as a literal: one taken from the class is lost when a bundle is minified. A closed gate is not
 * an error but an answer.
 */

/** Nothing happened, or something that may safely happen twice: the workflow tries again. */
export const retryable = ['ClusterUnreachable', 'LedgerUnreachable', 'ZoneUnreadable'] as const;
/** Trying again would not help, or must not be done. */
export const terminal = ['Refused', 'Superseded', 'PlanUnsafe', 'ConfigInvalid'] as const;

/** Keeps what the sentence says as values too, for the record and for tests. */
export class Failure extends Error {
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(message: string, facts: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.facts = facts;
  }
}

export class ClusterUnreachable extends Failure {
  override readonly name = 'ClusterUnreachable';
}

/** A zone could not be read: what stands there is not known. */
export class ZoneUnreadable extends Failure {
  override readonly name = 'ZoneUnreadable';
}

/** Bad input, found before anything was read. */
export class Refused extends Failure {
  override readonly name = 'Refused';
}

/** Somebody with a newer epoch, or another holder, acts on this pair now. */
export class Superseded extends Failure {
  override readonly name = 'Superseded';
}

/** A setting that cannot work, found at run time. */
export class ConfigInvalid extends Failure {
  override readonly name = 'ConfigInvalid';
}
