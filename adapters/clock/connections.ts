/**
 * The connections over which this process has asked and has no whole answer yet. The lab's clock names them to the lab,
 * which knows what it is holding back: everything else is in the wires, and time must not pass over it.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

export class OpenQuestions {
  readonly #open = new Set<ClientRequest>();
  readonly #leftOut = new WeakSet<ClientRequest>();
  /** Grows with each question that is asked, and with each that has its answer. */
  changes = 0;

  constructor() {
    subscribe('http.client.request.start', (message) => {
      const { request } = message as { request: ClientRequest };
      if (this.#leftOut.has(request)) return;
      this.#open.add(request);
      this.changes++;
      request.once('close', () => {
        this.#open.delete(request);
        this.changes++;
      });
    });
  }

  /** A request to the clock itself. To be said before it is sent. */
  leaveOut(request: ClientRequest): void {
    this.#leftOut.add(request);
  }

  /** What was asked so far does not count any more. */
  forget(): void {
    this.#open.clear();
  }

  /** As both ends call them: `53122>127.0.0.1:4566`, the caller's port first. One that is still being connected is none yet. */
  connections(): string[] {
    return [...this.#open].flatMap(({ socket }) => {
      const { localPort, remoteAddress, remotePort } = socket ?? {};
      return localPort === undefined || remoteAddress === undefined || remotePort === undefined
        ? []
        : [`${localPort}>${remoteAddress}:${remotePort}`];
    });
  }
}

let ofThisProcess: OpenQuestions | undefined;

/** Every request of the process is seen, so one looks for all. */
export function openQuestions(): OpenQuestions {
  ofThisProcess ??= new OpenQuestions();
  return ofThisProcess;
}
