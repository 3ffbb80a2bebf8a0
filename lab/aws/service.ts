import type { ServiceError } from '../../models/service-error.ts';
import { type Members, type Source, type Structure, structure } from './shape.ts';

/** A request as the protocols see it, after its body was read. */
export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** One operation that the lab answers. Times are milliseconds here, whatever the protocol writes. */
export interface Operation {
  readonly input: Structure;
  /** Calls the model. A promise means that the answer takes the lab's time. */
  readonly run: (input: unknown, caller: string) => unknown;
  /** Where a REST protocol has it. */
  readonly http?: HttpBinding;
}

export interface HttpBinding {
  /** `POST /clusters/{clusterName}/node-groups`: names in braces are members; `{Key+}` at the end takes all that follows. */
  readonly at: string;
  /** Names in the query or of headers, and the members they stand for. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The member that is the whole body. */
  readonly payload?: string;
  /** For answers that are more than their members in JSON. */
  readonly answer?: (output: never) => WireAnswer;
}

/** What a protocol found in a request: which operation, and its input, still unread. */
export interface Asked {
  readonly operation: string;
  readonly source: () => Source;
}

export interface Protocol {
  /** As the reference calls it: `JSON 1.1`. */
  readonly title: string;
  speaks(request: WireRequest): boolean;
  /** Throws NotOffered or Unreadable. */
  asked(request: WireRequest, service: Service): Asked;
  answer(operation: string, output: unknown, about: About): WireAnswer;
  refusal(error: ServiceError, about: About): WireAnswer;
  /** The service's own codes for a body that cannot be read, and for a value that breaks a constraint. */
  readonly codes: { readonly unreadable: string; readonly constraint: string };
}

/** What every answer of one request is made with. */
export interface About {
  readonly service: Service;
  readonly requestId: string;
  readonly request: WireRequest;
}

export interface Service {
  /** As in the credential scope of a signature. */
  readonly signingName: string;
  readonly title: string;
  /** The one that speaks the request is taken; the first when none does. */
  readonly protocols: readonly [Protocol, ...Protocol[]];
  readonly operations: Readonly<Record<string, Operation>>;
  /** Members of answers that are times. */
  readonly timestamps: ReadonlySet<string>;
}

/** The operation that was asked for is not one of the lab's. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered';
  readonly operation: string;

  constructor(operation: string) {
    super(operation);
    this.operation = operation;
  }
}

/** `run` is called with what `members` describe: the one place where a described shape becomes a model's type. */
export function operation<Input>(
  members: Members,
  run: (input: Input, caller: string) => unknown,
  http?: HttpBinding,
): Operation {
  const typed = run as Operation['run'];
  return { input: structure(members), run: typed, ...(http === undefined ? {} : { http }) };
}
