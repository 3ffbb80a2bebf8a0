import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabClock } from '../../../adapters/clock/lab.ts';
import { Desk } from './desk.ts';

let desk: Desk;
let url = '';
let clock: LabClock;

beforeEach(async () => {
  desk = new Desk();
  url = await desk.open();
  clock = new LabClock(`${url}/clock`);
});
afterEach(() => desk.close());

const started = Date.parse('2026-11-20T07:00:00Z');

/** Runs `work` as an invocation: lab time stands still while it works. */
async function invoke<T>(work: () => Promise<T>, holder = 'invocation-1'): Promise<T> {
  desk.hold(holder);
  let over = false;
  const result = (async () => {
    try {
      await clock.begin(holder);
      return await work();
    } finally {
      await clock.end();
      over = true;
      desk.release(holder);
    }
  })();
  result.catch(() => {});
  await desk.clock.runUntil(() => over);
  return result;
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const call = (path: string) => (signal: AbortSignal) =>
  new Promise<string>((resolve, reject) => {
    const asked = request(`${url}/service/${path}`, { signal }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve(text);
    });
    asked.once('error', (cause) => reject(signal.aborted ? signal.reason : cause));
    asked.end();
  });

describe('the lab’s clock in an invocation', () => {
  it('is asked over a new connection when the idle one is ended at that moment', async () => {
    await invoke(() => clock.wait(1_000));
    desk.endIdle();
    await invoke(() => clock.wait(5_000), 'invocation-2');
    expect(clock.now()).toBe(started + 6_000);
  });

  it('shows lab time, and passes exactly what is waited for', async () => {
    const seen = await invoke(async () => {
      const before = clock.now();
      await clock.wait(5_000);
      return [before, clock.now()];
    });
    expect(seen).toEqual([started, started + 5_000]);
  });

  it('lets no lab time pass while the invocation works, however long that takes the machine', async () => {
    desk.clock.after(1, () => {});
    const seen = await invoke(async () => {
      await turns(500);
      return clock.now();
    });
    expect(seen).toBe(started);
  });

  it('ends waits in the order in which they are due', async () => {
    const order: string[] = [];
    await invoke(async () => {
      const waits = [300, 100, 200].map(async (milliseconds) => {
        await clock.wait(milliseconds);
        order.push(`${milliseconds} at ${clock.now() - started}`);
      });
      await Promise.all(waits);
    });
    expect(order).toEqual(['100 at 100', '200 at 200', '300 at 300']);
  });

  it('knows the exact time after a call that took lab time', async () => {
    const seen = await invoke(async () => {
      const answer = await clock.within(5_000, call('250'));
      return [Number(answer) - started, clock.now() - started];
    });
    expect(seen).toEqual([250, 250]);
  });

  it('is not late for the next call when many were under way', async () => {
    const seen = await invoke(async () => {
      const delays = [40, 40, 80, 0, 10, 0, 200];
      const ended = delays.map(async (delay) => {
        await clock.within(2_000, call(String(delay)));
        return clock.now() - started;
      });
      return Promise.all(ended);
    });
    expect(seen).toEqual([40, 40, 80, 0, 10, 0, 200]);
  });

  it('times a call out on lab time, and aborts it', async () => {
    let aborted: unknown;
    const seen = await invoke(async () => {
      await expect(
        clock.within(2_000, (signal) => {
          signal.addEventListener('abort', () => {
            aborted = signal.reason;
          });
          return call('never')(signal);
        }),
      ).rejects.toThrow('no answer in 2 s');
      return clock.now() - started;
    });
    expect(seen).toBe(2_000);
    expect(aborted).toMatchObject({ name: 'TimedOut' });
  });

  it('does not let a refused connection cost lab time', async () => {
    const seen = await invoke(async () => {
      await expect(clock.within(2_000, () => fetch('http://127.0.0.1:1/'))).rejects.toThrow();
      return clock.now() - started;
    });
    expect(seen).toBe(0);
  });

  it('never lets time pass between an answer and what is done with it', async () => {
    const seen = await invoke(async () => {
      const times: number[] = [];
      for (let round = 0; round < 60; round++) {
        await clock.within(5_000, call(round % 3 === 0 ? '7' : '0'));
        times.push(clock.now() - started);
      }
      return times;
    });
    expect(seen).toEqual(Array.from({ length: 60 }, (_, round) => 7 * (Math.floor(round / 3) + 1)));
  });

  it('lets no time pass while an answer is in the wires, however long that takes', async () => {
    desk.turnsInWires = 300;
    desk.clock.after(251, () => {});
    const seen = await invoke(async () => {
      const times: string[] = [];
      for (const path of ['250', '0']) times.push(await clock.within(5_000, call(path)));
      return [...times.map((time) => Number(time) - started), clock.now() - started];
    });
    expect(seen).toEqual([250, 250, 250]);
  });

  it('lets no time pass while one of several calls that ended together has not been told the time', async () => {
    desk.turnsInWires = 25;
    desk.turnsToTell = [0, 0, 0, 200];
    const seen = await invoke(async () => {
      const times: number[][] = [];
      for (let round = 0; round < 12; round++) {
        const before = clock.now();
        const since = async (path: string) => {
          await clock.within(5_000, call(path));
          return clock.now() - before;
        };
        const quick = async () => [await since('0'), await since('0'), await since('0')];
        times.push((await Promise.all([since('40'), quick(), quick()])).flat());
      }
      return times;
    });
    expect(seen).toEqual(Array.from({ length: 12 }, () => [40, 0, 0, 0, 0, 0, 0]));
  });

  it('lets no time pass while an answer that has come is being read', async () => {
    const seen = await invoke(async () => {
      const times: number[] = [];
      for (let wires = 0; wires < 40; wires++) {
        desk.turnsInWires = wires;
        const before = clock.now();
        const held = clock.within(5_000, call('40'));
        await clock.within(5_000, async (signal) => {
          await call('0')(signal);
          await turns(6);
        });
        times.push(clock.now() - before);
        await held;
      }
      return times;
    });
    expect(seen).toEqual(Array.from({ length: 40 }, () => 0));
  });

  it('lets no time pass during a call that nobody holds back', async () => {
    desk.clock.after(1, () => {});
    const seen = await invoke(async () => {
      await clock.within(5_000, () => turns(300), 'at once');
      return clock.now() - started;
    });
    expect(seen).toBe(0);
  });

  it('lets no time pass while a call reads files before it asks', async () => {
    desk.clock.after(1, () => {});
    const seen = await invoke(() =>
      clock.within(5_000, async (signal) => {
        for (let read = 0; read < 20; read++) await readFile(new URL(import.meta.url));
        return call('0')(signal);
      }),
    );
    expect(Number(seen)).toBe(started);
  });

  it('is not kept by what ends after the invocation', async () => {
    const late = Promise.withResolvers<void>();
    await invoke(async () => {
      void clock.within(5_000, () => late.promise);
      await clock.wait(1);
    });
    late.resolve();
    await turns(20);
    await desk.clock.run(1_000);
    expect(desk.clock.now()).toBe(started + 1_001);
  });

  it('forgets what an earlier invocation left waiting', async () => {
    const rung: string[] = [];
    await invoke(async () => void clock.wait(60_000).then(() => rung.push('left over')));
    await invoke(() => clock.wait(120_000), 'invocation-2');
    expect(rung).toEqual([]);
    expect(clock.now()).toBe(started + 120_000);
  });

  it('is not held up by calls that nobody waited for', async () => {
    const seen = await invoke(async () => {
      const slow = clock.within(60_000, call('30000'));
      slow.catch(() => {});
      await Promise.race([slow, clock.within(2_000, call('10'))]);
      return clock.now() - started;
    });
    expect(seen).toBe(10);
    await invoke(() => clock.wait(120_000), 'invocation-2');
    expect(clock.now() - started).toBe(120_010);
  });

  it('fails waits and calls when the lab has gone', async () => {
    desk.hold('invocation-1');
    await clock.begin('invocation-1');
    await desk.close();
    await expect(clock.wait(10)).rejects.toThrow('does not answer');
  });
});

describe('the lab’s clock in somebody else’s hands', () => {
  it('stands still from hold to release, but for the wait in between', async () => {
    const untilHeld = desk.clock.hold();
    desk.clock.after(400, () => {});
    let over = false;
    const seen = (async () => {
      await clock.hold('on-call');
      untilHeld();
      const times = [clock.now() - started];
      await clock.wait(1_000);
      times.push(clock.now() - started);
      await clock.release();
      over = true;
      return times;
    })();
    await desk.clock.runUntil(() => over);
    expect(await seen).toEqual([0, 1_000]);
    expect(desk.requests).toEqual(['/hold', '/wait', '/wait', '/release']);
  });
});
