import type { ServerResponse } from 'node:http';
import { type Clock, pause } from '../models/clock.ts';
import { NetworkError } from '../models/kubernetes/network-error.ts';
import type { InFlight } from './hold.ts';

export interface LateAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delayMs: number;
}

/**
 * Sends what a model answers when the lab's clock says so. A NetworkError of the model cuts the connection, after its
 * time; one that never comes leaves the caller waiting. Anything else that is thrown is passed on.
 */
export async function sendInTime(
  response: ServerResponse,
  ask: () => LateAnswer,
  clock: Clock,
  inFlight: InFlight,
): Promise<void> {
  try {
    const { status, headers, body, delayMs } = ask();
    if (delayMs > 0) await inFlight.waiting(pause(clock, delayMs));
    // the server's clock is the lab's: who compares it with a time in the answer must not find another one
    const date = new Date(clock.now()).toUTCString();
    response.writeHead(status, { ...headers, date, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (!Number.isFinite(error.afterMs)) {
      inFlight.unanswered();
      return;
    }
    if (error.afterMs > 0) await inFlight.waiting(pause(clock, error.afterMs));
    response.socket?.resetAndDestroy();
  }
}
