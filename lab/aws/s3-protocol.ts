import { RestSource, routed, TextSource } from './rest.ts';
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
    const body = request.method === 'PUT' ? new BodySource(request) : undefined;
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
      (name.startsWith('x-amz-') || CONDITIONS.test(name)) &&
      !OF_ANY_REQUEST.test(name) &&
      !name.startsWith(METADATA) &&
      !known.includes(name),
  );
  if (other !== undefined) throw new MemberNotOffered(`the header ${other}`);
}

/** What somebody wrote beside an object: `x-amz-meta-filesha256: …`. */
export const METADATA = 'x-amz-meta-';

/** The member `Body`, as it came, and `Metadata` when there is any. */
class BodySource implements Source {
  readonly #body: Uint8Array;
  readonly #metadata: readonly (readonly [string, Source])[];

  constructor({ body, headers }: WireRequest) {
    this.#body = new Uint8Array(body);
    this.#metadata = Object.entries(headers)
      .filter(([name]) => name.startsWith(METADATA))
      .map(([name, value = '']) => [name.slice(METADATA.length), new TextSource(value)]);
  }

  *members(): Generator<readonly [string, Source]> {
    if (this.#body.length > 0) yield ['Body', this];
    if (this.#metadata.length > 0) yield ['Metadata', this];
  }

  scalar(kind: Scalar, at: string): unknown {
    if (kind === 'blob') return this.#body;
    throw new Unreadable(`${at} is the body`);
  }

  list(at: string): never {
    throw new Unreadable(`${at} is the body`);
  }

  entries(): Iterable<readonly [string, Source]> {
    return this.#metadata;
  }
}
