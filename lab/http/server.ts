import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Clock } from '../../models/clock.ts';
import type { LoadBalancer } from '../../models/load-balancer.ts';
import type { AskerAt } from '../askers.ts';
import { balancerFailure, ClusterDoor } from '../cluster-door.ts';
import { ageless, type Door } from '../door.ts';
import { freeTime, type Hold, InFlight } from '../hold.ts';
import { sendInTime } from '../late-answer.ts';
import type { Authority } from '../tls.ts';
import { hostCertificates } from './certificates.ts';

export interface BalancerServersOptions {
  readonly balancer: LoadBalancer;
  readonly clock: Clock;
  readonly http: Door;
  readonly https: Door;
  readonly authority: Authority;
  /** Every name that has a certificate of its own; others are shown the balancer's, as they would be on AWS. */
  readonly hosts: readonly string[];
  readonly certificateEndsAt?: ((host: string) => number | undefined) | undefined;
  readonly hold?: Hold | undefined;
  /** Who asks, and holds the lab's clock as well. */
  readonly askerAt?: AskerAt | undefined;
  /** An exception of ours: it was answered as 500, and somebody should know. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

export interface RunningBalancerServers {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** To be called after a fault was inflicted or healed; see ClusterDoor. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** The load balancer of one cluster with what is behind it, over HTTP and HTTPS. */
export async function startBalancerServers(options: BalancerServersOptions): Promise<RunningBalancerServers> {
  const { balancer, authority, hosts, certificateEndsAt, hold = freeTime, askerAt } = options;
  const certificates = await hostCertificates(authority, hosts, certificateEndsAt);
  const own = await authority.issue({ commonName: balancer.dnsName, hosts: [balancer.dnsName] });
  const answer = (request: IncomingMessage, response: ServerResponse) => void exchange(request, response, options);
  const secure = createHttpsServer(
    { ...own, SNICallback: (host, found) => found(null, certificates.context(host)) },
    answer,
  );
  // Whoever does not like the certificate ends the handshake.
  secure.on('tlsClientError', () => {});
  const doorOf = (server: Server) =>
    new ClusterDoor(ageless(server), () => balancerFailure(balancer.cluster), hold, askerAt);
  const http = doorOf(createHttpServer(answer));
  const https = doorOf(secure);
  const httpPort = await http.open(options.http);
  const httpsPort = await https.open(options.https).catch(async (error: unknown) => {
    await http.close();
    throw error;
  });
  return {
    httpPort,
    httpsPort,
    refresh: async () => void (await Promise.all([http.refresh(), https.refresh()])),
    close: async () => void (await Promise.all([http.close(), https.close()])),
  };
}

async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  { balancer, clock, hold = freeTime, askerAt, onFault }: BalancerServersOptions,
): Promise<void> {
  const inFlight = new InFlight(hold, askerAt?.(request.socket));
  response.once('close', () => inFlight.end());
  request.resume();
  const [path = '/'] = (request.url ?? '/').split('?');
  const asked = { host: request.headers.host ?? '', path, method: request.method ?? 'GET' };
  try {
    await sendInTime(response, () => balancer.request(asked), clock, inFlight);
  } catch (error) {
    onFault?.(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}
