/** Requests of one minute at one load balancer, as CloudWatch would count them. */
export interface MinuteCounts {
  readonly requests: number;
  /** Answers 5xx of the pods (HTTPCode_Target_5XX_Count). */
  readonly target5xx: number;
  /** Answers 5xx of the balancer or ingress itself, because no pod could be asked. */
  readonly balancer5xx: number;
}

interface Counts {
  requests: number;
  target5xx: number;
  balancer5xx: number;
}

const MINUTE_MS = 60_000;
const MINUTES_KEPT = 120;
const nothing: MinuteCounts = { requests: 0, target5xx: 0, balancer5xx: 0 };

/** Counts requests per host and minute, and knows how many are still being answered. */
export class Traffic {
  readonly #minutes = new Map<number, Map<string, Counts>>();
  #ends: number[] = [];

  count(host: string, status: number, byPod: boolean, now: number, delayMs: number): void {
    const minute = Math.floor(now / MINUTE_MS);
    let hosts = this.#minutes.get(minute);
    if (hosts === undefined) {
      hosts = new Map();
      this.#minutes.set(minute, hosts);
      if (this.#minutes.size > MINUTES_KEPT) this.#minutes.delete(this.#minutes.keys().next().value ?? 0);
    }
    let counts = hosts.get(host);
    if (counts === undefined) {
      counts = { requests: 0, target5xx: 0, balancer5xx: 0 };
      hosts.set(host, counts);
    }
    counts.requests++;
    if (status >= 500 && byPod) counts.target5xx++;
    else if (status >= 500) counts.balancer5xx++;
    if (this.#ends.length > 0 && (this.#ends[0] ?? 0) <= now) this.#ends = this.#ends.filter((end) => end > now);
    this.#ends.push(now + delayMs);
  }

  /** The minute that contains `at` (milliseconds since the epoch); all hosts together, or one. */
  minute(at: number, host?: string): MinuteCounts {
    const hosts = this.#minutes.get(Math.floor(at / MINUTE_MS));
    if (hosts === undefined) return nothing;
    if (host !== undefined) return hosts.get(host) ?? nothing;
    const sum: Counts = { ...nothing };
    for (const counts of hosts.values()) {
      sum.requests += counts.requests;
      sum.target5xx += counts.target5xx;
      sum.balancer5xx += counts.balancer5xx;
    }
    return sum;
  }

  inFlight(now: number): number {
    return this.#ends.reduce((count, end) => count + (end > now ? 1 : 0), 0);
  }
}
