import type { Server as HttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import type { Cluster } from '../models/kubernetes/cluster.ts';
import { NetworkError } from '../models/kubernetes/network-error.ts';
import { type Door, Listener } from './door.ts';
import type { Hold } from './hold.ts';

/**
 * What listens for a server of a cluster. While the cluster refuses connections its port is closed, once `refresh` has
 * been told; until then a connection is cut with a reset before a byte. While it is silent, connections come to stand and
 * nothing ever comes over them.
 */
export class ClusterDoor {
  readonly #listener: Listener;
  readonly #unreachable: () => NetworkError | undefined;
  readonly #hold: Hold;
  /** Connections that have not brought a request yet, by the caller's port: a handshake takes several trips of its own. */
  readonly #arriving = new Map<number, () => void>();
  #door: Door | undefined;
  #isOpen = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(server: HttpServer, unreachable: () => NetworkError | undefined, hold: Hold) {
    this.#unreachable = unreachable;
    this.#hold = hold;
    const front = createServer((socket) => {
      const failure = unreachable();
      if (failure === undefined) {
        this.#arrive(socket);
        server.emit('connection', socket);
        return;
      }
      socket.on('error', () => {});
      if (refuses(failure)) socket.resetAndDestroy();
      // Read on, so that the caller's giving up is noticed.
      else socket.resume();
    });
    this.#listener = new Listener(front);
    server.on('request', ({ socket }) => this.#arrived(socket.remotePort));
    // a handshake may be all that somebody came for, and its end is seen on the secure side only
    server.on('secureConnection', (secure: Socket) => {
      const { remotePort } = secure;
      secure.once('close', () => this.#arrived(remotePort));
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

  /** Holds the lab's clock until the connection has brought its first request, or is gone. */
  #arrive(socket: Socket): void {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    this.#arriving.set(remotePort, this.#hold());
    socket.once('close', () => this.#arrived(remotePort));
  }

  #arrived(port: number | undefined): void {
    const release = this.#arriving.get(port ?? 0);
    this.#arriving.delete(port ?? 0);
    release?.();
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

/** Why its load balancer cannot be reached: only a killed cluster takes it along, and in the same way. */
export function balancerFailure(cluster: Cluster): NetworkError | undefined {
  return cluster.has('kill') ? apiFailure(cluster) : undefined;
}
