import { ServiceError } from '../../models/service-error.ts';
import { signerOf } from './authorization.ts';
import { type About, NotOffered, type Protocol, type Service, type WireAnswer, type WireRequest } from './service.ts';
import { ConstraintBroken, MemberNotOffered, read, Unreadable } from './shape.ts';
import { unknownService } from './unknown-service.ts';

/** One call, as hooks see it. */
export interface Call {
  /** As in the credential scope: `route53`, `states`. */
  readonly service: string;
  readonly operation: string;
  /** As the model gets it; undefined members are left out. */
  readonly input: unknown;
  /** The access key id it was signed with. */
  readonly caller: string;
}

/** What becomes of a call: done; refused before its effect; or done, and the connection cut instead of the answer. */
export type Verdict = 'go on' | 'lose the answer' | ServiceError;

export interface Hooks {
  /** Asked before each call of an operation that exists. A promise is latency on the lab's clock. */
  readonly before?: ((call: Call) => Verdict | Promise<Verdict>) | undefined;
  /** An exception of ours, not of the service: it was answered as InternalFailure, and somebody should know. */
  readonly onFault?: ((error: unknown, request: WireRequest) => void) | undefined;
}

const REFERENCE = 'docs/reference/lab.md';

/** Answers requests to all services; `undefined` = cut the connection. Never throws. */
export class Answering {
  readonly #services: ReadonlyMap<string, Service>;
  readonly #hooks: Hooks;
  readonly #requestIds: () => string;

  constructor(services: readonly Service[], hooks: Hooks, requestIds: () => string) {
    this.#services = new Map(services.map((service) => [service.signingName, service]));
    this.#hooks = hooks;
    this.#requestIds = requestIds;
  }

  /** `waiting` is given every promise that takes the lab's time. */
  async answer(
    request: WireRequest,
    waiting: <Result>(work: Promise<Result>) => Promise<Result>,
  ): Promise<WireAnswer | undefined> {
    const requestId = this.#requestIds();
    let service = unknownService('');
    let protocol = protocolOf(service, request);
    try {
      const { accessKeyId, service: signingName } = signerOf(request.headers.authorization);
      service = this.#services.get(signingName) ?? unknownService(signingName);
      protocol = protocolOf(service, request);
      return await this.#answer(request, waiting, { service, requestId, request }, protocol, accessKeyId);
    } catch (error) {
      return protocol.refusal(this.#refusal(error, service, protocol, request), { service, requestId, request });
    }
  }

  /** For requests that never got as far as a service: too large, cut off, and the like. */
  refusal(error: ServiceError, request: WireRequest): WireAnswer {
    const service = unknownService('');
    return protocolOf(service, request).refusal(error, { service, requestId: this.#requestIds(), request });
  }

  async #answer(
    request: WireRequest,
    waiting: <Result>(work: Promise<Result>) => Promise<Result>,
    about: About,
    protocol: Protocol,
    caller: string,
  ): Promise<WireAnswer | undefined> {
    const { service } = about;
    const { operation: name, source } = protocol.asked(request, service);
    const operation = service.operations[name];
    if (operation === undefined) throw new NotOffered(name);
    const input = read(operation.input, source());
    const called = this.#hooks.before?.({ service: service.signingName, operation: name, input, caller }) ?? 'go on';
    const verdict = called instanceof Promise ? await waiting(called) : called;
    if (verdict instanceof ServiceError) throw verdict;
    const work = operation.run(input, caller);
    const output = work instanceof Promise ? await waiting(work) : work;
    return verdict === 'lose the answer' ? undefined : protocol.answer(name, output, about);
  }

  #refusal(error: unknown, { title }: Service, { codes }: Protocol, request: WireRequest): ServiceError {
    if (error instanceof ServiceError) return pointed(error);
    if (error instanceof NotOffered) return notImplemented(`${error.operation} of ${title}`);
    if (error instanceof MemberNotOffered) return notImplemented(`${error.member} in a request to ${title}`);
    if (error instanceof Unreadable) return new ServiceError(codes.unreadable, error.message);
    if (error instanceof ConstraintBroken) return new ServiceError(codes.constraint, error.message);
    this.#hooks.onFault?.(error, request);
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return new ServiceError('InternalFailure', `The lab itself failed: ${what}`, 500);
  }
}

function notImplemented(what: string): ServiceError {
  return new ServiceError('NotImplemented', `The lab does not have ${what}. What it has: ${REFERENCE}`, 501);
}

/** What a model does not have is said in its own sentence; where to look is added. */
function pointed(error: ServiceError): ServiceError {
  if (error.name !== 'NotImplemented' || error.message.includes(REFERENCE)) return error;
  return new ServiceError(
    error.name,
    `${error.message} What the lab has: ${REFERENCE}`,
    error.httpStatus,
    error.details,
  );
}

function protocolOf({ protocols }: Service, request: WireRequest): Protocol {
  return protocols.find((protocol) => protocol.speaks(request)) ?? protocols[0];
}
