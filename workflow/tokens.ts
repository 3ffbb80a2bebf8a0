/** What became of an answer to a task token. AWS says InvalidToken for `unknown` and TaskTimedOut for `gone`. */
export type TokenAnswer = 'accepted' | 'gone' | 'unknown';

/** How a waiting task is told. */
export interface Waiting {
  succeed(output: unknown): void;
  fail(error: string, cause: string): void;
  heartbeat(): void;
}

/** The task tokens of one execution: each is answered once, as long as its task waits. */
export class TokenDesk {
  readonly #ids: () => string;
  readonly #waiting = new Map<string, Waiting | undefined>();

  constructor(ids: () => string) {
    this.#ids = ids;
  }

  issue(): string {
    const token = this.#ids();
    this.#waiting.set(token, undefined);
    return token;
  }

  /** From now on answers for this token go to `waiting`, until `close`. */
  open(token: string, waiting: Waiting): void {
    this.#waiting.set(token, waiting);
  }

  close(token: string): void {
    this.#waiting.set(token, undefined);
  }

  sendTaskSuccess(token: string, output: unknown): TokenAnswer {
    return this.#tell(token, (waiting) => waiting.succeed(output));
  }

  sendTaskFailure(token: string, error = '', cause = ''): TokenAnswer {
    return this.#tell(token, (waiting) => waiting.fail(error, cause));
  }

  sendTaskHeartbeat(token: string): TokenAnswer {
    return this.#tell(token, (waiting) => waiting.heartbeat());
  }

  #tell(token: string, tell: (waiting: Waiting) => void): TokenAnswer {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return this.#waiting.has(token) ? 'gone' : 'unknown';
    tell(waiting);
    return 'accepted';
  }
}
