import { describe, expect, it } from 'vitest';
import { decide } from '../../../core/decide.ts';
import type { Ledger } from '../../../core/ledger/ledger.ts';
import type { Remembered } from '../../../functions/looking-out/memory.ts';
import { startFailover } from '../../../functions/looking-out/start-failover.ts';
import { runName } from '../../../functions/run-name.ts';
import { factsOf, type Given, NOW, PAIR } from '../../core/given.ts';
import { AtHand } from './at-hand.ts';

const MINUTE = 60_000;
const DEAD: Given = { seen: { outside: { blue: 'dead' }, inside: { blue: 'dead' }, aws: { blue: 'dead' } } };
const LEDGER: Ledger = { pair: 'shop', rev: 7, epoch: 42, active: 'blue', rings: {}, debts: [], acknowledged: true };

async function tick(
  world: AtHand,
  tried?: Remembered['tried'],
  { given = DEAD, ledger = LEDGER, needsTime = false } = {},
) {
  const facts = factsOf(given);
  const found = { facts, verdict: decide(facts), needsTime, seen: { observations: [], clusters: {}, nodesMax: {} } };
  const remembered = { turn: 0, strange: [], differed: [], usual: {} };
  const was = { ...remembered, found: '', ...(tried === undefined ? {} : { tried }) };
  return startFailover(PAIR, ledger, { ...found, remembered, prewarmed: [], troubles: [] }, was, world);
}

/** As long as nothing comes of it: every run ends at once and moves nobody. */
async function ticks(world: AtHand, minutes: number, before?: Remembered['tried']) {
  let tried = before;
  for (let minute = 0; minute < minutes; minute++) {
    ({ tried } = await tick(world, tried));
    for (const name of world.statuses.keys()) world.statuses.set(name, 'SUCCEEDED');
    world.now += MINUTE;
  }
  return tried;
}

describe('the failover that the watch starts', () => {
  it('starts when every gate is open, with what was seen as its reason', async () => {
    const world = new AtHand();
    const { did, tried } = await tick(world);
    expect(world.started).toMatchObject([
      { input: { pair: 'shop', mode: 'failover', signal: { source: 'watch', name: 'ActiveDead' } } },
    ]);
    expect(did[0]).toMatch(/^ActiveDead: .*started shop-42-/);
    expect(tried).toMatchObject({ tries: 1, nextTryAt: world.now + MINUTE });
  });

  it('names no target: the run finds it out', async () => {
    const world = new AtHand();
    await tick(world);
    expect(world.started[0]?.input).not.toHaveProperty('to');
  });

  it('does not start while a gate is closed, nor when nobody says dead', async () => {
    const world = new AtHand();
    await tick(world, undefined, { given: { ...DEAD, pair: { mode: 'observe' } } });
    await tick(world, undefined, { given: {} });
    expect(world.started).toEqual([]);
  });

  it('starts when only time is wanting that is longer than a tick may stay', async () => {
    const world = new AtHand();
    const given = { ...DEAD, pair: { mode: 'observe' } };
    await tick(world, undefined, { given, needsTime: true });
    expect(world.started).toHaveLength(1);
  });

  describe('where a person is to be asked first', () => {
    const asking = { given: { ...DEAD, pair: { mode: 'approve' } } } as const;
    const approval = { run: 'shop-42-1-failover', kind: 'automatic failover', expiresAt: NOW + 15 * MINUTE };
    const answer = { said: 'rejected', by: 'person:ada', at: NOW, reason: 'we fix blue' };

    it('is started to ask: without an alarm there would be nothing to approve', async () => {
      const world = new AtHand();
      expect((await tick(world, undefined, asking)).did[0]).toContain('started shop-42-');
    });

    it('is not started beside one that waits for the answer', async () => {
      const world = new AtHand();
      await world.notes.add('shop', 'approval#shop-42-1-failover', approval);
      expect((await tick(world, undefined, asking)).did).toEqual(['shop-42-1-failover waits for a person']);
      world.now += 15 * MINUTE;
      expect((await tick(world, undefined, asking)).did[0]).toContain('started');
    });

    it('asks nobody who said no within the last quarter of an hour', async () => {
      const world = new AtHand();
      await world.notes.add('shop', 'approval#shop-42-1-failover', { ...approval, answer });
      world.now += 15 * MINUTE - 1;
      expect((await tick(world, undefined, asking)).did[0]).toContain('was rejected by person:ada');
      world.now += 1;
      expect((await tick(world, undefined, asking)).did[0]).toContain('started');
    });
  });

  it('leaves a move that was cut off to repair', async () => {
    const world = new AtHand();
    const interrupted = { kind: 'automatic failover', from: 'blue', to: 'green', run: 'x' } as never;
    await tick(world, undefined, { ledger: { ...LEDGER, interrupted } });
    expect(world.started).toEqual([]);
  });

  it('does not start beside one that an alarm started and that still looks', async () => {
    const world = new AtHand();
    world.statuses.set(runName('shop', 42, world.now - 2 * MINUTE, 'failover'), 'RUNNING');
    expect((await tick(world)).did[0]).toContain('is looking already');
    expect(world.started).toEqual([]);
  });

  it('is tried again after 1, 2, 4, 8 and then every 15 minutes, when it moved nobody', async () => {
    const world = new AtHand();
    const began = world.now;
    await ticks(world, 50);
    const minutes = world.started.map(({ name }) => Number(name.split('-')[2]) - Math.floor(began / MINUTE));
    expect(minutes).toEqual([0, 1, 3, 7, 15, 30, 45]);
  });

  it('waits its turn in a new container too: the wait is in what is remembered', async () => {
    const world = new AtHand();
    const tried = await ticks(world, 4);
    const started = world.started.length;
    const { did } = await tick(world, structuredClone(tried));
    expect(did[0]).toContain('waits for its turn');
    expect(world.started).toHaveLength(started);
  });

  it('begins anew after the cluster was seen alive', async () => {
    const world = new AtHand();
    const tried = await ticks(world, 8);
    const alive = await tick(world, tried, { given: {} });
    expect(alive.tried).toBeUndefined();
    world.now += MINUTE;
    expect((await tick(world, alive.tried)).tried).toMatchObject({ tries: 1 });
  });
});
