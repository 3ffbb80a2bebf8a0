/** Who resolves for a customer: an honest resolver, or one of the tail that stretches TTLs. */
export type Kind = 'honest' | 'tail';

const WINDOW_SECONDS = 10;
const RESTORED_SHARE = 0.99;

interface PerSecond {
  readonly sent: number[];
  readonly failed: number[];
}

/**
 * What customers got, by second, kind of resolver and answering cluster. Seconds are whole seconds of the clock from
 * the one in which recording began; all times given and taken are milliseconds since the epoch.
 */
export class Recorder {
  readonly #startsAt: number;
  readonly #byKind: Readonly<Record<Kind, PerSecond>> = {
    honest: { sent: [], failed: [] },
    tail: { sent: [], failed: [] },
  };
  readonly #served = new Map<string, number[]>();

  constructor(startsAt: number) {
    this.#startsAt = Math.floor(startsAt / 1000) * 1000;
  }

  /** One request that was sent at `at`; `cluster` is who answered it well, undefined when it failed. */
  record(at: number, kind: Kind, cluster: string | undefined): void {
    const second = this.#second(at);
    const { sent, failed } = this.#byKind[kind];
    sent[second] = (sent[second] ?? 0) + 1;
    if (cluster === undefined) {
      failed[second] = (failed[second] ?? 0) + 1;
      return;
    }
    let served = this.#served.get(cluster);
    if (served === undefined) {
      served = [];
      this.#served.set(cluster, served);
    }
    served[second] = (served[second] ?? 0) + 1;
  }

  /** Requests sent from `from` until before `to`. */
  sent(kind?: Kind, from?: number, to?: number): number {
    return this.#total('sent', kind, from, to);
  }

  failed(kind?: Kind, from?: number, to?: number): number {
    return this.#total('failed', kind, from, to);
  }

  /** Requests that this cluster answered well. */
  served(cluster: string, from?: number, to?: number): number {
    return this.#sum(this.#served.get(cluster) ?? [], from, to);
  }

  /** Requests that this cluster answered well in the second of `at`. */
  servedInSecond(cluster: string, at: number): number {
    return this.#served.get(cluster)?.[this.#second(at)] ?? 0;
  }

  /**
   * The end of the first ten seconds, none of which began before the fault, in which at least 99 % of the requests of
   * honest customers succeeded. A window in which nobody asked proves nothing. undefined: not yet.
   */
  restoredAt(faultAt: number): number | undefined {
    const { sent, failed } = this.#byKind.honest;
    const first = Math.max(0, Math.ceil((faultAt - this.#startsAt) / 1000));
    let asked = 0;
    let lost = 0;
    for (let second = first; second < sent.length; second++) {
      asked += sent[second] ?? 0;
      lost += failed[second] ?? 0;
      const begins = second - WINDOW_SECONDS + 1;
      if (begins < first) continue;
      if (asked > 0 && asked - lost >= RESTORED_SHARE * asked) return this.#startsAt + (second + 1) * 1000;
      asked -= sent[begins] ?? 0;
      lost -= failed[begins] ?? 0;
    }
    return undefined;
  }

  /** The last second, by its beginning, in which this cluster answered somebody. */
  lastServedAt(cluster: string): number | undefined {
    const served = this.#served.get(cluster);
    return served === undefined ? undefined : this.#startsAt + (served.length - 1) * 1000;
  }

  #total(what: 'sent' | 'failed', kind: Kind | undefined, from?: number, to?: number): number {
    if (kind !== undefined) return this.#sum(this.#byKind[kind][what], from, to);
    return this.#sum(this.#byKind.honest[what], from, to) + this.#sum(this.#byKind.tail[what], from, to);
  }

  /** Whole seconds: the one that `from` is in counts when it begins at or after it. */
  #sum(counts: readonly number[], from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): number {
    const first = Math.max(0, Math.ceil((from - this.#startsAt) / 1000));
    const last = Math.min(counts.length, Math.ceil((to - this.#startsAt) / 1000));
    let sum = 0;
    for (let second = first; second < last; second++) sum += counts[second] ?? 0;
    return sum;
  }

  #second(at: number): number {
    return Math.max(0, Math.floor((at - this.#startsAt) / 1000));
  }
}
