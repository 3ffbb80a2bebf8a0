/** Touching objects while admission is behind and a pipeline writes beside us. */
import { describe, expect, it } from 'vitest';
import type { Clusters, Touched, Workload } from '../../core/ports.ts';
import { touchAll, writeFence } from '../../functions/cluster-work.ts';
import { pause } from '../../models/clock.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';

const WEB: Workload = {
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  ring: 1,
  wanted: 1,
  replicas: 0,
  ready: 0,
  images: ['web:1.0.0'],
  asks: { cpuMillis: 500, memoryMiB: 128 },
  tier: 1,
  exclusive: false,
};

/** Touches one Deployment whose API answers this, one after the other, the last for ever. */
async function touched(answers: readonly (Touched | 'gone' | 'busy')[], size?: number) {
  const clock = new SteppedClock(0);
  const said: (number | undefined)[] = [];
  const touch: Clusters['touch'] = async (_cluster, _object, _run, desired) => {
    said.push(desired);
    return answers[said.length - 1] ?? answers.at(-1) ?? 'gone';
  };
  const world = {
    clusters: { touch } as Clusters,
    clock: { now: () => clock.now(), wait: (milliseconds: number) => pause(clock, milliseconds) },
  };
  let over = false;
  const work = touchAll(
    world,
    'green',
    'run-1',
    [WEB],
    ({ replicas }) => replicas !== 0,
    size === undefined ? undefined : () => size,
  );
  void work.finally(() => {
    over = true;
  });
  await clock.runUntil(() => over);
  return { done: await work, said };
}

describe('a touch', () => {
  it('is repeated until the answer shows the effect: a 200 is no proof', async () => {
    const { done, said } = await touched([{ replicas: 0 }, { replicas: 0 }, { replicas: 3 }]);
    expect(done).toEqual({ kind: 'done', touched: 1 });
    expect(said).toHaveLength(3);
  });

  it('is repeated when somebody writes the same object, or the API server has too much to do', async () => {
    expect((await touched(['busy', { replicas: 3 }])).done.kind).toBe('done');
    expect((await touched(['busy'])).done).toMatchObject({ kind: 'not taken over' });
  });

  it('of what a pipeline has just deleted is done: it needs nothing', async () => {
    const { done, said } = await touched(['gone']);
    expect(done.kind).toBe('done');
    expect(said).toHaveLength(1);
  });

  it('that never shows its effect is named', async () => {
    const { done } = await touched([{ replicas: 0 }]);
    expect(done).toEqual({
      kind: 'not taken over',
      because: '1 of 1 objects of green: Deployment/shop/web did not follow in 5 s',
    });
  });

  it('that is refused holds no other object back, and is told with what was said', async () => {
    const seen: string[] = [];
    const touch: Clusters['touch'] = async (_cluster, { name }) => {
      seen.push(name);
      return name === 'web' ? { refused: 'green says 500 a webhook does not answer' } : { replicas: 3 };
    };
    const clock = { now: () => 0, wait: () => Promise.reject(new Error('nobody waits for a refusal')) };
    const others = ['api', 'worker'].map((name) => ({ ...WEB, name }));
    const done = await touchAll(
      { clusters: { touch } as Clusters, clock },
      'green',
      'run-1',
      [WEB, ...others],
      () => true,
    );
    expect(seen.sort()).toEqual(['api', 'web', 'worker']);
    expect(done).toEqual({
      kind: 'not taken over',
      because: '1 of 3 objects of green: Deployment/shop/web was refused: green says 500 a webhook does not answer',
    });
  });

  it('says the count only where admission remembers another one, and says it again with every try', async () => {
    expect((await touched([{ replicas: 0 }, { replicas: 40 }], 40)).said).toEqual([40, 40]);
    expect((await touched([{ replicas: 1 }], 1)).said).toEqual([undefined]);
  });
});

describe('a cluster that does not know us', () => {
  it('answers, and so is not dead: its batch work may run', async () => {
    const readFence: Clusters['readFence'] = async () => ({ kind: 'unauthorized', because: 'green says 401' });
    const refused = await writeFence({ readFence } as Clusters, 'green', () => ({ epoch: '2' }));
    expect(refused).toEqual({ kind: 'refused', because: 'green says 401' });
  });
});
