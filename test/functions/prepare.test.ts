/** Waking a cluster as large as they get: how many calls it costs, and what a Deployment without pods proves. */
import { describe, expect, it } from 'vitest';
import { clustersOver } from '../../adapters/kubernetes/clusters.ts';
import type { ApiResponse } from '../../adapters/kubernetes/transport.ts';
import { emptyLedger } from '../../core/ledger/ledger.ts';
import type { LedgerStore } from '../../core/ledger/store.ts';
import type { Notes } from '../../core/ports.ts';
import { prepare } from '../../functions/prepare.ts';
import type { ClaimedRun } from '../../functions/run.ts';
import { shippedSet } from '../../lab/kubernetes/shipped-set.ts';
import { pause } from '../../models/clock.ts';
import { standardCluster } from '../../models/kubernetes/standard-cluster.ts';
import { seeded } from '../../models/random.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { labTopology } from '../lab-topology.ts';

const RUN: ClaimedRun = {
  pair: 'shop',
  mode: 'switchover',
  kind: 'switchover',
  startedBy: 'person',
  from: 'blue',
  to: 'green',
  run: 'run-1',
  execution: 'arn',
  nonce: 'n',
  reason: 'a test',
  override: [],
  epoch: 1,
} as unknown as ClaimedRun;

/** Prepares a standby with so many Deployments until they run; what it asked of the API, by method. */
async function woken(deployments: number, staleMs = 0, { run = RUN, refuses = '' } = {}) {
  const clock = new SteppedClock(Date.UTC(2026, 10, 20, 7));
  const cluster = standardCluster({
    set: shippedSet(),
    name: 'green',
    clock,
    random: seeded(7),
    role: 'standby',
    staleMs: [0, staleMs],
    apiServers: 2,
    services: Array.from({ length: deployments }, (_, n) => ({
      name: `s${n}`,
      hosts: [`s${n}.example.test`],
      ring: 1,
      replicas: 2,
      cpu: '10m',
    })),
    nodeGroup: { min: 2 + Math.ceil(deployments / 25), max: 400 },
    canaryHost: 'canary.green.example.test',
    balancerHost: 'green-lb.elb.test',
    authenticate: () => ({ username: 'throwover', groups: ['throwover:operators'] }),
  });
  const asked = { GET: 0, PATCH: 0, largest: 0, most: 0 };
  let under = 0;
  const clusters = clustersOver(async (_, { method, path, contentType, body }): Promise<ApiResponse> => {
    asked[method as 'GET' | 'PATCH']++;
    asked.most = Math.max(asked.most, ++under);
    await pause(clock, 10);
    if (method === 'PATCH' && refuses !== '' && path.includes(refuses)) {
      under--;
      return { status: 500, contentType: 'application/json', object: {}, body: 'failed calling webhook' };
    }
    const headers = {
      authorization: 'Bearer t',
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    };
    const answer = cluster.handle({ method, path, headers, ...(body === undefined ? {} : { body }) });
    under--;
    const { items = [] } = JSON.parse(answer.body) as { items?: unknown[] };
    asked.largest = Math.max(asked.largest, items.length);
    return {
      status: answer.status,
      contentType: 'application/json',
      object: JSON.parse(answer.body),
      body: answer.body,
    };
  });
  const ledger = { ...emptyLedger('shop'), epoch: 1, holder: { nonce: 'n' } };
  const world = {
    topology: labTopology(),
    ledger: { read: async () => ledger } as unknown as LedgerStore,
    clusters,
    notes: { read: async () => undefined } as unknown as Notes,
    clock: { now: () => clock.now(), wait: (milliseconds: number) => pause(clock, milliseconds) },
  };
  let answer: Awaited<ReturnType<typeof prepare>> | undefined;
  let since: number | undefined;
  do {
    let done = false;
    const working = prepare({ run, ...(since === undefined ? {} : { since }) }, world).finally(() => {
      done = true;
    });
    await clock.runUntil(() => done);
    answer = await working;
    ({ since } = answer);
  } while (answer.more);
  return { ...asked, answer };
}

describe('waking a cluster', () => {
  it('of 150 Deployments takes at most 165 PATCH calls, sixteen at a time, though admission is behind for a moment', async () => {
    const { PATCH, most, answer } = await woken(150, 16);
    expect(answer.ready, answer.because).toBe(true);
    expect(PATCH).toBeGreaterThan(150);
    expect(PATCH).toBeLessThanOrEqual(165);
    expect(most).toBeLessThanOrEqual(16);
  });

  it('goes on without the one that a webhook refuses, when users have nobody else, and says so', async () => {
    const refuses = '/deployments/s0?';
    const run = { ...RUN, mode: 'failover', kind: 'automatic failover' } as ClaimedRun;
    const { answer } = await woken(10, 0, { run, refuses });
    expect(answer.ready, answer.because).toBe(true);
    expect(answer.because).toMatch(/Deployment\/s0\/s0 was refused: .*failed calling webhook/);
    const planned = await woken(10, 0, { refuses });
    expect(planned.answer).toMatchObject({ more: false, ready: false });
  });

  it('that has nothing to wake never ends ready: nothing that is Available proves nothing', async () => {
    const { answer } = await woken(0);
    expect(answer).toMatchObject({ more: false, ready: false, because: expect.stringContaining('0 of 0 pods') });
  });

  it('reads 2,000 by pages, and its calls grow with their number, no faster', async () => {
    const [few, many] = [await woken(200), await woken(2_000)];
    expect(many.answer.ready, many.answer.because).toBe(true);
    expect(many.largest).toBeLessThanOrEqual(500);
    expect(many.PATCH).toBe(2_001);
    expect((many.GET + many.PATCH) / (few.GET + few.PATCH)).toBeLessThanOrEqual(11);
  });
});
