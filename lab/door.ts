import type { Server as HttpServer } from 'node:http';
import type { Server, Socket } from 'node:net';

/** Where a server listens. */
export interface Door {
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** What a person types to choose another port, for the sentence when this one cannot be had. */
  readonly flag: string;
}

/** A port that cannot be listened on. The message is a sentence for the person who started the lab. */
export class PortUnavailable extends Error {
  override readonly name = 'PortUnavailable';
  readonly port: number;
  readonly address: string;
  readonly flag: string;

  constructor({ address, port, flag }: Door, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    super(`Port ${port} of ${address} ${reasons[code] ?? `cannot be opened (${code})`}: choose another with ${flag}.`, {
      cause,
    });
    this.port = port;
    this.address = address;
    this.flag = flag;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program',
  EACCES: 'may be opened by root only',
  EADDRNOTAVAIL: 'cannot be opened, because this machine does not have that address',
};

/**
 * Connections of the lab do not age by this machine's clock. Node would end one that was idle for five of its own seconds, which
 * on a busy machine, or while a demo paces its lines, is just when the next question is on its way: a function would be told
 * that nobody answers.
 */
export function ageless<Some extends Pick<HttpServer, 'keepAliveTimeout'>>(server: Some): Some {
  server.keepAliveTimeout = 0;
  return server;
}

/** A server over TCP that can be ended at once: what is still connected is cut. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** The port it listens on. Rejects with PortUnavailable. */
  open(door: Door): Promise<number> {
    return new Promise((resolve, reject) => {
      const refused = (cause: unknown) => reject(new PortUnavailable(door, cause));
      this.#server.once('error', refused);
      this.#server.listen(door.port, door.address, () => {
        this.#server.off('error', refused);
        const bound = this.#server.address();
        resolve(typeof bound === 'object' && bound !== null ? bound.port : door.port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }
}
