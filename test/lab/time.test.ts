import { describe, expect, it } from 'vitest';
import { labTime } from '../../lab/time.ts';

const STARTED = Date.parse('2026-11-20T07:00:00Z');
const turns = async (count = 100) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('the clock of a lab', () => {
  it('stepped: stands still unless it is let pass, and while a request is under way', async () => {
    const { clock, stepped, speed, hold } = labTime('stepped', STARTED);
    expect([clock, speed]).toEqual([stepped, 0]);
    await turns();
    expect(clock.now()).toBe(STARTED);
    const release = hold();
    const passing = stepped?.run(5_000);
    await turns();
    expect(clock.now()).toBe(STARTED);
    release();
    await passing;
    expect(clock.now()).toBe(STARTED + 5_000);
  });

  it('running: goes on while foreign requests are under way, and stands still while a holder works', async () => {
    const { clock, stepped, held, hold, stop } = labTime(1_000_000, STARTED);
    expect(stepped).toBeUndefined();
    hold();
    const before = clock.now();
    await turns();
    expect(clock.now()).toBeGreaterThan(before);
    const { now, speed } = held.hold('a function');
    expect(speed).toBe(0);
    await turns();
    expect(clock.now()).toBe(now);
    expect(held.release('a function').speed).toBe(1_000_000);
    await turns();
    expect(clock.now()).toBeGreaterThan(now);
    stop();
  });
});
