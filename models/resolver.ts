import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** What an authoritative server says; the shape of `Route53.answer`. */
export interface AuthoritativeAnswer {
  readonly rcode: string;
  readonly answers: readonly { readonly type: string; readonly ttl: number; readonly data: string }[];
  /** The SOA of a negative answer; its TTL is how long that may be remembered. */
  readonly authority: readonly { readonly ttl: number }[];
}

export interface Asked {
  readonly name: string;
  readonly type: string;
  /** Which authoritative server, from 0. */
  readonly server: number;
}

export interface Resolution {
  readonly rcode: string;
  /** Addresses, or the data of whatever type was asked for. */
  readonly addresses: readonly string[];
  /** Seconds for which this resolver goes on giving the same answer. */
  readonly ttl: number;
}

/** How a resolver treats TTLs. An honest one leaves this out. */
export interface TtlHabits {
  /** Multiplies every TTL: a violator has more than 1. */
  stretch?: number;
  /** No answer is kept for less than this. */
  ttlSecondsMin?: number;
  /** Nor for more than this. */
  ttlSecondsMax?: number;
}

export interface ResolverSettings extends TtlHabits {
  clock: Clock;
  random: Random;
  /** How many authoritative servers `ask` can reach. */
  servers: number;
}

const CNAMES_MAX = 8;
const servfail: Resolution = { rcode: 'SERVFAIL', addresses: [], ttl: 0 };

/** What a resolver remembers, and whom it asks next: no waiting, no sockets. */
class Memory {
  readonly #settings: ResolverSettings;
  readonly #kept = new Map<string, { until: number; resolution: Resolution }>();

  constructor(settings: ResolverSettings) {
    this.#settings = settings;
  }

  recall(name: string, type: string): Resolution | undefined {
    const found = this.#kept.get(`${type} ${name}`);
    const left = found === undefined ? 0 : found.until - this.#settings.clock.now();
    return found === undefined || left <= 0 ? undefined : { ...found.resolution, ttl: left / 1000 };
  }

  keep(name: string, type: string, given: Resolution): Resolution {
    const { stretch = 1, ttlSecondsMin = 0, ttlSecondsMax = Number.POSITIVE_INFINITY, clock } = this.#settings;
    const ttl = Math.min(Math.max(given.ttl * stretch, ttlSecondsMin), ttlSecondsMax);
    const resolution = { ...given, ttl };
    if (ttl > 0) this.#kept.set(`${type} ${name}`, { until: clock.now() + ttl * 1000, resolution });
    return resolution;
  }

  forget(): void {
    this.#kept.clear();
  }

  /** Every server once, from a random one on. */
  servers(): number[] {
    const { servers, random } = this.#settings;
    const first = Math.floor(random() * servers);
    return Array.from({ length: servers }, (_, at) => (first + at) % servers);
  }
}

/** A caching resolver over servers that answer at once, like those of a model in the same process. */
export class Resolver {
  readonly #memory: Memory;
  readonly #ask: (asked: Asked) => AuthoritativeAnswer;

  constructor({ ask, ...settings }: ResolverSettings & { ask: (asked: Asked) => AuthoritativeAnswer }) {
    this.#memory = new Memory(settings);
    this.#ask = ask;
  }

  /** From memory while its TTL lasts, else from a random server; a server that throws is passed over. */
  resolve(name: string, type: string, cnames = 0): Resolution {
    const known = this.#memory.recall(name, type);
    if (known !== undefined) return known;
    const answer = this.#answer(name, type);
    if (answer === undefined) return servfail;
    const { found, elsewhere } = read(answer, type);
    const whole = elsewhere === undefined ? found : continued(found, this.#further(elsewhere, type, cnames));
    return this.#memory.keep(name, type, whole);
  }

  forget(): void {
    this.#memory.forget();
  }

  #further(name: string, type: string, cnames: number): Resolution {
    return cnames < CNAMES_MAX ? this.resolve(name, type, cnames + 1) : servfail;
  }

  #answer(name: string, type: string): AuthoritativeAnswer | undefined {
    for (const server of this.#memory.servers()) {
      try {
        return this.#ask({ name, type, server });
      } catch {} // that server is down: the next one
    }
    return undefined;
  }
}

/** The same over servers that take time, like those behind sockets. A question is under way once, however many ask. */
export class WaitingResolver {
  readonly #memory: Memory;
  readonly #ask: (asked: Asked) => Promise<AuthoritativeAnswer>;
  readonly #underWay = new Map<string, Promise<Resolution>>();

  constructor({ ask, ...settings }: ResolverSettings & { ask: (asked: Asked) => Promise<AuthoritativeAnswer> }) {
    this.#memory = new Memory(settings);
    this.#ask = ask;
  }

  async resolve(name: string, type: string, cnames = 0): Promise<Resolution> {
    const known = this.#memory.recall(name, type);
    if (known !== undefined) return known;
    const key = `${type} ${name}`;
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const asking = this.#lookUp(name, type, cnames).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, asking);
    return asking;
  }

  forget(): void {
    this.#memory.forget();
  }

  async #lookUp(name: string, type: string, cnames: number): Promise<Resolution> {
    const answer = await this.#answer(name, type);
    if (answer === undefined) return servfail;
    const { found, elsewhere } = read(answer, type);
    if (elsewhere === undefined) return this.#memory.keep(name, type, found);
    const rest = cnames < CNAMES_MAX ? await this.resolve(elsewhere, type, cnames + 1) : servfail;
    return this.#memory.keep(name, type, continued(found, rest));
  }

  async #answer(name: string, type: string): Promise<AuthoritativeAnswer | undefined> {
    for (const server of this.#memory.servers()) {
      try {
        return await this.#ask({ name, type, server });
      } catch {} // that server is down: the next one
    }
    return undefined;
  }
}

/** The data of an answer, and the CNAME on which it stops when there is none. The shortest TTL counts. */
function read(answer: AuthoritativeAnswer, type: string): { found: Resolution; elsewhere: string | undefined } {
  const addresses = answer.answers.filter((record) => record.type === type).map((record) => record.data);
  const negative = addresses.length === 0 ? answer.authority : [];
  const ttls = [...answer.answers, ...negative].map((record) => record.ttl);
  const last = answer.answers.at(-1);
  const stops = addresses.length === 0 && answer.authority.length === 0 && last?.type === 'CNAME';
  return {
    found: { rcode: answer.rcode, addresses, ttl: ttls.length === 0 ? 0 : Math.min(...ttls) },
    elsewhere: stops ? last.data : undefined,
  };
}

function continued(upTo: Resolution, rest: Resolution): Resolution {
  return { ...rest, ttl: Math.min(upTo.ttl, rest.ttl) };
}
