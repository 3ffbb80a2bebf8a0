import type { Socket } from 'node:net';
import type { Hold } from './hold.ts';

/**
 * Connections that have come to stand and have not brought a request yet: a handshake takes several trips of its own. Each
 * holds the lab's clock until its first request is there, or it is gone.
 */
export class Arrivals {
  readonly #hold: Hold;
  /** By the caller's port. */
  readonly #arriving = new Map<number, () => void>();

  constructor(hold: Hold) {
    this.#hold = hold;
  }

  begin(socket: Socket): void {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    this.#arriving.set(remotePort, this.#hold());
    socket.once('close', () => this.end(remotePort));
  }

  /** The request is there and holds by itself. */
  end(port: number | undefined): void {
    const release = this.#arriving.get(port ?? 0);
    this.#arriving.delete(port ?? 0);
    release?.();
  }
}
