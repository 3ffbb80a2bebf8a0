import type { Clock } from '../clock.ts';
import { type Random, seededByKey } from '../random.ts';
import { ServiceError } from '../service-error.ts';
import type { Rules } from './rules.ts';
import type { Change, ChangeInfo } from './shapes.ts';
import type { Zone } from './zone.ts';

/** A batch that was applied, as taps see it. */
export interface AppliedBatch {
  /** Without its prefix. */
  id: string;
  zone: { id: string; name: string };
  /** In kept form (names lower-case with their dot), in the order in which they were done. */
  changes: readonly Change[];
  comment: string;
  /** Whoever sent it said so in the call; 'account' when nobody did. */
  caller: string;
  at: number;
}

interface Submitted {
  info: Omit<ChangeInfo, 'Status'>;
  insyncAt: number;
}

/** Changes on their way to the name servers: PENDING until each of a zone's servers shows them. */
export class Submissions {
  readonly #clock: Clock;
  /** By zone, write and server: the order in which two zones are changed at the same instant decides nothing. */
  readonly #chance: (key: string) => number;
  readonly #rules: Rules;
  readonly #submitted = new Map<string, Submitted>();

  constructor(clock: Clock, random: Random, rules: Rules) {
    this.#clock = clock;
    this.#chance = seededByKey(Math.floor(random() * 2 ** 32));
    this.#rules = rules;
  }

  nextId(): string {
    return `C${String(this.#submitted.size + 1).padStart(13, '0')}`;
  }

  /** Sends writes to every server of their zone, each after a delay of its own. Returns when each will show them. */
  submit({ id, at, comment }: AppliedBatch, zone: Zone, { first, last }: { first: number; last: number }): number[] {
    const arrivals = zone.servers.map((_, server) => {
      const write = `${zone.id} ${last} ${server}`;
      if (this.#rules.halfBatches) {
        const part = Math.floor(this.#chance(`${write} part`) * (last - first));
        zone.send(server, first + part, at + this.#delay(`${write} half`));
      }
      return zone.send(server, last, at + this.#delay(write));
    });
    const info = { Id: `/change/${id}`, SubmittedAt: at, ...(comment === '' ? {} : { Comment: comment }) };
    this.#submitted.set(id, { info, insyncAt: Math.max(...arrivals) });
    return arrivals;
  }

  /** Throws NoSuchChange. */
  info(id: string): ChangeInfo {
    const submitted = this.#submitted.get(id.replace(/^\/?change\//, ''));
    if (submitted === undefined) throw new ServiceError('NoSuchChange', `Could not find resource with ID: ${id}`, 404);
    const { Id, ...rest } = submitted.info;
    return { Id, Status: submitted.insyncAt <= this.#clock.now() ? 'INSYNC' : 'PENDING', ...rest };
  }

  #delay(key: string): number {
    const { min, max } = this.#rules.propagationMs;
    return Math.round(min + this.#chance(key) * (max - min));
  }
}
