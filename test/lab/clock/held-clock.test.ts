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

const idle = { connections: [] };
const wire = '53122>127.0.0.1:4566';
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

  it('lets no time pass while a question of a holder that waits is in the wires', async () => {
    const { clock, held, passed } = lab();
    held.hold('a');
    const waited = held.wait({ holder: 'a', milliseconds: 5_000, connections: [wire] });
    const running = clock.run(9_000);
    await turns();
    expect(passed).toEqual([]);
    held.asker(wire).madeToWait();
    expect(await waited).toMatchObject({ now: 5_000 });
    held.release('a');
    await running;
  });

  it('holds time for who waits as soon as the lab goes on with his question, and ends his wait when the answer has left', async () => {
    const { clock, held, passed } = lab();
    const asker = held.asker(wire);
    held.hold('a');
    const waited = held.wait({ holder: 'a', milliseconds: 5_000, connections: [wire] });
    asker.madeToWait();
    clock.after(1_500, () => asker.heldAgain());
    const running = clock.run(9_000);
    await turns(20);
    expect([clock.now(), passed]).toEqual([1_500, [1_000]]);
    asker.answered();
    expect(await waited).toMatchObject({ now: 1_500 });
    await turns();
    expect(clock.now()).toBe(1_500);
    held.release('a');
    await running;
  });

  it('lets time pass only while it has all questions of a holder', async () => {
    const { clock, held, passed } = lab();
    const other = '53123>127.0.0.11:6443';
    held.hold('a');
    void held.wait({ holder: 'a', milliseconds: 2_500, connections: [wire, other] });
    held.asker(wire).madeToWait();
    const running = clock.run(2_000);
    await turns();
    expect(passed).toEqual([]);
    held.asker(other).madeToWait();
    await running;
    expect(passed).toEqual([1_000]);
  });

  it('does not end a wait for an answer to somebody else', async () => {
    const { clock, held } = lab();
    held.hold('a');
    const waited = held.wait({ holder: 'a', milliseconds: 5_000, ...idle });
    clock.after(1_500, () => held.asker(wire).answered());
    const running = clock.run(5_500);
    expect(await waited).toMatchObject({ now: 5_000 });
    held.release('a');
    await running;
  });

  it('only waits for who holds nothing: a wait that comes late, after its holder is gone, keeps no time', async () => {
    const { clock, held } = lab();
    held.hold('a');
    held.release('a');
    expect(await held.wait({ holder: 'a', milliseconds: 0, connections: [wire] })).toMatchObject({ now: 0 });
    const waited = held.wait({ holder: 'b', milliseconds: 1_000, ...idle });
    await clock.run(3_000);
    expect(await waited).toMatchObject({ now: 1_000 });
    expect(clock.now()).toBe(3_000);
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
