import type { Server as HttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import type { Cluster } from '../models/kubernetes/cluster.ts';
import { NetworkError } from '../models/kubernetes/network-error.ts';
import { Arrivals } from './arrivals.ts';
import type { AskerAt } from './askers.ts';
import { type Door, Listener } from './door.ts';
import type { Asker, Hold } from './hold.ts';

/**
 * What listens for a server of a cluster. While the cluster refuses connections its port is closed, once `refresh` has
 * been told; until then a connection is cut with a reset before a byte. While it is silent, connections come to stand and
 * nothing ever comes over them.
 */
export class ClusterDoor {
  readonly #listener: Listener;
  readonly #unreachable: () => NetworkError | undefined;
  readonly #hold: Hold;
  #door: Door | undefined;
  #isOpen = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(server: HttpServer, unreachable: () => NetworkError | undefined, hold: Hold, askerAt?: AskerAt) {
    this.#unreachable = unreachable;
    this.#hold = hold;
    const arrivals = new Arrivals(hold);
    const front = createServer((socket) => {
      const failure = unreachable();
      if (failure === undefined) {
        arrivals.begin(socket);
        server.emit('connection', socket);
        return;
      }
      socket.on('error', () => {});
      if (refuses(failure)) socket.resetAndDestroy();
      else {
        // Read on, so that the caller's giving up is noticed. Who it is within the lab is known after this turn.
        socket.resume();
        setImmediate(() => keptWaiting(socket, askerAt?.(socket)));
      }
    });
    this.#listener = new Listener(front);
    server.on('request', ({ socket }) => arrivals.end(socket.remotePort));
    // a handshake may be all that somebody came for, and its end is seen on the secure side only
    server.on('secureConnection', (secure: Socket) => {
      const { remotePort } = secure;
      secure.once('close', () => arrivals.end(remotePort));
    });
  }

  async open(door: Door): Promise<number> {
    const port = await this.#listener.open(door);
    this.#door = { ...door, port };
    this.#isOpen = true;
    await this.refresh();
    return port;
  }

  /**
   * To be called after a fault was inflicted or healed: closes the port, so that callers are refused, or opens it again.
   * Holds the lab's clock meanwhile. Rejects with PortUnavailable when somebody else has taken the port.
   */
  refresh(): Promise<void> {
    const release = this.#hold();
    this.#turn = this.#turn.catch(() => {}).then(() => this.#asTheClusterIs());
    return this.#turn.finally(release);
  }

  close(): Promise<void> {
    this.#door = undefined;
    return this.#turn.catch(() => {}).then(() => this.#listener.close());
  }

  async #asTheClusterIs(): Promise<void> {
    if (this.#door === undefined) return;
    const shallBeOpen = !refuses(this.#unreachable());
    if (shallBeOpen === this.#isOpen) return;
    this.#isOpen = shallBeOpen;
    if (shallBeOpen) await this.#listener.open(this.#door);
    else await this.#listener.close();
  }
}

/** Nothing ever comes over this connection. */
function keptWaiting(socket: Socket, asker: Asker | undefined): void {
  if (socket.destroyed) return;
  asker?.madeToWait();
  socket.once('close', () => asker?.answered());
}

function refuses(failure: NetworkError | undefined): boolean {
  return failure !== undefined && Number.isFinite(failure.afterMs);
}

/** Why the cluster's API cannot be reached; undefined: it can. */
export function apiFailure(cluster: Cluster): NetworkError | undefined {
  try {
    cluster.handle({ method: 'GET', path: '/livez' });
    return undefined;
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  }
}

/** Why its load balancer cannot be reached: a cluster that is killed or cut off takes it along, and in the same way. */
export function balancerFailure(cluster: Cluster): NetworkError | undefined {
  return cluster.has('kill') || cluster.has('partition') ? apiFailure(cluster) : undefined;
}
