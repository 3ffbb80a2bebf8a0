/**
 * Run by memory.bench.ts in a process of its own, with the heap that a function of 256 MB has: everything that a function
 * does with all workloads of both clusters, at 2,000 of them. The API answers with recorded Deployments, managed fields
 * and all, made anew for every page, so that this process holds what the function holds and no model of a cluster.
 * Prints what it took as JSON.
 */
import { readFileSync } from 'node:fs';
import { clustersOver } from '../../adapters/kubernetes/clusters.ts';
import type { Transport } from '../../adapters/kubernetes/transport.ts';
import { emptyLedger } from '../../core/ledger/ledger.ts';
import type { LedgerStore } from '../../core/ledger/store.ts';
import type { Notes, Probe } from '../../core/ports.ts';
import { observeInside } from '../../functions/observe-inside.ts';
import { prepare } from '../../functions/prepare.ts';
import type { ClaimedRun } from '../../functions/run.ts';
import { tendCluster } from '../../functions/tend-cluster.ts';
import { labTopology } from '../lab-topology.ts';

const WORKLOADS = Number(process.argv[2] ?? 2_000);
const NAMESPACES = 50;
const MEGABYTE = 2 ** 20;
const PAGE = 500;

interface Recorded {
  metadata: { name: string; namespace: string; generation: number; annotations?: Record<string, string> };
  spec: { replicas: number };
  status: Record<string, number>;
}

const fixture = new URL('../../test/fixtures/kubernetes/deployments-page1.json', import.meta.url);
const [recorded] = (JSON.parse(readFileSync(fixture, 'utf8')) as { items: Recorded[] }).items;
/** Made as text: what a model of the object would take is no part of what is measured. */
const asleep = textOf('3');
/** Admission takes the remembered wish away when it restores it. */
const awake = textOf(undefined);
let running = false;

function textOf(wish: string | undefined): string {
  if (recorded === undefined) throw new Error('no Deployment was recorded');
  const [name, namespace, replicas, ready] = ['<name>', '<namespace>', 1_111, 2_222];
  const annotations = { ...recorded.metadata.annotations, 'throwover.dev/desired-replicas': wish };
  return JSON.stringify({
    ...recorded,
    metadata: { ...recorded.metadata, name, namespace, annotations },
    spec: { ...recorded.spec, replicas },
    status: { ...recorded.status, observedGeneration: 1, readyReplicas: ready, updatedReplicas: ready },
  });
}

function deployment(n: number): string {
  const pods = running ? '3' : '0';
  // numbers first: a name may hold them, too
  return (running ? awake : asleep)
    .replace('1111', pods)
    .replaceAll('2222', pods)
    .replace('"<name>"', `"workload-${n}"`)
    .replace('"<namespace>"', `"team-${n % NAMESPACES}"`);
}

let config: Record<string, string | null> = {};

function listOf(path: string): { count: number; make: (n: number) => string } {
  if (path.endsWith('/deployments')) return { count: WORKLOADS, make: deployment };
  if (path.endsWith('/namespaces'))
    return {
      count: NAMESPACES,
      make: (n) => `{"metadata":{"name":"team-${n}","labels":{"throwover.dev/ring":"1"}}}`,
    };
  return { count: 0, make: () => '' };
}

const transport: Transport = async (_, { method, path, body }) => {
  const answered = (said: string) => ({ status: 200, contentType: 'application/json', body: said });
  const [bare = '', query = ''] = path.split('?');
  if (bare.endsWith('/configmaps/throwover')) {
    const { data = {} } = JSON.parse(body ?? '{}') as { data?: typeof config };
    config = Object.fromEntries(Object.entries({ ...config, ...data }).filter(([, value]) => value !== null));
    running = (config.workloads ?? (config.role === 'active' ? 'running' : 'stopped')) === 'running';
    return answered(JSON.stringify({ metadata: { resourceVersion: '1' }, data: config }));
  }
  if (method === 'PATCH') return answered(deployment(0));
  const { count, make } = listOf(bare);
  const from = Number(new URLSearchParams(query).get('continue') ?? 0);
  const items = Array.from({ length: Math.min(PAGE, count - from) }, (_, n) => make(from + n));
  const next = from + items.length < count ? { continue: String(from + items.length) } : {};
  return answered(`{"items":[${items.join(',')}],"metadata":${JSON.stringify(next)}}`);
};

const run = {
  ...{ pair: 'shop', mode: 'switchover', kind: 'switchover', startedBy: 'person', from: 'blue', to: 'green' },
  ...{ run: 'run-1', execution: 'arn', nonce: 'n', reason: 'a bench', override: [], epoch: 1 },
} as unknown as ClaimedRun;

let now = 0;
const world = {
  topology: labTopology(),
  ledger: {
    read: async () => ({ ...emptyLedger('shop'), epoch: 1, holder: { nonce: 'n' } }),
  } as unknown as LedgerStore,
  notes: { read: async () => undefined } as Partial<Notes> as Notes,
  probe: {
    get: async () => ({ kind: 'unreachable', because: 'not asked' }),
    certificateDaysLeft: async () => undefined,
  } as Partial<Probe> as Probe,
  clusters: clustersOver(transport),
  clock: {
    now: () => now,
    wait: async (milliseconds: number) => {
      now += milliseconds;
    },
  },
};

// a container is used again and again: what one call leaves behind is the next one's
for (let use = 0; use < 3; use++) {
  config = { cluster: 'green', epoch: '1', role: 'standby' };
  running = false;
  const looked = await observeInside({ pair: 'shop', count: true }, world);
  const seen = Object.values(looked.clusters).flatMap(({ workloads }) => workloads).length;
  if (seen === 0) throw new Error('nothing was looked at');
  const { ready, because } = await prepare({ run }, world);
  if (!ready) throw new Error(because);
  const tended = await tendCluster(
    {
      pair: 'shop',
      cluster: 'green',
      epoch: 1,
      nonce: 'n',
      run: 'run-1',
      apart: [],
      become: 'active',
      touch: 'everything',
    },
    world,
  );
  if (tended.kind !== 'done') throw new Error(tended.because);
}
global.gc?.();
const heap = process.memoryUsage().heapUsed / MEGABYTE;
console.log(JSON.stringify({ heap, peak: process.resourceUsage().maxRSS / 1024 }));
