/**
 * A stand-in for Lambda: named functions, run in this process on the model's clock. What hurts is kept: a time-out
 * leaves the invocation running, asynchronous events are retried and may be given up, reserved concurrency refuses.
 */
import { copied, fits } from '../workflow/json.ts';
import { type Calls, countCall } from './calls.ts';
import { type Clock, pause } from './clock.ts';
import { type DeliveryFaults, Passage } from './delivery.ts';
import { type Ids, numberedIds } from './ids.ts';
import { ServiceError } from './service-error.ts';
import { type Account, sampleAccount } from './sts.ts';

export interface LambdaContext {
  awsRequestId: string;
  functionName: string;
  functionVersion: '$LATEST';
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

export interface FunctionDefinition {
  name: string;
  timeoutSeconds: number;
  handler: (event: unknown, context: LambdaContext) => Promise<unknown>;
  /** How many invocations may run at once; undefined: as many as come. */
  reservedConcurrency?: number | undefined;
  /** For asynchronous events. Defaults of the service: 2 retries, 6 hours. */
  asynchronous?: { maximumRetryAttempts?: number; maximumEventAgeSeconds?: number };
}

export interface InvokeInput {
  /** Name or ARN. */
  FunctionName: string | undefined;
  InvocationType?: 'RequestResponse' | 'Event' | undefined;
  /** The JSON itself, not its text. */
  Payload?: unknown;
}

/** The HTTP status is 200 also when the function failed; only FunctionError tells. */
export interface InvokeOutput {
  StatusCode: 200 | 202;
  FunctionError?: 'Unhandled';
  Payload?: unknown;
  ExecutedVersion?: '$LATEST';
}

/** What an OnFailure destination receives. */
export interface FailedEvent {
  version: '1.0';
  /** ISO 8601. */
  timestamp: string;
  requestContext: {
    requestId: string;
    functionArn: string;
    condition: 'RetriesExhausted' | 'EventAgeExceeded';
    approximateInvokeCount: number;
  };
  requestPayload: unknown;
  responsePayload?: unknown;
}

interface Running {
  definition: FunctionDefinition;
  running: number;
}

type Outcome = { ok: true; payload: unknown } | { ok: false; payload: { errorType: string; errorMessage: string } };

const SYNCHRONOUS_BYTES_MAX = 6 * 1024 * 1024;
const ASYNCHRONOUS_BYTES_MAX = 1024 * 1024;
/** Pauses before the two retries of a failed asynchronous event. Source: developer guide, "Asynchronous invocation". */
const RETRY_PAUSES_MS = [60_000, 120_000];

export class Lambda {
  /** The service runs nothing; what runs already goes on. */
  down = false;
  readonly calls: Calls = new Map();
  /** Asynchronous events that were given up, oldest first. */
  readonly failedEvents: FailedEvent[] = [];
  /** The way of asynchronous events into their function; the same event may take it twice without an error. */
  readonly passage: Passage;
  readonly #clock: Clock;
  readonly #account: Account;
  readonly #ids: Ids;
  readonly #functions = new Map<string, Running>();

  constructor({
    clock,
    account = sampleAccount,
    ids = numberedIds(),
    faults,
  }: {
    clock: Clock;
    account?: Account;
    ids?: Ids;
    faults?: DeliveryFaults;
  }) {
    this.#clock = clock;
    this.#account = account;
    this.#ids = ids;
    this.passage = new Passage(clock, { faults });
  }

  createFunction(definition: FunctionDefinition): { FunctionName: string; FunctionArn: string } {
    countCall(this.calls, 'CreateFunction');
    checkDefinition(definition);
    if (this.#functions.has(definition.name)) {
      throw new ServiceError('ResourceConflictException', `Function already exist: ${definition.name}`, 409);
    }
    this.#functions.set(definition.name, { definition, running: 0 });
    return { FunctionName: definition.name, FunctionArn: this.functionArn(definition.name) };
  }

  /** New code, for invocations that begin from now on. */
  updateFunctionCode({ FunctionName, handler }: Pick<FunctionDefinition, 'handler'> & { FunctionName: string }): void {
    this.#change('UpdateFunctionCode', FunctionName, { handler });
  }

  updateFunctionConfiguration({
    FunctionName,
    timeoutSeconds,
  }: {
    FunctionName: string;
    timeoutSeconds: number;
  }): void {
    this.#change('UpdateFunctionConfiguration', FunctionName, { timeoutSeconds });
  }

  /** Undefined: as many as come. */
  putFunctionConcurrency(input: { FunctionName: string; reservedConcurrency: number | undefined }): void {
    this.#change('PutFunctionConcurrency', input.FunctionName, { reservedConcurrency: input.reservedConcurrency });
  }

  putFunctionEventInvokeConfig({
    FunctionName,
    ...asynchronous
  }: NonNullable<FunctionDefinition['asynchronous']> & { FunctionName: string }): void {
    this.#change('PutFunctionEventInvokeConfig', FunctionName, { asynchronous });
  }

  /** Back to the service's own rules for asynchronous events. */
  deleteFunctionEventInvokeConfig({ FunctionName }: { FunctionName: string }): void {
    this.#change('DeleteFunctionEventInvokeConfig', FunctionName, { asynchronous: {} });
  }

  /** What runs goes on. */
  deleteFunction({ FunctionName }: { FunctionName: string }): void {
    countCall(this.calls, 'DeleteFunction');
    this.#functions.delete(this.#function(FunctionName).definition.name);
  }

  /** Every function with its settings, by name; the code itself is not shown. */
  listFunctions(): { Functions: Omit<FunctionDefinition, 'handler'>[] } {
    countCall(this.calls, 'ListFunctions');
    const all = [...this.#functions.values()].map(({ definition: { handler: _, ...shown } }) => shown);
    return { Functions: all.sort((one, other) => (one.name < other.name ? -1 : 1)) };
  }

  #change(operation: string, name: string, changed: Partial<FunctionDefinition>): void {
    countCall(this.calls, operation);
    const target = this.#function(name);
    const definition = { ...target.definition, ...changed };
    checkDefinition(definition);
    target.definition = definition;
  }

  functionArn(name: string): string {
    const { accountId, region } = this.#account;
    return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  }

  /** Rejects when Lambda itself refuses (throttled, unknown, too large); a failing function is an answer. */
  async invoke({ FunctionName, InvocationType = 'RequestResponse', Payload }: InvokeInput): Promise<InvokeOutput> {
    countCall(this.calls, 'Invoke');
    if (this.down) throw new ServiceError('ServiceException', 'Lambda is not available at the moment.', 503);
    const target = this.#function(FunctionName);
    if (InvocationType !== 'RequestResponse' && InvocationType !== 'Event') {
      throw new ServiceError('NotImplemented', `This stand-in for Lambda does not have ${InvocationType}.`, 501);
    }
    const synchronous = InvocationType === 'RequestResponse';
    checkSize(Payload, synchronous ? SYNCHRONOUS_BYTES_MAX : ASYNCHRONOUS_BYTES_MAX);
    const event = copied(Payload);
    if (!synchronous) {
      this.passage.send(() => void this.#runEvent(target, event, this.#ids()));
      return { StatusCode: 202 };
    }
    const outcome = await this.#run(target, event, this.#ids());
    const failed = outcome.ok ? {} : { FunctionError: 'Unhandled' as const };
    return { StatusCode: 200, ...failed, Payload: outcome.payload, ExecutedVersion: '$LATEST' };
  }

  #function(nameOrArn: string | undefined): Running {
    const name = nameOrArn?.startsWith('arn:') ? nameOrArn.split(':')[6] : nameOrArn;
    const found = this.#functions.get(name ?? '');
    if (found !== undefined) return found;
    const arn = this.functionArn(name ?? '');
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${arn}`, 404, { Type: 'User' });
  }

  /** @param event the handler's own: it may change it */
  async #run(target: Running, event: unknown, requestId: string): Promise<Outcome> {
    const { name, timeoutSeconds, handler, reservedConcurrency = Number.POSITIVE_INFINITY } = target.definition;
    if (target.running >= reservedConcurrency) {
      const Reason = 'ReservedFunctionConcurrentInvocationLimitExceeded';
      throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429, { Reason, Type: 'User' });
    }
    target.running++;
    const context = this.#context(name, requestId, this.#clock.now() + timeoutSeconds * 1_000);
    const work = outcomeOf(() => handler(event, context));
    const outcome = await this.#orTimedOut(work, requestId, timeoutSeconds);
    target.running--;
    return outcome;
  }

  /** After a time-out the sandbox is gone for the caller, but what it had begun may still land: the work goes on. */
  #orTimedOut(work: Promise<Outcome>, requestId: string, timeoutSeconds: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const takeBack = this.#clock.after(timeoutSeconds * 1_000, () => {
        const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
        resolve({ ok: false, payload: { errorType: 'Sandbox.Timedout', errorMessage } });
      });
      void work.then((outcome) => {
        takeBack();
        resolve(outcome);
      });
    });
  }

  #context(name: string, awsRequestId: string, deadline: number): LambdaContext {
    return {
      awsRequestId,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: this.functionArn(name),
      memoryLimitInMB: '256',
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'model',
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - this.#clock.now()),
    };
  }

  /** An asynchronous event: all its tries carry the same request id. Throttling costs age, not retries. */
  async #runEvent(target: Running, event: unknown, requestId: string): Promise<void> {
    const { maximumRetryAttempts = 2, maximumEventAgeSeconds = 21_600 } = target.definition.asynchronous ?? {};
    const expires = this.#clock.now() + maximumEventAgeSeconds * 1_000;
    let invocations = 0;
    for (let throttled = 0; ; ) {
      const outcome = await this.#run(target, copied(event), requestId).catch(() => undefined);
      if (outcome?.ok) return;
      if (outcome !== undefined) invocations++;
      const exhausted = invocations > maximumRetryAttempts;
      const pauseMs = outcome === undefined ? Math.min(1_000 * 2 ** throttled++, 300_000) : retryPause(invocations);
      if (exhausted || this.#clock.now() + pauseMs > expires) {
        this.#fail(target, event, requestId, invocations, exhausted ? 'RetriesExhausted' : 'EventAgeExceeded', outcome);
        return;
      }
      await pause(this.#clock, pauseMs);
    }
  }

  #fail(
    target: Running,
    event: unknown,
    requestId: string,
    approximateInvokeCount: number,
    condition: FailedEvent['requestContext']['condition'],
    outcome: Outcome | undefined,
  ): void {
    const functionArn = `${this.functionArn(target.definition.name)}:$LATEST`;
    this.failedEvents.push({
      version: '1.0',
      timestamp: new Date(this.#clock.now()).toISOString(),
      requestContext: { requestId, functionArn, condition, approximateInvokeCount },
      requestPayload: event,
      ...(outcome === undefined ? {} : { responsePayload: outcome.payload }),
    });
  }
}

function retryPause(invocations: number): number {
  return RETRY_PAUSES_MS[invocations - 1] ?? 0;
}

/** The answer as JSON carries it: a member that is undefined does not arrive. */
async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    const payload: unknown = await work();
    return { ok: true, payload: copied(payload) };
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    return { ok: false, payload: { errorType: error.name, errorMessage: error.message } };
  }
}

function checkSize(payload: unknown, most: number): void {
  if (fits(payload ?? null, most)) return;
  throw new ServiceError(
    'RequestTooLargeException',
    `Request must be smaller than ${most} bytes for the InvokeFunction operation`,
    413,
  );
}

function checkDefinition({ name, timeoutSeconds, asynchronous }: FunctionDefinition): void {
  const { maximumRetryAttempts = 2, maximumEventAgeSeconds = 21_600 } = asynchronous ?? {};
  const fits =
    /^[\w-]{1,64}$/.test(name) &&
    within(timeoutSeconds, 1, 900) &&
    within(maximumRetryAttempts, 0, 2) &&
    within(maximumEventAgeSeconds, 60, 21_600);
  if (fits) return;
  throw new ServiceError(
    'InvalidParameterValueException',
    `Function ${name}: a name has up to 64 letters, digits, - or _; time-out 1 to 900 s (found ${timeoutSeconds}); retries 0 to 2 (found ${maximumRetryAttempts}); event age 60 to 21600 s (found ${maximumEventAgeSeconds}).`,
  );
}

function within(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
