/** A lab's clock behind a socket, and a service beside it whose answers take lab time. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Askers } from '../../../lab/askers.ts';
import { HeldClock } from '../../../lab/clock/held-clock.ts';
import { clockControls, controlsOver } from '../../../lab/controls.ts';
import { InFlight } from '../../../lab/hold.ts';
import { pause } from '../../../models/clock.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';

export class Desk {
  readonly clock = new SteppedClock(Date.parse('2026-11-20T07:00:00Z'), 6);
  readonly requests: string[] = [];
  /** Turns of the event loop for which an answer has left and is not there yet. */
  turnsInWires = 0;
  /** The same for what the clock itself says: each next answer takes the next of these, over and over. */
  turnsToTell: readonly number[] = [0];
  #told = 0;
  readonly #hold = () => this.clock.hold();
  readonly #held = new HeldClock(this.clock, this.#hold, 0);
  readonly #askers = new Askers(this.#hold, this.#held);
  readonly #controls = controlsOver(clockControls(this.#held));
  readonly #server = createServer((request, response) => {
    if (request.url?.startsWith('/service/')) void this.#serve(request, response);
    else {
      this.requests.push(request.url?.replace('/clock', '') ?? '');
      this.#tellLate(response);
      this.#controls(request, response);
    }
  });

  /** The clock's URL; the service is below `/service/` of the same server. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** As a server does with connections that were idle for long. */
  endIdle(): void {
    this.#server.closeIdleConnections();
  }

  hold(holder: string): void {
    this.#held.hold(holder);
  }

  release(holder: string): void {
    this.#held.release(holder);
  }

  #tellLate(response: ServerResponse): void {
    const turns = this.turnsToTell[this.#told++ % this.turnsToTell.length] ?? 0;
    const end = response.end.bind(response) as (said: unknown) => ServerResponse;
    const late = async (said: unknown) => {
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      end(said);
    };
    response.end = ((said: unknown) => {
      void late(said);
      return response;
    }) as typeof response.end;
  }

  /** `/service/250`: an answer after 250 ms of lab time; `/service/never`: none. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const late = request.url?.split('/').at(-1) ?? '';
    const inFlight = new InFlight(this.#hold, this.#askers.at(request.socket));
    if (late === 'never') {
      inFlight.unanswered();
      response.once('close', () => inFlight.end());
      return;
    }
    if (late !== '0') await inFlight.waiting(pause(this.clock, Number(late)));
    const said = String(this.clock.now());
    inFlight.end();
    for (let turn = 0; turn < this.turnsInWires; turn++) await new Promise((resolve) => setImmediate(resolve));
    response.end(said);
  }
}
