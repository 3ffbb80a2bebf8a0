/** How a connection can fail, by the names that Node gives it. */
export type NetworkFailure = 'ECONNREFUSED' | 'ETIMEDOUT' | 'ECONNRESET';

/**
 * Nothing answered. `afterMs` is when the caller learns it: at once when the connection is refused, never (Infinity)
 * when packets are dropped, so that the caller's own time-out decides.
 */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly code: NetworkFailure;
  readonly afterMs: number;

  constructor(code: NetworkFailure, message: string, afterMs = 0) {
    // a dead cluster is asked thousands of times: where in our code that was would be the dearest part of the answer
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.afterMs = afterMs;
  }
}
