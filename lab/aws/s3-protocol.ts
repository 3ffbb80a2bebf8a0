import { RestSource, routed } from './rest.ts';
import type { Protocol, WireAnswer, WireRequest } from './service.ts';
import { MemberNotOffered, type Scalar, type Source, Unreadable } from './shape.ts';
import { xmlText } from './xml.ts';

/** Objects are bodies and headers, everything else is XML. Buckets stand in the path: an address has no host names below it. */
export const s3Protocol: Protocol = {
  title: 'REST with XML, buckets in the path',
  codes: { unreadable: 'InvalidRequest', constraint: 'InvalidArgument' },

  speaks: () => true,

  asked(request, service) {
    const { name, operation, fields } = routed(request, service);
    // the slash at the end of a path is nobody's elsewhere
    if (/^\/[^/]+\/.+\/$/.test(request.path)) throw new MemberNotOffered('a key with a slash at its end');
    refuseOthers(request, Object.keys(operation.http?.headers ?? {}));
    const body = request.method === 'PUT' ? new BodySource(request.body) : undefined;
    return { operation: name, source: () => new RestSource(fields, body) };
  },

  answer(operation, output, { service, requestId }) {
    const own = service.operations[operation]?.http?.answer as ((output: unknown) => WireAnswer) | undefined;
    if (own === undefined) throw new Error(`${operation} has no answer of its own`);
    const { status, headers, body } = own(output);
    return { status, headers: { ...headers, 'x-amz-request-id': requestId }, body };
  },

  refusal: (error, { requestId, request }) => ({
    status: error.httpStatus,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${xmlText(
      'Error',
      { Code: error.name, Message: error.message, Resource: request.path, RequestId: requestId },
      { item: () => 'member', timestamps: new Set() },
    )}`,
  }),
};

/** Of every request: who signed it when, with which program, and that the sums of an answer are welcome. */
const OF_ANY_REQUEST = /^x-amz-(date|content-sha256|security-token|user-agent|checksum-mode)$/;
/** They change what an operation does. */
const CONDITIONS = /^(range|if-(match|none-match|modified-since|unmodified-since))$/;

/** A header that would be left out silently is refused by name, as members are. */
function refuseOthers({ headers }: WireRequest, known: readonly string[]): void {
  const [other] = Object.keys(headers).filter(
    (name) =>
      (name.startsWith('x-amz-') || CONDITIONS.test(name)) && !OF_ANY_REQUEST.test(name) && !known.includes(name),
  );
  if (other !== undefined) throw new MemberNotOffered(`the header ${other}`);
}

/** The member `Body`, as it came. */
class BodySource implements Source {
  readonly #body: Uint8Array;

  constructor(body: Buffer) {
    this.#body = new Uint8Array(body);
  }

  *members(): Generator<readonly [string, Source]> {
    yield ['Body', this];
  }

  scalar(kind: Scalar, at: string): unknown {
    if (kind === 'blob') return this.#body;
    throw new Unreadable(`${at} is the body`);
  }

  list(at: string): never {
    throw new Unreadable(`${at} is the body`);
  }

  entries(_of: unknown, at: string): never {
    throw new Unreadable(`${at} is the body`);
  }
}
