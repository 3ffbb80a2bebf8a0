import type { Socket } from 'node:net';
import type { HeldClock } from './clock/held-clock.ts';
import type { Asker, Hold } from './hold.ts';

/** Who asks over a connection, as the server sees it. */
export type AskerAt = (socket: Socket) => Asker | undefined;

/**
 * Who is at the other end of a connection. Those within the lab's own process, as customers are, hold its clock from their
 * question until they have the answer: what is in the wires is seen by nobody else. Those outside say it at the clock.
 */
export class Askers {
  readonly #hold: Hold;
  readonly #held: HeldClock;
  readonly #own = new Map<string, Asker>();

  constructor(hold: Hold, held: HeldClock) {
    this.#hold = hold;
    this.#held = held;
  }

  readonly at: AskerAt = ({ remotePort, localAddress, localPort }) => {
    if (remotePort === undefined || localAddress === undefined || localPort === undefined) return undefined;
    const connection = connectionName(remotePort, localAddress, localPort);
    return this.#own.get(connection) ?? this.#held.asker(connection);
  };

  /** Holds while somebody of this process asks what is answered at once or not at all. */
  async asking<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const release = this.#hold();
    try {
      return await ask();
    } finally {
      release();
    }
  }

  /** Holds for somebody of this process who sends one request over a connection of its own, until the result is called. */
  calling(request: { once(event: 'socket', listener: (socket: Socket) => void): unknown }): () => void {
    let release: (() => void) | undefined = this.#hold();
    let over = false;
    let connection = '';
    const letGo = () => {
      release?.();
      release = undefined;
    };
    const asker: Asker = {
      madeToWait: letGo,
      heldAgain: () => {
        if (!over) release ??= this.#hold();
      },
      answered: () => {}, // he still has to read it
    };
    request.once('socket', (socket) => {
      socket.once('connect', () => {
        const { localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
        connection = connectionName(localPort, remoteAddress, remotePort);
        if (!over) this.#own.set(connection, asker);
      });
    });
    return () => {
      over = true;
      if (this.#own.get(connection) === asker) this.#own.delete(connection);
      letGo();
    };
  }
}

/** As the protocol in adapters/clock/lab.ts has it: the caller's port first. */
function connectionName(callerPort: number, address: string, port: number): string {
  return `${callerPort}>${address}:${port}`;
}
