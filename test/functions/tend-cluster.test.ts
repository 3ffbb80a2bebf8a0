/** What counts as done when a cluster is told what to be: what each object shows, not that it answered 200. */
import { describe, expect, it } from 'vitest';
import { emptyLedger } from '../../core/ledger/ledger.ts';
import type { LedgerStore } from '../../core/ledger/store.ts';
import type { ClusterObject, Clusters, Touched, Workload } from '../../core/ports.ts';
import { type TendInput, tendCluster } from '../../functions/tend-cluster.ts';
import { pause } from '../../models/clock.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';

const NIGHTLY: ClusterObject = { kind: 'CronJob', namespace: 'shop', name: 'nightly', ring: 1 };
const WEB: Workload = {
  ...{ kind: 'Deployment', namespace: 'shop', name: 'web', ring: 1 },
  ...{ wanted: 3, replicas: 0, ready: 0, images: ['web:1.0.0'], tier: 1, exclusive: false },
  asks: { cpuMillis: 500, memoryMiB: 128 },
};

/** Tells the cluster, whose objects answer these touches one after the other; how many it took, and how it ended. */
async function told(asked: Partial<TendInput>, object: ClusterObject | Workload, answers: readonly Touched[]) {
  const clock = new SteppedClock(0);
  // as a run leaves it whose Commit came before its batch work
  let data: Record<string, string> = { cluster: 'green', epoch: '1', role: 'active', batch: 'suspended' };
  let touches = 0;
  const clusters: Partial<Clusters> = {
    readFence: async () => ({ kind: 'fence', data, version: '1' }),
    writeFence: async (_, change) => {
      const next = Object.entries({ ...data, ...change }).filter(([, value]) => value !== null);
      data = Object.fromEntries(next) as Record<string, string>;
      return 'written';
    },
    workloads: async () => ('wanted' in object ? [object] : []),
    objects: async (_, kind) => ('wanted' in object || kind === 'dns' ? [] : [object]),
    singlePods: async () => [],
    touch: async () => answers[touches++] ?? answers.at(-1) ?? 'gone',
  };
  const ledger = { ...emptyLedger('shop'), epoch: 1, holder: { nonce: 'n' } };
  const world = {
    ledger: { read: async () => ledger } as unknown as LedgerStore,
    clusters: clusters as Clusters,
    clock: { now: () => clock.now(), wait: (milliseconds: number) => pause(clock, milliseconds) },
  };
  const input: TendInput = {
    ...{ pair: 'shop', cluster: 'green', epoch: 1, nonce: 'n', run: 'run-1', apart: [] },
    ...{ become: 'active', touch: 'everything' },
    ...asked,
  };
  let over = false;
  const work = tendCluster(input, world).finally(() => {
    over = true;
  });
  await clock.runUntil(() => over);
  return { kind: (await work).kind, touches };
}

describe('a CronJob that is to run again', () => {
  const resumed = (...answers: Touched[]) => told({ become: 'batch', touch: 'batch' }, NIGHTLY, answers);

  it('is touched until admission has let go of it', async () => {
    const answers: Touched[] = [{ suspended: true, held: true }, { suspended: true, held: true }, { suspended: false }];
    expect(await resumed(...answers)).toEqual({ kind: 'done', touches: 3 });
  });

  it('may stay suspended by its own chart', async () => {
    expect(await resumed({ suspended: true })).toEqual({ kind: 'done', touches: 1 });
  });

  it('is named when admission never lets go', async () => {
    expect((await resumed({ suspended: true, held: true })).kind).toBe('not taken over');
  });
});

describe('a CronJob of a cluster that becomes standby', () => {
  it('is touched until it is suspended', async () => {
    const answers: Touched[] = [{ suspended: false }, { suspended: true, held: true }];
    expect(await told({ become: 'standby', touch: 'everything' }, NIGHTLY, answers)).toEqual({
      kind: 'done',
      touches: 2,
    });
  });
});

describe('a Deployment of a cluster that becomes active', () => {
  it('is touched until it runs, and admission remembers nothing of it', async () => {
    const answers: Touched[] = [{ replicas: 0, held: true }, { replicas: 3, held: true }, { replicas: 3 }];
    expect(await told({}, WEB, answers)).toEqual({ kind: 'done', touches: 3 });
  });

  it('may want no pods at all', async () => {
    expect(await told({}, { ...WEB, wanted: 0 }, [{ replicas: 0 }])).toEqual({ kind: 'done', touches: 1 });
  });
});
