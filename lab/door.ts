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
