import { type Clock, pause } from '../clock.ts';
import type { Random } from '../random.ts';
import { isInside } from '../route53/names.ts';
import type {
  Change,
  ChangeResourceRecordSetsInput,
  ListResourceRecordSetsInput,
  ListResourceRecordSetsOutput,
  ResourceRecordSet,
} from '../route53/shapes.ts';
import { type Endpoint, wantedSets } from './endpoint.ts';
import { batched, type Piece, type PlanSettings, planned } from './plan.ts';
import type { RegistryNames } from './registry.ts';

/** What it needs from Route 53; a model answers at once, a client behind sockets later. */
export interface RecordsApi {
  listResourceRecordSets(
    input: ListResourceRecordSetsInput,
  ): ListResourceRecordSetsOutput | Promise<ListResourceRecordSetsOutput>;
  changeResourceRecordSets(input: ChangeResourceRecordSetsInput): unknown;
}

interface Zone {
  readonly id: string;
  readonly name: string;
}

export interface ExternalDnsSettings {
  clock: Clock;
  random: Random;
  /** Its `--txt-owner-id`: a different one in every cluster. */
  owner: string;
  /** The zones it may write, by id. */
  zones: readonly Zone[];
  /** What its cluster's objects ask for now. A source that throws ends the loop without a change. */
  source: () => readonly Endpoint[];
  route53: RecordsApi;
  policy?: PlanSettings['policy'];
  registry?: RegistryNames;
  intervalMs?: number;
  /** From reading the zones to writing them. */
  planDelayMs?: number;
  /** Between two batches of one zone. */
  batchIntervalMs?: number;
  /** Tries of one call that is throttled or finds the zone busy. */
  tries?: number;
}

export interface Written {
  loops: number;
  listCalls: number;
  changeCalls: number;
  /** Calls that Route 53 took, and what was in them. */
  appliedCalls: number;
  created: number;
  upserted: number;
  deleted: number;
  /** Batches that were refused and then tried one name at a time. */
  refusedBatches: number;
  /** Names that were refused even alone. */
  refusedNames: number;
}

const retried = ['Throttling', 'ThrottlingException', 'PriorRequestNotComplete'];
const RETRY_BASE_MS = 500;
const RETRY_CAP_MS = 20_000;

/**
 * One ExternalDNS: each interval it reads records and registry afresh and writes back what differs from its cluster's
 * annotations (facts: ExternalDNS). What happens to its process is for the world to say: `stop` lets a plan under way
 * land, `crash` loses it, `suspend` freezes the process with its plan in hand until `resume`.
 */
export class ExternalDns {
  readonly written: Written = {
    loops: 0,
    listCalls: 0,
    changeCalls: 0,
    appliedCalls: 0,
    created: 0,
    upserted: 0,
    deleted: 0,
    refusedBatches: 0,
    refusedNames: 0,
  };
  /** What went wrong in the last loop that failed; undefined after a good one. */
  lastError: unknown;
  readonly #settings: ExternalDnsSettings;
  /** The process that is alive now; everything of an older one has no effect. */
  #life = 0;
  #isRunning = false;
  #frozen: Promise<void> | undefined;
  #thaw: (() => void) | undefined;
  #cancelTimer: (() => void) | undefined;
  /** By zone, what the last loop found there and planned for it. */
  readonly #planned = new Map<string, { listed: readonly ResourceRecordSet[]; asked: string; pieces: Piece[] }>();

  constructor(settings: ExternalDnsSettings) {
    this.#settings = settings;
  }

  /** Begins to loop, the first time after `firstAfterMs`. */
  start(firstAfterMs = 0): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#schedule(++this.#life, firstAfterMs);
  }

  /** No further loops; the plan under way still lands. */
  stop(): void {
    this.#isRunning = false;
    this.#cancelTimer?.();
  }

  /** The process is gone, and the plan under way with it. `start` begins anew. */
  crash(): void {
    this.stop();
    this.#life++;
    this.resume();
  }

  /** The process stands still wherever it is. */
  suspend(): void {
    if (this.#frozen !== undefined) return;
    this.#frozen = new Promise((resolve) => {
      this.#thaw = resolve;
    });
  }

  /** It goes on where it stood: a plan that was under way lands now, however old it is. */
  resume(): void {
    this.#thaw?.();
    this.#frozen = undefined;
    this.#thaw = undefined;
  }

  /** One loop now, outside the interval. */
  async loop(): Promise<void> {
    await this.#once(this.#life);
  }

  #schedule(life: number, afterMs: number): void {
    this.#cancelTimer = this.#settings.clock.after(afterMs, () => void this.#tick(life));
  }

  async #tick(life: number): Promise<void> {
    await this.#frozen;
    if (life !== this.#life || !this.#isRunning) return;
    const { clock, intervalMs = 60_000 } = this.#settings;
    const startedAt = clock.now();
    await this.#once(life);
    if (life === this.#life && this.#isRunning) this.#schedule(life, startedAt + intervalMs - clock.now());
  }

  async #once(life: number): Promise<void> {
    this.written.loops++;
    this.lastError = undefined;
    try {
      const endpoints = this.#settings.source();
      const asked = JSON.stringify(endpoints);
      const plans: { zone: string; pieces: Piece[] }[] = [];
      for (const zone of this.#settings.zones) {
        const pieces = this.#planOf(zone, await this.#listed(zone.id, life), endpoints, asked);
        if (pieces.length > 0) plans.push({ zone: zone.id, pieces });
      }
      const { clock, planDelayMs = 0 } = this.#settings;
      if (plans.length > 0 && planDelayMs > 0) await pause(clock, planDelayMs);
      for (const { zone, pieces } of plans) await this.#apply(zone, pieces, life);
    } catch (error) {
      if (life === this.#life) this.lastError = error;
    }
  }

  /** Planned anew only when the zone or what is asked for differs from the last loop: hour after hour it does not. */
  #planOf(zone: Zone, listed: ResourceRecordSet[], endpoints: readonly Endpoint[], asked: string): Piece[] {
    const last = this.#planned.get(zone.id);
    if (last !== undefined && last.asked === asked && areTheSame(last.listed, listed)) return last.pieces;
    const pieces = this.#plan(zone, listed, endpoints);
    this.#planned.set(zone.id, { listed, asked, pieces });
    return pieces;
  }

  #plan(zone: { name: string }, listed: ResourceRecordSet[], endpoints: readonly Endpoint[]): Piece[] {
    const { owner, zones, policy = 'sync', registry: names = {} } = this.#settings;
    const inZone = endpoints.flatMap(wantedSets).filter(({ set }) => {
      const closest = zones
        .filter(({ name }) => isInside(set.Name, dotted(name)))
        .sort((a, b) => b.name.length - a.name.length);
      return closest[0]?.name === zone.name;
    });
    return planned(listed, inZone, { owner, policy, names });
  }

  async #listed(HostedZoneId: string, life: number): Promise<ResourceRecordSet[]> {
    const all: ResourceRecordSet[] = [];
    let start: Omit<ListResourceRecordSetsInput, 'HostedZoneId'> = {};
    for (;;) {
      const page = await this.#call(life, () => {
        this.written.listCalls++;
        return this.#settings.route53.listResourceRecordSets({ HostedZoneId, ...start });
      });
      all.push(...page.ResourceRecordSets);
      if (!page.IsTruncated) return all;
      start = {
        StartRecordName: page.NextRecordName,
        StartRecordType: page.NextRecordType,
        StartRecordIdentifier: page.NextRecordIdentifier,
      };
    }
  }

  /** In batches; a batch that is refused, throttled ones too, goes again one name at a time and without a pause. */
  async #apply(zone: string, pieces: readonly Piece[], life: number): Promise<void> {
    const { clock, batchIntervalMs = 1_000 } = this.#settings;
    for (const [at, batch] of batched(pieces).entries()) {
      if (at > 0) await pause(clock, batchIntervalMs);
      try {
        await this.#send(zone, batch, life);
      } catch (error) {
        if (life !== this.#life) throw error;
        this.lastError = error;
        this.written.refusedBatches++;
        await this.#oneByOne(zone, pieces, batch, life);
      }
    }
  }

  async #oneByOne(zone: string, pieces: readonly Piece[], batch: readonly Change[], life: number): Promise<void> {
    for (const piece of pieces) {
      if (piece[0] === undefined || !batch.includes(piece[0])) continue;
      try {
        await this.#send(zone, piece, life);
      } catch (error) {
        if (life !== this.#life) throw error;
        this.lastError = error;
        this.written.refusedNames++;
      }
    }
  }

  async #send(HostedZoneId: string, Changes: readonly Change[], life: number): Promise<void> {
    await this.#call(life, () => {
      this.written.changeCalls++;
      return this.#settings.route53.changeResourceRecordSets({ HostedZoneId, ChangeBatch: { Changes } });
    });
    this.written.appliedCalls++;
    for (const { Action } of Changes) {
      if (Action === 'CREATE') this.written.created++;
      else if (Action === 'UPSERT') this.written.upserted++;
      else this.written.deleted++;
    }
  }

  /** A call as the SDK makes it: a few tries with full jitter when it is throttled or the zone is busy. */
  async #call<Answer>(life: number, call: () => Answer | Promise<Answer>): Promise<Answer> {
    const { clock, random, tries = 3 } = this.#settings;
    for (let attempt = 1; ; attempt++) {
      await this.#frozen;
      if (life !== this.#life) throw new Error('The process of this ExternalDNS is gone');
      try {
        return await call();
      } catch (error) {
        if (attempt >= tries || !(error instanceof Error) || !retried.includes(error.name)) throw error;
        await pause(clock, random() * Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** attempt));
      }
    }
  }
}

/** Sets that are handed out never change: another set is another object. */
function areTheSame(before: readonly ResourceRecordSet[], now: readonly ResourceRecordSet[]): boolean {
  return before.length === now.length && now.every((set, at) => set === before[at]);
}

function dotted(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}
