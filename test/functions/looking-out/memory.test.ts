import { describe, expect, it } from 'vitest';
import { recall, remember } from '../../../functions/looking-out/memory.ts';
import { AtHand } from './at-hand.ts';

const SAID = {
  said: { what: 'ActiveDead', at: 7 },
  found: 'ActiveDead',
  turn: 3,
  strange: ['a.'],
  differed: ['aws'],
  usual: {},
};

describe('what a tick remembers', () => {
  it('is what the next one is told, in whatever container', async () => {
    const world = new AtHand();
    await remember('shop', await recall('shop', world), SAID, world);
    expect((await recall('shop', world)).was).toEqual(SAID);
  });

  it('is that all was well before the first one', async () => {
    const { was, note } = await recall('shop', new AtHand());
    expect(note).toBeUndefined();
    expect(was).toEqual({ found: '', turn: 0, strange: [], differed: [], usual: {} });
  });

  it('is as good as nothing when nobody understands it, and is written anew', async () => {
    const world = new AtHand();
    await world.notes.add('shop', 'watch', { turn: 'three' });
    const memory = await recall('shop', world);
    expect(memory.was.turn).toBe(0);
    await remember('shop', memory, SAID, world);
    expect((await recall('shop', world)).was).toEqual(SAID);
  });

  it('is not written when it is the same', async () => {
    const world = new AtHand();
    await remember('shop', await recall('shop', world), SAID, world);
    await remember('shop', await recall('shop', world), SAID, world);
    expect((await recall('shop', world)).note?.rev).toBe(1);
  });

  it('is that of one of two that tick at the same time', async () => {
    const world = new AtHand();
    await remember('shop', await recall('shop', world), SAID, world);
    const [one, other] = [await recall('shop', world), await recall('shop', world)];
    await remember('shop', one, { ...SAID, turn: 4 }, world);
    await remember('shop', other, { ...SAID, turn: 5 }, world);
    expect((await recall('shop', world)).was.turn).toBe(4);
  });
});
