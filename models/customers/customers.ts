import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import { type Kind, Recorder } from './recorder.ts';

/** An HTTP answer as a customer sees it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** How long the answer took, when it is not a promise that takes its time by itself. */
  readonly delayMs?: number;
}

export interface CustomersOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** One entry a resolver: what kind it is. */
  readonly resolvers: readonly Kind[];
  /** The address that this resolver gives for the host now; undefined = none. */
  readonly resolve: (resolver: number, host: string) => string | undefined | Promise<string | undefined>;
  /** One connection and one request; rejects or throws when the network fails. */
  readonly request: (address: string, host: string, path: string) => Reply | Promise<Reply>;
  readonly hosts: readonly string[];
  readonly path?: string;
  readonly requestsPerSecond: number;
  /** Requests are sent in batches so far apart: fewer of them are cheaper, more are smoother. */
  readonly batchMs?: number;
}

/** How long a customer waits for an answer. */
export const PATIENCE_MILLISECONDS = 2_000;

/**
 * People who ask for the services all the time: each request resolves the name, opens one connection and is not tried
 * again. It has failed unless a 2xx of the service itself comes within two seconds; the ingress's default backend and
 * anything without the header x-throwover-cluster is a failure too.
 */
export class Customers {
  readonly recorder: Recorder;
  readonly #options: CustomersOptions;
  readonly #batchMs: number;
  #owed = 0;
  #stop: (() => void) | undefined;

  constructor(options: CustomersOptions) {
    if (options.resolvers.length === 0 || options.hosts.length === 0)
      throw new Error('customers need resolvers and hosts');
    this.#options = options;
    this.#batchMs = options.batchMs ?? 1_000;
    this.recorder = new Recorder(options.clock.now());
  }

  start(): void {
    if (this.#stop === undefined) this.#later();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #later(): void {
    this.#stop = this.#options.clock.after(this.#batchMs, () => {
      this.#later();
      this.#batch();
    });
  }

  #batch(): void {
    this.#owed += (this.#options.requestsPerSecond * this.#batchMs) / 1_000;
    for (; this.#owed >= 1; this.#owed--) this.#one();
  }

  /** Answers that are there at once are recorded at once: a simulated world asks thousands of times. */
  #one(): void {
    const { clock, random, resolvers, hosts, resolve } = this.#options;
    const resolver = Math.floor(random() * resolvers.length);
    const host = hosts[Math.floor(random() * hosts.length)] ?? '';
    const at = clock.now();
    const kind = resolvers[resolver] ?? 'honest';
    try {
      const address = resolve(resolver, host);
      const reply = address instanceof Promise ? this.#whenResolved(address, host) : this.#ask(address, host);
      if (!(reply instanceof Promise)) {
        this.recorder.record(at, kind, servedBy(reply));
        return;
      }
      this.#withinTime(reply).then((cluster) => this.recorder.record(at, kind, cluster));
    } catch {
      this.recorder.record(at, kind, undefined);
    }
  }

  async #whenResolved(address: Promise<string | undefined>, host: string): Promise<Reply | undefined> {
    return this.#ask(await address, host);
  }

  #ask(address: string | undefined, host: string): Reply | undefined | Promise<Reply> {
    if (address === undefined) return undefined;
    return this.#options.request(address, host, this.#options.path ?? '/');
  }

  /** Who answered well, or undefined; never rejects. */
  #withinTime(reply: Promise<Reply | undefined>): Promise<string | undefined> {
    return new Promise((resolve) => {
      const stop = this.#options.clock.after(PATIENCE_MILLISECONDS, () => resolve(undefined));
      reply
        .then(servedBy, () => undefined)
        .then((cluster) => {
          stop();
          resolve(cluster);
        });
    });
  }
}

function servedBy(reply: Reply | undefined): string | undefined {
  if (reply === undefined || reply.status < 200 || reply.status > 299) return undefined;
  return (reply.delayMs ?? 0) > PATIENCE_MILLISECONDS ? undefined : reply.headers['x-throwover-cluster'];
}
