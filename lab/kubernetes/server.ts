import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Clock } from '../../models/clock.ts';
import type { ApiRequest } from '../../models/kubernetes/api-request.ts';
import type { Cluster } from '../../models/kubernetes/cluster.ts';
import type { AskerAt } from '../askers.ts';
import { apiFailure, ClusterDoor } from '../cluster-door.ts';
import { ageless, type Door } from '../door.ts';
import { freeTime, type Hold, InFlight } from '../hold.ts';
import { sendInTime } from '../late-answer.ts';
import { bodyOf, headersOf } from '../request.ts';
import type { Authority } from '../tls.ts';

export interface KubernetesServerOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly door: Door;
  /** Signs the server's certificate, which is good for the address and `localhost`. */
  readonly authority: Authority;
  readonly hold?: Hold | undefined;
  /** Who asks, and holds the lab's clock as well. */
  readonly askerAt?: AskerAt | undefined;
  /** An exception of ours: it was answered as 500, and somebody should know. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

export interface RunningKubernetesServer {
  readonly port: number;
  /** `https://127.0.0.11:6443` */
  readonly endpoint: string;
  /** To be called after a fault was inflicted or healed; see ClusterDoor. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** As the real server: larger requests are refused. */
const BODY_BYTES_MAX = 3 * 1024 * 1024;

/** The API of one cluster over HTTPS. */
export async function startKubernetesServer(options: KubernetesServerOptions): Promise<RunningKubernetesServer> {
  const { cluster, door, authority, hold = freeTime, askerAt } = options;
  const { address } = door;
  const certificate = await authority.issue({
    commonName: `${cluster.name} kube-apiserver`,
    hosts: ['localhost', 'kubernetes'],
    addresses: [address],
  });
  const server = createServer({ ...certificate }, (request, response) => {
    const inFlight = new InFlight(hold, askerAt?.(request.socket));
    response.once('close', () => inFlight.end());
    void exchange(request, response, inFlight, options);
  });
  // A client that does not like the certificate says so by ending the handshake.
  server.on('tlsClientError', () => {});
  const own = new ClusterDoor(ageless(server), () => apiFailure(cluster), hold, askerAt);
  const port = await own.open(door);
  return {
    port,
    endpoint: `https://${address}:${port}`,
    refresh: () => own.refresh(),
    close: () => own.close(),
  };
}

async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  inFlight: InFlight,
  { cluster, clock, onFault }: KubernetesServerOptions,
): Promise<void> {
  const body = await bodyOf(request, BODY_BYTES_MAX);
  if (body === undefined) return;
  try {
    if (body === 'too large') refuse(response, 413, 'RequestEntityTooLarge', 'limit is 3145728');
    else if (!isEncoded(request.url ?? '/'))
      refuse(response, 400, 'BadRequest', 'the path is not percent-encoded text');
    else await sendInTime(response, () => cluster.handle(apiRequest(request, body)), clock, inFlight);
  } catch (error) {
    onFault?.(error);
    refuse(response, 500, 'InternalError', `the lab itself failed: ${String(error)}`);
  }
}

function apiRequest(request: IncomingMessage, body: Buffer): ApiRequest {
  return {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: headersOf(request),
    ...(body.length === 0 ? {} : { body: body.toString('utf8') }),
  };
}

function isEncoded(url: string): boolean {
  try {
    decodeURIComponent(url.split('?')[0] ?? '');
    return true;
  } catch {
    return false;
  }
}

/** A Status of the kind that the API server answers before it knows what is meant. */
function refuse(response: ServerResponse, code: number, reason: string, message: string): void {
  if (response.headersSent) return;
  const body = JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
  });
  response.writeHead(code, { 'content-type': 'application/json', connection: 'close' });
  response.end(body);
}
