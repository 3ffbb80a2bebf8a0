import type { ServiceError } from '../../models/service-error.ts';
import { jsonSource, jsonText } from './json.ts';
import { NotOffered, type Protocol, type WireRequest } from './service.ts';

export interface JsonDialect {
  readonly version: '1.0' | '1.1';
  /** What stands before the operation in X-Amz-Target. */
  readonly target: string;
  /** What stands before the code in `__type`, with its `#`. */
  readonly typePrefix?: string;
}

/** AWS JSON 1.0 and 1.1: POST to `/`, the operation in X-Amz-Target, errors by `__type`. */
export function jsonProtocol({ version, target, typePrefix = '' }: JsonDialect): Protocol {
  const contentType = `application/x-amz-json-${version}`;
  return {
    title: `JSON ${version}, \`${target}.*\``,
    codes: { unreadable: 'SerializationException', constraint: 'ValidationException' },

    speaks: ({ headers }) => headers['x-amz-target']?.startsWith(`${target}.`) ?? false,

    asked({ headers, body }, { operations }) {
      const asked = headers['x-amz-target'] ?? 'an operation without X-Amz-Target';
      const name = asked.startsWith(`${target}.`) ? asked.slice(target.length + 1) : asked;
      if (!Object.hasOwn(operations, name)) throw new NotOffered(name);
      return { operation: name, source: () => jsonSource(body) };
    },

    answer: (_operation, output, { service, requestId }) => ({
      status: 200,
      headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
      body: output === undefined ? '' : jsonText(output, service.timestamps),
    }),

    refusal: (error, { service, requestId, request }) => ({
      status: error.httpStatus,
      headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, ...forQueryClients(error, request) },
      body: jsonText(
        {
          __type: `${typePrefix}${error.name}`,
          // The services leave an empty message out.
          ...(error.message === '' ? {} : { message: error.message }),
          ...error.details,
        },
        service.timestamps,
      ),
    }),
  };
}

/** Clients of services that spoke the form protocol once ask for the code they knew from there. */
function forQueryClients(error: ServiceError, { headers }: WireRequest): Record<string, string> {
  if (headers['x-amzn-query-mode'] !== 'true') return {};
  return { 'x-amzn-query-error': `${error.name};${error.httpStatus < 500 ? 'Sender' : 'Receiver'}` };
}
