import { describe, expect, it } from 'vitest';
import { decide } from '../../../core/decide.ts';
import { type Told, tell } from '../../../functions/looking-out/tell.ts';
import { factsOf, type Given } from '../../core/given.ts';
import { AtHand } from './at-hand.ts';

const MINUTE = 60_000;
const DEAD: Given = { seen: { outside: { blue: 'dead' }, inside: { blue: 'dead' }, aws: { blue: 'dead' } } };
const APPS_DOWN: Given = {
  seen: { outside: { blue: 'apps down' }, inside: { blue: 'apps down' }, aws: { blue: 'well' } },
};

/** Ticks a minute apart, each of which remembers what the last one told. */
async function ticks(world: AtHand, worlds: readonly Given[], before: Told = { found: '' }): Promise<Told> {
  let told = before;
  for (const given of worlds) {
    const facts = factsOf(given);
    told = await tell({ facts, verdict: decide(facts) }, told, false, world);
    world.now += MINUTE;
  }
  return told;
}

const situations = ({ announced }: AtHand) =>
  announced.map(({ detail }) => (detail as { situation?: string }).situation);

describe('people', () => {
  it('hear nothing while all is well', async () => {
    const world = new AtHand();
    expect(await ticks(world, [{}, {}, {}])).toEqual({ found: '' });
    expect(world.announced).toEqual([]);
  });

  it('hear at the first sight that the active cluster is dead', async () => {
    const world = new AtHand();
    await ticks(world, [DEAD]);
    expect(situations(world)).toEqual(['ActiveDead']);
  });

  it('hear of the others when two ticks in a row find them: one lost look is no news', async () => {
    const world = new AtHand();
    await ticks(world, [APPS_DOWN, {}, APPS_DOWN, {}]);
    expect(world.announced).toEqual([]);
    await ticks(world, [APPS_DOWN, APPS_DOWN]);
    expect(situations(world)).toEqual(['AppsDown']);
  });

  it('hear it again after a quarter of an hour while it lasts, and not before', async () => {
    const world = new AtHand();
    await ticks(
      world,
      Array.from({ length: 15 }, () => DEAD),
    );
    expect(situations(world)).toEqual(['ActiveDead']);
    world.announced.length = 0;
    await ticks(
      world,
      Array.from({ length: 31 }, () => DEAD),
    );
    expect(situations(world)).toEqual(['ActiveDead', 'ActiveDead', 'ActiveDead']);
  });

  it('hear at once when another gate is closed', async () => {
    const world = new AtHand();
    await ticks(world, [DEAD, { ...DEAD, ledger: { acknowledged: false, lastAutomaticMove: 1 } }]);
    expect(world.announced).toHaveLength(2);
    const [first, second] = world.announced.map(({ detail }) => (detail as { closed: string[] }).closed);
    expect(second).not.toEqual(first);
  });

  it('hear once that all is well again', async () => {
    const world = new AtHand();
    const told = await ticks(world, [DEAD, {}, {}, {}]);
    expect(situations(world)).toEqual(['ActiveDead', 'Healthy']);
    expect(told).toEqual({ found: '' });
  });

  it('hear nothing of the watch while a run has the pair: the run speaks', async () => {
    const world = new AtHand();
    const holder = {
      ...{ id: 'sfn:x', nonce: 'n', run: 'x', kind: 'automatic failover', startedBy: 'machine' },
      ...{ from: 'blue', to: 'green', since: 0 },
    };
    await ticks(world, [{ ...DEAD, ledger: { holder } }]);
    expect(world.announced).toEqual([]);
  });

  it('are not told twice of what they have just been told in other words', async () => {
    const world = new AtHand();
    const facts = factsOf(DEAD);
    const told = await tell({ facts, verdict: decide(facts) }, { found: '' }, true, world);
    expect(world.announced).toEqual([]);
    expect(told.said?.what).toMatch(/^ActiveDead/);
  });
});
