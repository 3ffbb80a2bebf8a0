/**
 * Any number of runs, people and watches against one ledger, each acting on what it read some time ago. A model that
 * knows nothing of how transitions are made says what must be true after each write.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS, type Kind, type Ledger } from '../../../core/ledger/ledger.ts';
import {
  abortAsked,
  accepted,
  acknowledged,
  claimed,
  committed,
  debtsAfter,
  letGo,
  paused,
  reaped,
  released,
  resumed,
  type Transition,
} from '../../../core/ledger/transitions.ts';
import { askedTo, debtOf, holderOf, resting } from './example.ts';

const RANK: Record<Kind, number> = {
  drill: 0,
  switchover: 1,
  repair: 1,
  'automatic failover': 2,
  'failover by a person': 3,
  'break-glass': 4,
};

interface Run {
  nonce: string;
  kind: Kind;
  startedBy: 'machine' | 'person';
  epoch: number;
}

type Doing = {
  what: string;
  kind: Kind;
  person: boolean;
  stale: boolean;
  green: boolean;
  run: number;
  status: 'running' | 'ended' | 'stopped by a person';
};

const WHAT = [
  ...['claim', 'claim', 'claim', 'commit', 'commit', 'release', 'tick', 'tick', 'tick', 'let go'],
  ...['pause', 'resume', 'ack', 'abort', 'accept', 'debts'],
];

const doings: fc.Arbitrary<Doing[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...WHAT),
    kind: fc.constantFrom(...KINDS),
    person: fc.boolean(),
    stale: fc.constantFrom(true, false, false, false, false),
    green: fc.boolean(),
    run: fc.constantFrom(0, 0, 0, 1, 2, 7),
    status: fc.constantFrom('running', 'ended', 'ended', 'stopped by a person'),
  }),
  { minLength: 20, maxLength: 60 },
);

class World {
  ledger: Ledger = resting;
  readonly runs: Run[] = [];
  /** Ticks in a row that saw the present holder's execution ended. */
  ticks = 0;
  now = 10_000;
  #before: Ledger = resting;

  do(doing: Doing): void {
    this.now += 1_000;
    const read = doing.stale ? this.#before : this.ledger;
    this.#before = this.ledger;
    const run = this.runs.at(-1 - (doing.run % Math.max(1, this.runs.length)));
    const transition = this.#decide(doing, read, run);
    if (transition === undefined || transition.kind === 'no') return;
    // the store's condition: what was read on an older rev is refused
    if (read.rev !== this.ledger.rev) return;
    this.#check(doing, this.ledger, transition.next, run);
    this.ledger = transition.next;
  }

  #decide({ what, kind, person, green, status }: Doing, read: Ledger, run: Run | undefined): Transition | undefined {
    const active = green ? 'green' : 'blue';
    const { now } = this;
    const mine = { nonce: run?.nonce ?? 'nobody', epoch: run?.epoch ?? 0 };
    if (what === 'claim') {
      const holder = holderOf(kind, {
        id: person && kind !== 'automatic failover' ? 'person:ana@laptop' : `sfn:${now}`,
        nonce: `nonce-${now}`,
        startedBy: person ? 'person' : 'machine',
        to: active,
      });
      return claimed(read, holder, [], 'd');
    }
    if (what === 'commit') return committed(read, { ...mine, active, rings: {}, debts: [debtOf(mine.epoch)], now });
    if (what === 'release')
      return released(read, mine.nonce, mine.epoch, {
        debts: [],
        usersMoved: green,
        ...(person ? { awaitsPerson: 'which?' } : {}),
      });
    if (what === 'tick') return reaped(read, status, read.rev);
    if (what === 'let go') return letGo(read);
    if (what === 'pause') return paused(read, { reason: 'r', by: 'ana', since: now });
    if (what === 'resume') return resumed(read);
    if (what === 'ack') return acknowledged(read);
    if (what === 'abort') return abortAsked(read, askedTo('stay'));
    if (what === 'accept') return accepted(read, { active, rings: {}, epoch: read.epoch + 1, now, debts: [] });
    return debtsAfter(read, read.epoch, []);
  }

  #check({ what, status }: Doing, before: Ledger, after: Ledger, run: Run | undefined): void {
    expect(after.rev).toBe(before.rev + 1);
    expect(after.epoch, 'S2: epochs never decrease').toBeGreaterThanOrEqual(before.epoch);
    if (after.active !== before.active) expect(['commit', 'accept']).toContain(what);

    if (what === 'claim') {
      const { holder } = after;
      if (holder === undefined) throw new Error('a claim without a holder');
      expect(after.epoch, 'an epoch belongs to one run').toBeGreaterThan(before.epoch);
      if (before.holder)
        expect(RANK[holder.kind], 'only a higher kind takes the pair').toBeGreaterThan(RANK[before.holder.kind]);
      if (before.awaitsPerson !== undefined) expect(holder.startedBy).toBe('person');
      if (holder.kind === 'automatic failover') expect(before.acknowledged, 'S9').toBe(true);
      this.runs.push({ ...holder, epoch: after.epoch });
      this.ticks = 0;
    } else if (after.holder !== undefined) {
      expect(after.holder.nonce, 'S5: nothing but a claim changes the holder').toBe(before.holder?.nonce);
    }
    if (what === 'commit' || what === 'release') {
      expect(before.holder?.nonce, 'only the holder ends its run').toBe(run?.nonce);
      expect(before.epoch).toBe(run?.epoch);
      expect(after.holder).toBeUndefined();
    }
    if (what === 'tick') {
      expect(before.holder?.id, 'people are not reaped').toMatch(/^sfn:/);
      this.ticks = status === 'running' ? 0 : this.ticks + 1;
      expect(after.holder === undefined, 'two ticks, not one, not three').toBe(this.ticks === 2);
      if (after.holder === undefined) {
        expect(after.epoch, 'what still runs is fenced out').toBeGreaterThan(before.epoch);
        expect(after.interrupted).toBeDefined();
        if (status === 'stopped by a person') expect(after.awaitsPerson).toBeDefined();
      }
    }
    if (before.awaitsPerson !== undefined && after.awaitsPerson === undefined) {
      expect(before.holder?.startedBy ?? 'person', 'only a person’s run or word answers').toBe('person');
      expect(['commit', 'accept']).toContain(what);
    }
    if (before.interrupted !== undefined && after.interrupted === undefined)
      expect(['commit', 'accept']).toContain(what);
    if (before.pause !== undefined && after.pause === undefined) expect(what).toBe('resume');
    if (!before.acknowledged && after.acknowledged) expect(what).toBe('ack');
  }
}

describe('the ledger', () => {
  it('keeps its promises through any history of runs, people and watches', () => {
    const written = new Map<string, number>();
    fc.assert(
      fc.property(doings, (history) => {
        const world = new World();
        for (const doing of history) {
          const { rev } = world.ledger;
          world.do(doing);
          if (world.ledger.rev > rev) written.set(doing.what, (written.get(doing.what) ?? 0) + 1);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(written.size, 'everything that may be done was done').toBe(new Set(WHAT).size);
    expect(Math.min(...written.values()), 'and often').toBeGreaterThan(20);
  });

  it('lets no run that lost the pair ever write again, whatever comes after', () => {
    fc.assert(
      fc.property(doings, (history) => {
        const world = new World();
        const lost = new Set<string>();
        for (const doing of history) {
          const holder = world.ledger.holder?.nonce;
          world.do(doing);
          if (holder !== undefined && world.ledger.holder?.nonce !== holder) lost.add(holder);
          for (const run of world.runs.filter(({ nonce }) => lost.has(nonce))) {
            const commit = committed(world.ledger, { ...run, active: 'green', rings: {}, debts: [], now: 0 });
            expect([
              commit.kind,
              released(world.ledger, run.nonce, run.epoch, { debts: [], usersMoved: true }).kind,
            ]).toEqual(['no', 'no']);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('can be moved again from wherever it came to: a person’s break-glass takes it from anybody but another one', () => {
    fc.assert(
      fc.property(doings, (history) => {
        const world = new World();
        for (const doing of history) world.do(doing);
        const person = holderOf('break-glass', { nonce: 'last', startedBy: 'person' });
        const free = world.ledger.holder?.kind === 'break-glass' ? letGo(world.ledger) : undefined;
        const from = free?.kind === 'write' ? free.next : world.ledger;
        expect(claimed(from, person, [], 'd').kind).toBe('write');
      }),
      { numRuns: 500 },
    );
  });
});
