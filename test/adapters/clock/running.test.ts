import { afterEach, describe, expect, it } from 'vitest';
import { type RunningClock, runningClock } from '../../../adapters/clock/running.ts';

const STARTED = Date.parse('2026-11-20T07:00:00Z');
let clock: RunningClock;
afterEach(() => clock.stop());

const passed = (milliseconds: number) =>
  new Promise<number>((resolve) => clock.after(milliseconds, () => resolve(clock.now() - STARTED)));

/** The machine's own time goes on. */
async function turns(count = 200): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a clock that runs by itself', () => {
  it('does what is due in its order, never early', async () => {
    clock = runningClock(STARTED, 1_000);
    const order: string[] = [];
    const waits = [3_000, 1_000, 2_000, 1_000].map(async (milliseconds, index) => {
      expect(await passed(milliseconds)).toBeGreaterThanOrEqual(milliseconds);
      order.push(`${index} after ${milliseconds}`);
    });
    await Promise.all(waits);
    expect(order).toEqual(['1 after 1000', '3 after 1000', '2 after 2000', '0 after 3000']);
  });

  it('stands still from the first hold to the last release, and goes on where it stood', async () => {
    clock = runningClock(STARTED, 1_000_000);
    const [first, second] = [clock.hold(), clock.hold()];
    const stood = clock.now();
    let rang = false;
    clock.after(1, () => {
      rang = true;
    });
    await turns();
    first();
    first();
    await turns();
    expect([clock.now(), rang]).toEqual([stood, false]);
    second();
    await passed(1);
    expect(rang).toBe(true);
    expect(clock.now()).toBeGreaterThan(stood);
  });

  it('does one thing at a time: what is due at the same instant waits for who holds', async () => {
    clock = runningClock(STARTED, 1_000);
    let release: (() => void) | undefined;
    let rang = false;
    await new Promise<void>((resolve) => {
      clock.after(5, () => {
        release = clock.hold();
        resolve();
      });
      clock.after(5, () => {
        rang = true;
      });
    });
    await turns();
    expect(rang).toBe(false);
    release?.();
    await passed(1);
    expect(rang).toBe(true);
  });

  it('passes nothing that is due, however late the machine is', async () => {
    clock = runningClock(STARTED, 1_000_000);
    const release = clock.hold();
    const stood = clock.now();
    const seen: number[] = [];
    for (const at of [10, 20, 30]) clock.after(at, () => seen.push(clock.now() - stood));
    release();
    for (let turn = 0; turn < 1e6; turn++) Math.sqrt(turn); // the machine has something else to do
    expect(clock.now()).toBe(stood + 10);
    await passed(30);
    expect(seen).toEqual([10, 20, 30]);
  });

  it('does nothing of what was taken back, and nothing after stop', async () => {
    clock = runningClock(STARTED, 1_000);
    const rung: string[] = [];
    clock.after(5, () => rung.push('taken back'))();
    await passed(10);
    clock.after(5, () => rung.push('stopped'));
    clock.stop();
    await turns();
    expect(rung).toEqual([]);
  });
});
