import { describe, expect, it } from 'vitest';
import { HeldClock } from '../../../lab/clock/held-clock.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';

function lab() {
  const clock = new SteppedClock(0);
  const held = new HeldClock(clock, () => clock.hold(), 0);
  const passed: number[] = [];
  const tick = () => {
    passed.push(clock.now());
    clock.after(1_000, tick);
  };
  clock.after(1_000, tick);
  return { clock, held, passed };
}

const idle = { calls: 0, answers: 0 };
const turns = async (count = 5) => {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
};

describe('HeldClock', () => {
  it('lets time stand still while a holder works', async () => {
    const { clock, held, passed } = lab();
    held.hold('a');
    const running = clock.run(3_000);
    await turns();
    expect(passed).toEqual([]);
    held.release('a');
    await running;
    expect(passed).toEqual([1_000, 2_000]);
  });

  it('lets time go on while its holder waits, and holds it again when the wait is over', async () => {
    const { clock, held, passed } = lab();
    held.hold('a');
    const waited = held.wait({ holder: 'a', milliseconds: 2_500, ...idle });
    const running = clock.run(10_000);
    expect(await waited).toMatchObject({ now: 2_500 });
    await turns();
    expect(passed).toEqual([1_000, 2_000]);
    held.release('a');
    await running;
    expect(clock.now()).toBe(10_000);
  });

  it('answers at once when something has left the lab that the holder does not know of', async () => {
    const { held } = lab();
    held.hold('a');
    held.answered();
    expect(await held.wait({ holder: 'a', milliseconds: 5_000, calls: 1, answers: 0 })).toMatchObject({
      now: 0,
      answers: 1,
    });
  });

  it('ends the wait of a holder with calls under way as soon as an answer leaves, and holds time again', async () => {
    const { clock, held, passed } = lab();
    held.hold('a');
    const waited = held.wait({ holder: 'a', milliseconds: 5_000, calls: 1, answers: 0 });
    clock.after(1_500, () => held.answered());
    const running = clock.run(9_000);
    expect(await waited).toMatchObject({ now: 1_500, answers: 1 });
    await turns();
    expect(passed).toEqual([1_000]);
    held.release('a');
    await running;
  });

  it('does not end a wait of somebody who has no call under way', async () => {
    const { clock, held } = lab();
    held.hold('a');
    const waited = held.wait({ holder: 'a', milliseconds: 5_000, ...idle });
    clock.after(1_500, () => held.answered());
    const running = clock.run(5_500);
    expect(await waited).toMatchObject({ now: 5_000 });
    held.release('a');
    await running;
  });

  it('ends the earlier wait of a holder that sends another; a wait of 0 is answered at once and holds', async () => {
    const { clock, held, passed } = lab();
    held.hold('a');
    const first = held.wait({ holder: 'a', milliseconds: 5_000, ...idle });
    const second = held.wait({ holder: 'a', milliseconds: 0, ...idle });
    expect(await first).toMatchObject({ now: 0 });
    expect(await second).toMatchObject({ now: 0 });
    const running = clock.run(2_000);
    await turns();
    expect(passed).toEqual([]);
    held.release('a');
    await running;
  });

  it('lets go of time when a holder that waits is released', async () => {
    const { clock, held } = lab();
    held.hold('a');
    void held.wait({ holder: 'a', milliseconds: 60_000, ...idle });
    held.release('a');
    await clock.run(1_000);
    expect(clock.now()).toBe(1_000);
  });
});
