/**
 * Requests to the API servers over HTTPS: the CA is the one that EKS gives for the cluster and no other, connecting and the
 * whole request have hard time-outs, and nothing is tried twice: a probe that tries again hides what it was sent to find.
 */
import { Agent, type RequestOptions, request } from 'node:https';
import { ClusterUnreachable } from '../../core/errors.ts';
import type { TimedClock } from '../clock/timed.ts';
import type { ApiRequest, ApiResponse, Transport } from './transport.ts';

export interface Endpoint {
  /** `https://….eks.amazonaws.com` */
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  /** PEM: who comes with a certificate needs no token. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

/** How to get into one cluster. */
export interface Door {
  endpoint(): Promise<Endpoint>;
  /** Undefined: the certificate says who we are. */
  token(): Promise<string | undefined>;
}

export interface HttpsSettings {
  readonly doorOf: (cluster: string) => Door;
  readonly clock: TimedClock;
  readonly timeoutMilliseconds: number;
}

const CONNECT_MILLISECONDS = 2_000;
/** A token is taken for 15 minutes from its date; one minute is for clocks that differ. */
const TOKEN_MILLISECONDS = 14 * 60_000;
/** As for AWS: what was idle longer may be closed at the other end. */
const IDLE_MILLISECONDS = 4_000;
const BODY_BYTES_MAX = 32 * 1024 * 1024;

interface Opened {
  endpoint: Endpoint;
  agent: Agent;
  token: string | undefined;
  tokenSince: number;
}

export function httpsTransport({ doorOf, clock, timeoutMilliseconds }: HttpsSettings): Transport {
  const opened = new Map<string, Opened>();

  async function open(cluster: string): Promise<Opened> {
    const known = opened.get(cluster);
    if (known !== undefined && clock.now() - known.tokenSince < TOKEN_MILLISECONDS) return known;
    const door = doorOf(cluster);
    const tokenSince = clock.now();
    const [endpoint, token] = await Promise.all([known?.endpoint ?? door.endpoint(), door.token()]);
    const agent =
      known?.agent ??
      new Agent({ keepAlive: true, ca: endpoint.ca, timeout: IDLE_MILLISECONDS, ...endpoint.certificate });
    const now = { endpoint, agent, token, tokenSince };
    opened.set(cluster, now);
    return now;
  }

  /** What was learned may be what is wrong: the cluster may have been made again, the credentials may have changed. */
  const forget = (cluster: string) => {
    opened.get(cluster)?.agent.destroy();
    opened.delete(cluster);
  };

  return async (cluster, asked) => {
    try {
      const { endpoint, agent, token } = await open(cluster);
      const answer = await clock.within(timeoutMilliseconds, (signal) =>
        exchange(new URL(asked.path, endpoint.url), { agent, signal }, token, asked, clock),
      );
      if (answer.status === 401) forget(cluster);
      return answer;
    } catch (cause) {
      forget(cluster);
      throw new ClusterUnreachable(`${cluster}: ${said(cause)}`, { cluster }, { cause });
    }
  };
}

function exchange(
  url: URL,
  how: Pick<RequestOptions, 'agent' | 'signal'>,
  token: string | undefined,
  { method, contentType, body, headers: more }: ApiRequest,
  clock: TimedClock,
): Promise<ApiResponse> {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    accept: 'application/json',
    ...more,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
  };
  const asked = request(url, { ...how, method, headers });
  const answered = new Promise<ApiResponse>((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > BODY_BYTES_MAX) asked.destroy(new Error(`an answer of more than ${BODY_BYTES_MAX} bytes`));
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          ...clockIn(response.headers.date),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
  });
  const connected = clock.within(
    CONNECT_MILLISECONDS,
    () =>
      new Promise<void>((resolve) => {
        answered.then(
          () => resolve(),
          () => resolve(),
        );
        asked.once('socket', (socket) => {
          if (socket.connecting) socket.once('secureConnect', resolve);
          else resolve();
        });
      }),
  );
  connected.catch(() => asked.destroy(new Error(`no connection in ${CONNECT_MILLISECONDS / 1000} s`)));
  asked.end(body);
  return answered;
}

function clockIn(date = ''): Pick<ApiResponse, 'at'> {
  const at = Date.parse(date);
  return Number.isNaN(at) ? {} : { at };
}

/** Node's own words for what went wrong on the way; no header and no token is ever part of them. */
function said(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' && !cause.message.includes(cause.code)
    ? `${cause.code}: ${cause.message}`
    : cause.message;
}
