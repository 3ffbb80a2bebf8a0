import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../models/kubernetes/cluster.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { ask, begin, config, deployment, get, type Loose, patch, touch, world } from './world.ts';

const start = (cluster: Cluster, ...names: string[]) => {
  patch(cluster, config, { data: { epoch: '43', workloads: 'running' } });
  for (const name of names) touch(cluster, deployment(name));
};
const status = (cluster: Cluster, name = 'shop') => get(cluster, deployment(name)).json.status;
const hungry = [{ name: 'shop', hosts: ['shop.example.test'], ring: 1, replicas: 9, cpu: '1500m' }];

describe('a cluster at the beginning', () => {
  it('has every pod that its role wants', () => {
    const active = world({ role: 'active' }).cluster;
    expect(status(active)).toMatchObject({ replicas: 4, readyReplicas: 4, updatedReplicas: 4, availableReplicas: 4 });
    expect(status(active, 'example').observedGeneration).toBe(
      get(active, deployment('example')).json.metadata.generation,
    );
    const standby = world().cluster;
    expect(status(standby)).not.toHaveProperty('replicas');
    expect(get(standby, '/apis/apps/v1/namespaces/canary/deployments/canary').json.status.readyReplicas).toBe(1);
    expect(get(standby, '/apis/apps/v1/namespaces/kube-system/deployments/coredns').json.status.readyReplicas).toBe(2);
  });

  it('has as many nodes as those pods need', () => {
    expect(world({ services: hungry }).cluster.nodes.ready).toBe(2);
    expect(world({ services: hungry, role: 'active' }).cluster.nodes.ready).toBeGreaterThanOrEqual(5);
  });

  it('is the same for the same seed', () => {
    const pods = () => get(world({ role: 'active' }).cluster, '/api/v1/pods').body;
    expect(pods()).toBe(pods());
  });
});

describe('pods take time', () => {
  it('first the controller sees the write, then images and containers come, then they are ready', async () => {
    const { clock, cluster } = world({ life: { controllerMs: [100, 100] } });
    start(cluster, 'shop');
    const { metadata } = get(cluster, deployment('shop')).json;
    expect(status(cluster).observedGeneration).toBeLessThan(metadata.generation);
    await clock.run(100);
    expect(status(cluster)).toMatchObject({
      observedGeneration: metadata.generation,
      replicas: 4,
      unavailableReplicas: 4,
    });
    expect(status(cluster).conditions[1]).toMatchObject({ type: 'Available', status: 'False' });
    await clock.run(1_000);
    expect(status(cluster)).not.toHaveProperty('readyReplicas');
    await clock.run(20_000);
    expect(status(cluster)).toMatchObject({ readyReplicas: 4, availableReplicas: 4 });
    expect(status(cluster).conditions[1]).toMatchObject({ type: 'Available', status: 'True' });
  });

  it('are Available=True at 0 replicas, whatever that means', () => {
    const [, available] = status(world().cluster).conditions;
    expect(available).toMatchObject({ type: 'Available', status: 'True' });
  });

  it('may be missing by a quarter, rounded down, before a Deployment is unavailable', async () => {
    const { clock, cluster } = world({ role: 'active', nodeGroup: { min: 2, max: 2 } });
    const path = '/api/v1/namespaces/shop/pods';
    const available = () => status(cluster).conditions[1].status;
    const conditions: string[] = [];
    cluster.inflict('cni-broken'); // so that their successors do not start
    for (let missing = 1; missing <= 2; missing++) {
      const pod = get(cluster, path).json.items.find((one: Loose) => one.status.containerStatuses[0].ready);
      ask(cluster, 'DELETE', `${path}/${pod.metadata.name}`, { as: 'admin' });
      await clock.run(5_000);
      conditions.push(available());
    }
    expect(status(cluster)).toMatchObject({ replicas: 4, readyReplicas: 2 });
    expect(conditions).toEqual(['True', 'False']);
  });

  it('keep the Progressing condition of the first roll-out when they are scaled', async () => {
    const { clock, cluster } = world();
    const before = status(cluster).conditions[0];
    start(cluster, 'shop');
    await clock.run(30_000);
    expect(status(cluster).conditions[0]).toEqual(before);
  });

  it('of a Deployment that never gets ready say so after ten minutes', async () => {
    const { clock, cluster } = world({ role: 'active', nodeGroup: { min: 2, max: 2 } });
    const body = {
      metadata: { name: 'huge' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'huge' } },
        template: {
          metadata: { labels: { app: 'huge' } },
          spec: { containers: [{ name: 'c', image: 'x', resources: { requests: { cpu: '64' } } }] },
        },
      },
    };
    ask(cluster, 'POST', '/apis/apps/v1/namespaces/shop/deployments', { as: 'admin', body });
    const reason = () =>
      get(cluster, '/apis/apps/v1/namespaces/shop/deployments/huge').json.status.conditions[0].reason;
    await clock.run(599_000);
    expect(reason()).toBe('ReplicaSetUpdated');
    await clock.run(2_000);
    expect(reason()).toBe('ProgressDeadlineExceeded');
  });

  it('end when a Deployment is stopped: first they take no traffic, then they are gone', async () => {
    const { clock, cluster } = world({ role: 'active', life: { controllerMs: [0, 0], podStopMs: [2_000, 2_000] } });
    patch(cluster, config, { data: { epoch: '1', role: 'standby' } });
    touch(cluster, deployment('shop'));
    await clock.run(1);
    expect(status(cluster)).toMatchObject({ terminatingReplicas: 4 });
    expect(status(cluster)).not.toHaveProperty('readyReplicas');
    const pods = () => get(cluster, '/api/v1/namespaces/shop/pods').json.items;
    expect(pods().every((pod: Loose) => pod.metadata.deletionTimestamp !== undefined)).toBe(true);
    await clock.run(2_000);
    expect(pods()).toEqual([]);
    expect(status(cluster).terminatingReplicas).toBe(0);
  });

  it('of a StatefulSet start one after the other', async () => {
    const { clock, cluster } = world({ role: 'active', life: { podStartMs: [1_000, 1_000], imagePullMs: [0, 0] } });
    const body = {
      metadata: { name: 'db' },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'db' } },
        template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'db:1' }] } },
      },
    };
    const path = '/apis/apps/v1/namespaces/shop/statefulsets';
    ask(cluster, 'POST', path, { as: 'admin', body });
    const counts: number[][] = [];
    for (let second = 0; second < 5; second++) {
      await clock.run(1_000);
      const { replicas, readyReplicas = 0 } = get(cluster, `${path}/db`).json.status;
      counts.push([replicas, readyReplicas]);
    }
    expect(counts).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
      [3, 3],
      [3, 3],
    ]);
    const names = get(cluster, '/api/v1/namespaces/shop/pods?labelSelector=app=db').json.items;
    expect(names.map((pod: Loose) => pod.metadata.name)).toEqual(['db-0', 'db-1', 'db-2']);
  });

  it('do not depend on how often somebody looks', async () => {
    const watched = world();
    const alone = world();
    for (const { cluster } of [watched, alone]) start(cluster, 'shop', 'example');
    for (let second = 0; second < 20; second++) {
      await watched.clock.run(1_000);
      get(watched.cluster, '/api/v1/pods');
    }
    await alone.clock.run(20_000);
    const pods = (cluster: Cluster) => get(cluster, '/api/v1/pods').json.items;
    expect(pods(watched.cluster)).toEqual(pods(alone.cluster));
  });
});

describe('nodes', () => {
  it('come when pods find no room: the autoscaler wakes after 10 to 30 s, a node needs 40 to 90 s', async () => {
    const { clock, cluster } = world({ services: hungry });
    start(cluster, 'shop');
    await clock.run(9_900);
    expect(cluster.nodes).toMatchObject({ ready: 2, coming: 0 });
    const pending = get(cluster, '/api/v1/pods?fieldSelector=status.phase=Pending').json.items;
    expect(pending.length).toBeGreaterThan(0);
    await clock.run(20_300);
    expect(cluster.nodes.coming).toBeGreaterThan(0);
    expect(cluster.nodes.ready).toBe(2);
    await clock.run(130_000);
    expect(status(cluster)).toMatchObject({ readyReplicas: 9 });
    expect(cluster.nodes.coming).toBe(0);
  });

  it('never become more than the group may have', async () => {
    const { clock, cluster } = world({ services: hungry, nodeGroup: { min: 2, max: 3 } });
    start(cluster, 'shop');
    await clock.run(600_000);
    expect(cluster.nodes.ready).toBe(3);
    expect(status(cluster).readyReplicas).toBeLessThan(9);
    const events = get(cluster, '/api/v1/namespaces/shop/events').json.items;
    expect(events.map((event: Loose) => event.reason)).toContain('FailedScheduling');
  });

  it('that stay empty for ten minutes go again, down to the minimum', async () => {
    const { clock, cluster } = world();
    cluster.resize({ min: 4 });
    await clock.run(100_000);
    expect(cluster.nodes.ready).toBe(4);
    await clock.run(1_200_000);
    expect(cluster.nodes.ready).toBe(4);
    cluster.resize({ min: 2 });
    await clock.run(500_000);
    expect(cluster.nodes.ready).toBe(4);
    await clock.run(200_000);
    expect(cluster.nodes).toMatchObject({ ready: 2, desired: 2 });
  });

  it('that have pods stay', async () => {
    const { clock, cluster } = world({ services: hungry });
    start(cluster, 'shop');
    await clock.run(3_600_000);
    expect(status(cluster)).toMatchObject({ readyReplicas: 9 });
    expect(cluster.nodes.ready).toBe(5);
  });

  it('hold no more than they have room for', async () => {
    const { clock, cluster } = world({ services: hungry });
    start(cluster, 'shop');
    await clock.run(300_000);
    const byNode = Map.groupBy(
      get(cluster, '/api/v1/namespaces/shop/pods').json.items,
      (pod: Loose) => pod.spec.nodeName,
    );
    for (const pods of byNode.values()) expect(pods.length).toBeLessThanOrEqual(2);
  });
});

describe('nobody asks', () => {
  it('so the clock has nothing to do for the cluster', async () => {
    const clock = new SteppedClock(begin);
    const { cluster } = world({ clock });
    start(cluster, 'shop');
    expect(await clock.runUntil(() => false)).toBe('nothing left');
    expect(clock.now()).toBe(begin);
  });
});

describe('a pipeline that deploys another image', () => {
  const web = '/api/v1/namespaces/shop/pods';
  const images = (cluster: Cluster) =>
    get(cluster, web).json.items.map((pod: Loose) => [
      pod.spec.containers[0].image,
      pod.status.conditions?.[2]?.status,
    ]);

  it('rolls a quarter at a time, and as many pods as are wanted serve at every moment', async () => {
    const { clock, cluster } = world({ role: 'active' });
    cluster.rollOut('shop', 'shop', { image: 'shop:1.1.0', replicas: 4 });
    let most = 0;
    for (let second = 0; second < 120; second++) {
      await clock.run(1_000);
      const { readyReplicas, replicas } = status(cluster);
      expect(readyReplicas).toBeGreaterThanOrEqual(3);
      most = Math.max(most, replicas);
    }
    expect(most).toBe(5);
    expect(status(cluster)).toMatchObject({ replicas: 4, updatedReplicas: 4, readyReplicas: 4 });
    expect(images(cluster)).toEqual(Array.from({ length: 4 }, () => ['shop:1.1.0', 'True']));
  });

  it('starts none on a standby, and is what wakes there later', async () => {
    const { clock, cluster } = world();
    cluster.rollOut('shop', 'shop', { image: 'shop:1.1.0', replicas: 6 });
    await clock.run(60_000);
    expect(status(cluster)).not.toHaveProperty('replicas');
    start(cluster, 'shop');
    await clock.run(120_000);
    expect(status(cluster)).toMatchObject({ replicas: 6, updatedReplicas: 6, readyReplicas: 6 });
    expect(images(cluster)).toEqual(Array.from({ length: 6 }, () => ['shop:1.1.0', 'True']));
  });

  it('while pods start replaces those that are not ready at once', async () => {
    const { clock, cluster } = world();
    start(cluster, 'shop');
    await clock.run(1_000);
    cluster.rollOut('shop', 'shop', { image: 'shop:1.1.0', replicas: 4 });
    const before = status(cluster);
    expect(before.observedGeneration).toBeLessThan(get(cluster, deployment('shop')).json.metadata.generation);
    await clock.run(60_000);
    expect(status(cluster)).toMatchObject({ replicas: 4, updatedReplicas: 4, readyReplicas: 4 });
  });
});
