import { jsonSource, jsonText } from './json.ts';
import { RestSource, routed } from './rest.ts';
import type { Asked, HttpBinding, Protocol, WireAnswer } from './service.ts';
import type { Source } from './shape.ts';

/** REST with JSON: the operation by method and path, errors by the header x-amzn-errortype. */
export function restJsonProtocol({ title, constraint }: { title: string; constraint: string }): Protocol {
  return {
    title,
    codes: { unreadable: 'SerializationException', constraint },
    speaks: () => true,

    asked(request, service): Asked {
      const { name, operation, fields } = routed(request, service);
      return { operation: name, source: () => new RestSource(fields, inBody(request.body, operation.http)) };
    },

    answer(operation, output, { service, requestId }) {
      const own = service.operations[operation]?.http?.answer as ((output: unknown) => WireAnswer) | undefined;
      const { status, headers, body } = own?.(output) ?? plain(jsonText(output ?? {}, service.timestamps));
      return { status, headers: { ...headers, 'x-amzn-requestid': requestId }, body };
    },

    refusal: (error, { service, requestId }) => ({
      status: error.httpStatus,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': error.name,
      },
      body: jsonText({ message: error.message, ...error.details }, service.timestamps),
    }),
  };
}

function plain(body: string): WireAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function inBody(body: Buffer, { payload }: Partial<HttpBinding> = {}): Source | undefined {
  if (body.length === 0) return undefined;
  const source = jsonSource(body);
  return payload === undefined ? source : new Payload(payload, source);
}

/** A body that is one member as a whole. */
class Payload implements Source {
  readonly #member: string;
  readonly #source: Source;

  constructor(member: string, source: Source) {
    this.#member = member;
    this.#source = source;
  }

  members(): Iterable<readonly [string, Source]> {
    return [[this.#member, this.#source]];
  }

  scalar(...given: Parameters<Source['scalar']>): unknown {
    return this.#source.scalar(...given);
  }

  list(at: string): Source[] {
    return this.#source.list(at);
  }

  entries(...given: Parameters<Source['entries']>): Iterable<readonly [string, Source]> {
    return this.#source.entries(...given);
  }
}
