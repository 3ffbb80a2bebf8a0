/** A lab's clock as the protocol in adapters/clock/lab.ts asks for it, and a service whose answers take lab time. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SteppedClock } from '../../../models/stepped-clock.ts';

interface Wait {
  calls: number;
  end(): void;
}

export class Desk {
  readonly clock = new SteppedClock(Date.parse('2026-11-20T07:00:00Z'));
  readonly requests: string[] = [];
  readonly #holds = new Map<string, () => void>();
  readonly #waits = new Map<string, Wait>();
  #answers = 0;
  readonly #server = createServer((request, response) => void this.#take(request, response));

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  hold(holder: string): void {
    if (!this.#holds.has(holder)) this.#holds.set(holder, this.clock.hold());
  }

  release(holder: string): void {
    this.#holds.get(holder)?.();
    this.#holds.delete(holder);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.requests.push(path);
    const busy = this.clock.hold();
    let text = '';
    for await (const chunk of request) text += chunk;
    const say = () => response.end(JSON.stringify({ now: this.clock.now(), answers: this.#answers }));
    if (path.startsWith('/service/')) {
      // "/service/250": an answer after 250 ms of lab time; "/service/never": none
      busy();
      const late = path.endsWith('never') ? undefined : Number(path.split('/').at(-1));
      if (late === undefined) return;
      await new Promise<void>((resolve) => this.clock.after(late, resolve));
      response.end(String(this.clock.now()));
      this.#answered();
      return;
    }
    const { holder = '', ...asked } = (text === '' ? {} : JSON.parse(text)) as {
      holder?: string;
      milliseconds?: number;
      calls?: number;
      answers?: number;
    };
    if (path === '/hold') this.hold(holder);
    if (path === '/release') this.release(holder);
    if (path === '/wait') this.#wait(holder, asked, say);
    else say();
    busy();
  }

  #wait(holder: string, asked: { milliseconds?: number; calls?: number; answers?: number }, say: () => void): void {
    const { milliseconds = 0, calls = 0, answers = 0 } = asked;
    this.#waits.get(holder)?.end();
    if (milliseconds <= 0 || (calls > 0 && answers !== this.#answers)) return void say();
    const takeBack = this.clock.after(milliseconds, () => end());
    const end = () => {
      if (!this.#waits.delete(holder)) return;
      takeBack();
      this.hold(holder);
      say();
    };
    this.#waits.set(holder, { calls, end });
    this.release(holder);
  }

  #answered(): void {
    this.#answers++;
    for (const wait of [...this.#waits.values()]) if (wait.calls > 0) wait.end();
  }
}
