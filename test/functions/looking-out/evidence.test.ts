import { beforeEach, describe, expect, it } from 'vitest';
import { evidenceLately, keepEvidence } from '../../../functions/evidence.ts';
import type { Seen } from '../../../functions/gather.ts';
import { AtHand } from './at-hand.ts';

const at = (time: number): Seen => ({
  observations: [
    { observer: 'outside', cluster: 'blue', at: time, answers: false, canary: 'unreachable', evidence: '' },
  ],
  clusters: {},
  nodesMax: {},
});

describe('what the watch has seen', () => {
  let world: AtHand;
  beforeEach(() => {
    world = new AtHand();
  });

  it('is there for the run that leaves the same cluster', async () => {
    await keepEvidence('shop', 'blue', at(1), world);
    expect(await evidenceLately('shop', 'blue', 30, world)).toEqual(at(1));
  });

  it('is replaced by what it has seen since', async () => {
    await keepEvidence('shop', 'blue', at(1), world);
    await keepEvidence('shop', 'blue', at(2), world);
    expect(await evidenceLately('shop', 'blue', 30, world)).toEqual(at(2));
  });

  it('says nothing about the other cluster, nor about another pair', async () => {
    await keepEvidence('shop', 'blue', at(1), world);
    expect(await evidenceLately('shop', 'green', 30, world)).toBeUndefined();
    expect(await evidenceLately('pay', 'blue', 30, world)).toBeUndefined();
  });

  it('counts until it is as old as evidence may be, and a millisecond later no more', async () => {
    await keepEvidence('shop', 'blue', at(1), world);
    world.now += 30_000;
    expect(await evidenceLately('shop', 'blue', 30, world)).toEqual(at(1));
    world.now += 1;
    expect(await evidenceLately('shop', 'blue', 30, world)).toBeUndefined();
  });

  it('counts no more when it is from a clock that is as far ahead', async () => {
    await keepEvidence('shop', 'blue', at(1), world);
    world.now -= 30_001;
    expect(await evidenceLately('shop', 'blue', 30, world)).toBeUndefined();
  });

  it('is none when nobody understands it', async () => {
    await world.notes.add('shop', 'seen', { at: 'yesterday' });
    expect(await evidenceLately('shop', 'blue', 30, world)).toBeUndefined();
  });
});
