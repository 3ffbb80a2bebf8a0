import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { numberedIds } from '../../models/ids.ts';
import { ServiceError } from '../../models/service-error.ts';
import type { AskerAt } from '../askers.ts';
import { ageless, type Door, Listener } from '../door.ts';
import { freeTime, type Hold, InFlight } from '../hold.ts';
import { bodyOf, headersOf } from '../request.ts';
import { Answering, type Hooks } from './answering.ts';
import type { Service, WireAnswer, WireRequest } from './service.ts';

export interface AwsServerOptions extends Hooks {
  readonly services: readonly Service[];
  readonly door: Door;
  /** Keeps the lab's clock while a request is under way; let go while the lab itself holds its answer back. */
  readonly hold?: Hold | undefined;
  /** Who asks, and holds the lab's clock as well. */
  readonly askerAt?: AskerAt | undefined;
  /** Requests to paths below `/_lab/`, which no service has. */
  readonly controls?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}

export interface RunningAwsServer {
  readonly port: number;
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A request to Lambda may have 6 MB; nothing else we answer has more. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;

/** One HTTP server for all services, told apart by the credential scope of their signatures. */
export async function startAwsServer(options: AwsServerOptions): Promise<RunningAwsServer> {
  const { services, door, hold = freeTime, askerAt, controls } = options;
  const answering = new Answering(services, options, numberedIds());
  const server = createServer((request, response) => {
    if (controls !== undefined && request.url?.startsWith('/_lab/')) controls(request, response);
    else void exchange(request, response, answering, new InFlight(hold, askerAt?.(request.socket)));
  });
  const listener = new Listener(ageless(server));
  const port = await listener.open(door);
  return { port, endpoint: `http://${door.address}:${port}`, close: () => listener.close() };
}

async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  answering: Answering,
  inFlight: InFlight,
): Promise<void> {
  response.once('close', () => inFlight.end());
  const read = await readBody(request);
  if (read === undefined) return;
  const wire = wireRequest(request, read instanceof ServiceError ? Buffer.alloc(0) : read);
  const answer =
    read instanceof ServiceError
      ? answering.refusal(read, wire)
      : await answering.answer(wire, (work) => inFlight.waiting(work));
  if (answer === undefined) response.destroy();
  else send(request, response, answer);
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: WireAnswer): void {
  // What was not read of an oversized body would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** The body, or why it is refused; undefined: the client went away in the middle. */
async function readBody(request: IncomingMessage): Promise<Buffer | ServiceError | undefined> {
  const body = await bodyOf(request, BODY_BYTES_MAX);
  if (body === 'too large') return tooLarge();
  const encoding = request.headers['content-encoding'];
  return body === undefined || encoding === undefined ? body : unpacked(body, encoding);
}

function unpacked(body: Buffer, encoding: string): Buffer | ServiceError {
  if (encoding !== 'gzip')
    return new ServiceError('InvalidContentEncoding', `Only gzip is understood, not ${encoding}`);
  try {
    return gunzipSync(body, { maxOutputLength: BODY_BYTES_MAX });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    return code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLarge()
      : new ServiceError('SerializationException', 'The body is not gzip');
  }
}

function tooLarge(): ServiceError {
  return new ServiceError('RequestEntityTooLarge', `The lab takes at most ${BODY_BYTES_MAX} bytes of a request`, 413);
}

function wireRequest(request: IncomingMessage, body: Buffer): WireRequest {
  const [path = '/', ...search] = (request.url ?? '/').split('?');
  const query = new URLSearchParams(search.join('?'));
  return { method: request.method ?? 'GET', path, query, headers: headersOf(request), body };
}
