import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../models/kubernetes/cluster.ts';
import { NetworkError } from '../../../models/kubernetes/network-error.ts';
import { config, deployment, get, type Loose, patch, touch, world } from './world.ts';

const serve = (cluster: Cluster, host = 'shop.example.test', path = '/') => cluster.ingress({ host, path });
const failure = (call: () => unknown): NetworkError => {
  try {
    call();
  } catch (cause) {
    if (cause instanceof NetworkError) return cause;
    throw cause;
  }
  throw new Error('somebody answered');
};
const active = () => world({ role: 'active' });

describe('kill', () => {
  it('leaves nobody to answer, and no healthy host', () => {
    const { cluster } = active();
    cluster.inflict('kill');
    expect(failure(() => get(cluster, '/readyz')).code).toBe('ECONNREFUSED');
    expect(failure(() => serve(cluster)).code).toBe('ECONNREFUSED');
    expect(cluster.readyIngressPods).toBe(0);
    expect(cluster.externalDnsRuns).toBe(false);
  });

  it('can be silent: the caller waits for its own time-out', () => {
    const { cluster } = active();
    cluster.inflict('kill', { how: 'silent' });
    expect(failure(() => serve(cluster))).toMatchObject({ code: 'ETIMEDOUT', afterMs: Number.POSITIVE_INFINITY });
  });

  it('healed brings back a zombie: the old role, the old epoch, its pods starting', async () => {
    const { clock, cluster } = active();
    cluster.inflict('kill');
    await clock.run(600_000);
    cluster.heal('kill');
    expect(get(cluster, config).json.data).toMatchObject({ role: 'active', epoch: '0' });
    expect(serve(cluster).status).toBe(503);
    expect(get(cluster, deployment('shop')).json.status).toMatchObject({ replicas: 4, unavailableReplicas: 4 });
    expect(cluster.nodes.ready).toBe(0);
    await clock.run(60_000);
    expect(cluster.nodes.ready).toBe(2);
    expect(get(cluster, deployment('shop')).json.status.readyReplicas).toBe(4);
    expect(serve(cluster)).toMatchObject({ status: 200, headers: { 'x-throwover-cluster': 'blue' } });
    expect(cluster.externalDnsRuns).toBe(true);
  });

  it('forgets what was about to happen', async () => {
    const { clock, cluster } = world();
    patch(cluster, config, { data: { epoch: '43', workloads: 'running' } });
    touch(cluster, deployment('shop'));
    await clock.run(200);
    cluster.inflict('kill');
    await clock.run(60_000);
    expect(cluster.deployment('shop', 'shop')?.ready).toBe(0);
    cluster.heal();
    await clock.run(60_000);
    expect(cluster.deployment('shop', 'shop')?.ready).toBe(4);
  });

  it('takes pods that were just ending with it, and what was ordered is ordered again', async () => {
    const { clock, cluster } = active();
    patch(cluster, config, { data: { epoch: '1', role: 'standby' } });
    touch(cluster, deployment('shop'));
    cluster.resize({ min: 3 });
    await clock.run(200);
    expect(get(cluster, deployment('shop')).json.status.terminatingReplicas).toBe(4);
    cluster.inflict('kill');
    await clock.run(600_000);
    cluster.heal('kill');
    expect(get(cluster, deployment('shop')).json.status.terminatingReplicas).toBe(0);
    expect(get(cluster, '/api/v1/namespaces/shop/pods').json.items).toEqual([]);
    expect(cluster.nodes).toMatchObject({ ready: 0, coming: 1 });
    await clock.run(100_000);
    expect(cluster.nodes.ready).toBe(3);
  });

  it('twice is once', async () => {
    const { clock, cluster } = active();
    cluster.inflict('kill');
    cluster.inflict('kill');
    cluster.heal('kill');
    await clock.run(60_000);
    expect(get(cluster, deployment('shop')).json.status.readyReplicas).toBe(4);
  });
});

describe('api-down', () => {
  it('hides the API, while pods serve and ExternalDNS goes on with what it saw', () => {
    const { cluster } = active();
    cluster.inflict('api-down');
    expect(failure(() => get(cluster, '/readyz')).message).toContain('the API of blue');
    expect(serve(cluster).status).toBe(200);
    expect(cluster.externalDnsRuns).toBe(true);
    expect(cluster.endpoints()).not.toEqual([]);
    cluster.heal('api-down');
    expect(get(cluster, '/readyz').status).toBe(200);
  });
});

describe('cni-broken', () => {
  it('fails canary and services through the ingress with 502 or 504, while the API and readyz are fine', () => {
    const { cluster } = active();
    cluster.inflict('cni-broken');
    const answers = Array.from({ length: 40 }, (_, at) =>
      serve(cluster, at % 2 === 0 ? 'shop.example.test' : 'canary.blue.example.test'),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([502, 504]));
    expect(answers.every(({ headers }) => headers['x-throwover-cluster'] === undefined)).toBe(true);
    expect(get(cluster, '/readyz').status).toBe(200);
    expect(get(cluster, '/apis/apps/v1/namespaces/kube-system/daemonsets/aws-node').json.status.numberReady).toBe(2);
    expect(cluster.externalDnsRuns).toBe(false);
  });

  it('holds new pods in ContainerCreating and says why in events, until it is healed', async () => {
    const { clock, cluster } = world();
    cluster.inflict('cni-broken');
    patch(cluster, config, { data: { epoch: '43', workloads: 'running' } });
    touch(cluster, deployment('shop'));
    await clock.run(120_000);
    const [pod] = get(cluster, '/api/v1/namespaces/shop/pods').json.items;
    expect(pod.status.containerStatuses[0].state).toEqual({ waiting: { reason: 'ContainerCreating' } });
    const events = get(cluster, '/api/v1/events?fieldSelector=reason=FailedCreatePodSandBox').json.items;
    expect(events).toHaveLength(4);
    expect(events[0]).toMatchObject({
      type: 'Warning',
      message: expect.stringContaining('failed to assign an IP address'),
    });
    cluster.heal('cni-broken');
    await clock.run(30_000);
    expect(get(cluster, deployment('shop')).json.status.readyReplicas).toBe(4);
    expect(get(cluster, '/api/v1/events').json.items).toEqual([]);
  });

  it('stops a pod that was just starting', async () => {
    const { clock, cluster } = world({ life: { controllerMs: [0, 0], podStartMs: [5_000, 5_000] } });
    patch(cluster, config, { data: { epoch: '43', workloads: 'running' } });
    touch(cluster, deployment('shop'));
    await clock.run(2_000);
    cluster.inflict('cni-broken');
    await clock.run(60_000);
    expect(cluster.deployment('shop', 'shop')?.ready).toBe(0);
  });
});

describe('ingress-down', () => {
  it('leaves API and pods well, and the load balancer without a target', () => {
    const { cluster } = active();
    cluster.inflict('ingress-down');
    expect(serve(cluster).status).toBe(503);
    expect(cluster.readyIngressPods).toBe(0);
    expect(cluster.deployment('shop', 'shop')?.ready).toBe(4);
    expect(get(cluster, '/readyz').status).toBe(200);
    cluster.heal();
    expect(serve(cluster).status).toBe(200);
  });
});

describe('partition', () => {
  it('lets packets vanish on every way, while the pods go on; healed, it is as if nothing had been', async () => {
    const { clock, cluster } = active();
    cluster.inflict('partition');
    const vanished = expect.objectContaining({ afterMs: Number.POSITIVE_INFINITY });
    expect(() => serve(cluster)).toThrow(vanished);
    expect(() => get(cluster, '/readyz')).toThrow(vanished);
    expect(cluster.readyIngressPods).toBe(0);
    expect(cluster.externalDnsRuns).toBe(false);
    await clock.run(43_000);
    expect(cluster.deployment('shop', 'shop')?.ready).toBe(4);
    cluster.heal();
    expect(serve(cluster).status).toBe(200);
    expect(cluster.readyIngressPods).toBe(2);
  });
});

describe('apps-broken', () => {
  it('answers 500 from every service, while the canary is fine', () => {
    const { cluster } = active();
    cluster.inflict('apps-broken');
    expect(serve(cluster)).toMatchObject({ status: 500, headers: { 'x-throwover-service': 'shop' } });
    expect(serve(cluster, 'canary.blue.example.test').status).toBe(200);
    cluster.heal();
    expect(serve(cluster).status).toBe(200);
  });
});

describe('slow', () => {
  it('delays the API and the ingress by what was asked for', () => {
    const { cluster } = active();
    const before = serve(cluster).delayMs;
    cluster.inflict('slow', { slowMs: 4_000 });
    expect(get(cluster, '/readyz').delayMs).toBe(4_000);
    expect(serve(cluster).delayMs).toBeGreaterThanOrEqual(4_000);
    expect(before).toBeLessThan(1_000);
  });
});

describe('etcd-frozen', () => {
  it('answers reads from the cache and lets quorum reads and writes hang', () => {
    const { cluster } = active();
    cluster.inflict('etcd-frozen');
    expect(get(cluster, '/api/v1/nodes?resourceVersion=0')).toMatchObject({ status: 200, delayMs: 0 });
    expect(get(cluster, '/api/v1/nodes?limit=500')).toMatchObject({ status: 504, delayMs: 60_000 });
    expect(patch(cluster, config, { data: { epoch: '1' } })).toMatchObject({ status: 504 });
    cluster.heal('etcd-frozen');
    expect(get(cluster, config).json.data.epoch).toBe('0');
  });

  it('stops the leases of the controllers, which are fresh otherwise', async () => {
    const { clock, cluster } = active();
    const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
    const age = () => {
      const lease = get(cluster, `${path}?resourceVersion=0`).json.items.find(
        (one: Loose) => one.metadata.name === 'kube-scheduler',
      );
      return clock.now() - Date.parse(lease.spec.renewTime);
    };
    await clock.run(61_000);
    expect(age()).toBeLessThan(30_000);
    cluster.inflict('etcd-frozen');
    await clock.run(60_000);
    expect(age()).toBeGreaterThanOrEqual(60_000);
  });
});

describe('etcd-full', () => {
  it('answers every read, refuses every write, and lets a dry run pass that asks etcd nothing', () => {
    const { cluster } = active();
    cluster.inflict('etcd-full');
    expect(get(cluster, '/api/v1/nodes?limit=500')).toMatchObject({ status: 200, delayMs: 0 });
    const refused = patch(cluster, config, { data: { epoch: '1' } });
    expect(refused.status).toBe(500);
    expect(refused.json.message).toContain('database space exceeded');
    expect(patch(cluster, `${config}?dryRun=All`, { data: { epoch: '1' } }).status).toBe(200);
    cluster.heal('etcd-full');
    expect(patch(cluster, config, { data: { epoch: '1' } }).status).toBe(200);
  });

  it('stops the Leases, by quorum read as well', async () => {
    const { clock, cluster } = active();
    cluster.inflict('etcd-full');
    await clock.run(60_000);
    const { items } = get(cluster, '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases').json;
    for (const { spec } of items) expect(clock.now() - Date.parse(spec.renewTime)).toBeGreaterThanOrEqual(60_000);
    cluster.inflict('etcd-frozen');
    cluster.heal('etcd-full');
    const still = get(cluster, '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?resourceVersion=0').json;
    expect(still.items[0].spec.renewTime).toBe(items[0].spec.renewTime);
  });
});

describe('database-read-only', () => {
  it('fails the data path in both clusters of a pair and nothing else', () => {
    const database = { readOnly: false };
    const blue = world({ role: 'active', database }).cluster;
    const green = world({ role: 'active', name: 'green', database }).cluster;
    expect(serve(green, 'shop.example.test', '/healthz/orders').status).toBe(200);
    blue.inflict('database-read-only');
    for (const cluster of [blue, green]) {
      expect(serve(cluster, 'shop.example.test', '/healthz/orders')).toMatchObject({
        status: 503,
        headers: { 'x-throwover-cluster': cluster.name },
      });
      expect(serve(cluster, 'shop.example.test', '/healthz').status).toBe(200);
      expect(cluster.has('database-read-only')).toBe(true);
    }
    green.heal();
    expect(serve(blue, 'shop.example.test', '/healthz/orders').status).toBe(200);
  });
});
