import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../models/kubernetes/cluster.ts';
import { ask, config, deployment, get, ingress, patch, touch, world } from './world.ts';

const flip = (cluster: Cluster, data: Record<string, string | null>) => {
  const answer = patch(cluster, config, { data });
  expect(answer.status).toBe(200);
  return answer.json;
};
const desired = 'throwover.dev/desired-replicas';
const apps = '/apis/apps/v1/namespaces/shop';
const set = (name: string, spec: object, metadata: object = {}) => ({
  metadata: { name, ...metadata },
  spec: { selector: { matchLabels: { app: name } }, template: template(name), ...spec },
});
const template = (name: string) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name, image: 'x:1', resources: { requests: { cpu: '100m' } } }] },
});
const create = (cluster: Cluster, path: string, body: object) => ask(cluster, 'POST', path, { as: 'admin', body });

describe('the ConfigMap', () => {
  it('has labels that follow its data', () => {
    const { cluster } = world();
    const labels = () => get(cluster, config).json.metadata.labels;
    expect(labels()).toEqual({ 'throwover.dev/role': 'standby', 'throwover.dev/rings': 'same' });
    flip(cluster, { 'role.0': 'active' });
    expect(labels()['throwover.dev/rings']).toBe('mixed');
    flip(cluster, { 'role.0': null, role: 'active' });
    expect(labels()).toEqual({ 'throwover.dev/role': 'active', 'throwover.dev/rings': 'same' });
  });

  it('takes the same epoch again and a newer one, never an older', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { minLength: 1 }), (epochs) => {
        const { cluster } = world();
        let newest = 0;
        for (const epoch of epochs) {
          const { status } = patch(cluster, config, { data: { epoch: String(epoch) } });
          expect(status).toBe(epoch < newest ? 403 : 200);
          newest = Math.max(newest, epoch);
          expect(cluster.config()?.epoch).toBe(String(newest));
        }
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [{ weight: '256' }],
    [{ weight: '-1' }],
    [{ 'weight.1': 'all' }],
    [{ activeWeight: '1000' }],
    [{ workloads: 'on' }],
    [{ 'batch.0': 'stopped' }],
    [{ epoch: '4x' }],
    [{ epoch: '007' }],
    [{ cluster: 'green' }],
    [{ role: null }],
    [{ 'role.': 'active' }],
  ])('refuses %j with 422 and stays as it was', (data) => {
    const { cluster } = world();
    const before = cluster.config();
    const answer = patch(cluster, config, { data });
    expect(answer.json).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(answer.json.details.causes).not.toEqual([]);
    expect(cluster.config()).toEqual(before);
  });

  it('refuses to be frozen or deleted, and its namespace stays', () => {
    const { cluster } = world();
    expect(patch(cluster, config, { immutable: true }).status).toBe(422);
    expect(ask(cluster, 'DELETE', config, { as: 'admin' }).status).toBe(403);
    expect(ask(cluster, 'DELETE', '/api/v1/namespaces/throwover-system', { as: 'admin' }).status).toBe(403);
    expect(get(cluster, config).status).toBe(200);
  });

  it('is judged by a dry run and not written by it', () => {
    const { cluster } = world({ epoch: 5 });
    const dry = `${config}?dryRun=All`;
    const answer = patch(cluster, dry, { data: { epoch: '6' } });
    expect(answer.json.data.epoch).toBe('6');
    expect(patch(cluster, dry, { data: { epoch: '4' } }).status).toBe(403);
    expect(cluster.config()?.epoch).toBe('5');
  });

  it('keeps its resourceVersion when a write changes nothing', () => {
    const { cluster } = world();
    const version = () => get(cluster, config).json.metadata.resourceVersion;
    const before = version();
    patch(cluster, config, { data: { epoch: '0' } });
    expect(version()).toBe(before);
    patch(cluster, config, { data: { epoch: '1' } });
    expect(version()).not.toBe(before);
  });
});

describe('workloads', () => {
  it('are changed by writes alone: a flip changes nothing until an object is touched', () => {
    const { cluster } = world();
    flip(cluster, { epoch: '43', workloads: 'running' });
    expect(get(cluster, deployment('shop')).json.spec.replicas).toBe(0);
    const touched = touch(cluster, deployment('shop')).json;
    expect(touched.spec.replicas).toBe(4);
    expect(touched.metadata.annotations).not.toHaveProperty(desired);
    expect(get(cluster, deployment('example')).json.spec.replicas).toBe(0);
  });

  it('come back with the same count after any number of flips', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('running', 'stopped')),
        fc.integer({ min: 1, max: 9 }),
        (flips, replicas) => {
          const { cluster } = world({ services: [{ name: 'shop', hosts: ['h.test'], ring: 1, replicas, cpu: '10m' }] });
          flips.forEach((workloads, at) => {
            flip(cluster, { workloads });
            touch(cluster, deployment('shop'), `run-${at}`);
          });
          flip(cluster, { workloads: 'running' });
          expect(touch(cluster, deployment('shop'), 'last').json.spec.replicas).toBe(replicas);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('remember a new wish while they are stopped', () => {
    const { cluster } = world();
    const stopped = patch(cluster, deployment('shop'), { spec: { replicas: 7 } }, { as: 'admin' }).json;
    expect(stopped.spec.replicas).toBe(0);
    expect(stopped.metadata.annotations[desired]).toBe('7');
  });

  it('remember it through a replace that drops the annotation', () => {
    const { cluster } = world();
    const { spec } = get(cluster, deployment('shop')).json;
    const body = { metadata: { name: 'shop' }, spec };
    const replaced = ask(cluster, 'PUT', deployment('shop'), { as: 'admin', body }).json;
    expect(replaced.metadata.annotations[desired]).toBe('4');
  });

  it('follow the line of their ring before the line of the cluster', () => {
    const { cluster } = world();
    flip(cluster, { 'role.0': 'active', 'workloads.1': 'stopped', workloads: 'running' });
    expect(touch(cluster, deployment('example')).json.spec.replicas).toBe(3);
    expect(touch(cluster, deployment('shop')).json.spec.replicas).toBe(0);
  });

  it('of one ring start for a drill, when its role alone says active', () => {
    const { cluster } = world();
    flip(cluster, { 'role.0': 'active' });
    expect(touch(cluster, deployment('example')).json.spec.replicas).toBe(3);
    expect(touch(cluster, deployment('shop')).json.spec.replicas).toBe(0);
  });

  it('count changed annotations in their generation, as Ingresses do not', () => {
    const { cluster } = world({ role: 'active' });
    const generation = (path: string) => get(cluster, path).json.metadata.generation;
    const before = [generation(deployment('shop')), generation(ingress('shop'))];
    touch(cluster, deployment('shop'));
    touch(cluster, ingress('shop'));
    expect([generation(deployment('shop')), generation(ingress('shop'))]).toEqual([Number(before[0]) + 1, before[1]]);
  });

  it('are left alone where the label says exempt, and in namespaces of no ring', () => {
    const { cluster } = world();
    const exempt = { labels: { 'throwover.dev/exempt': 'true' } };
    expect(create(cluster, `${apps}/deployments`, set('probe', { replicas: 2 }, exempt)).json.spec.replicas).toBe(2);
    expect(create(cluster, `${apps}/deployments`, set('plain', { replicas: 2 })).json.spec.replicas).toBe(0);
    const elsewhere = create(cluster, '/apis/apps/v1/namespaces/default/deployments', set('plain', { replicas: 2 }));
    expect(elsewhere.json.spec.replicas).toBe(2);
  });

  it('are scaled while they run, and the scaler owns the field then', () => {
    const { cluster } = world({ role: 'active' });
    const scale = `${deployment('shop')}/scale`;
    expect(patch(cluster, `${scale}?fieldManager=kubectl`, { spec: { replicas: 6 } }).json.spec.replicas).toBe(6);
    expect(get(cluster, deployment('shop')).json.spec.replicas).toBe(6);
    const apply = { type: 'application/apply-patch+yaml' };
    expect(patch(cluster, `${scale}?fieldManager=x`, { spec: { replicas: 7 } }, apply).json.message).toContain(
      '"kubectl"',
    );
  });

  it('may be scaled to what they are: 0, while they are stopped', () => {
    const { cluster } = world();
    expect(patch(cluster, `${deployment('shop')}/scale`, { spec: { replicas: 0 } }).status).toBe(200);
  });

  it('that would lose their volumes are refused instead of stopped', () => {
    const { cluster } = world();
    const whenScaled = (value: string) =>
      set('db', { replicas: 2, persistentVolumeClaimRetentionPolicy: { whenScaled: value } });
    expect(create(cluster, `${apps}/statefulsets`, whenScaled('Delete')).status).toBe(403);
    expect(create(cluster, `${apps}/statefulsets`, whenScaled('Retain')).json.spec.replicas).toBe(0);
    const active = world({ role: 'active' }).cluster;
    expect(create(active, `${apps}/statefulsets`, whenScaled('Delete')).json.spec.replicas).toBe(2);
  });

  it('refuse a count that is none', () => {
    const { cluster } = world({ role: 'active' });
    expect(patch(cluster, deployment('shop'), { spec: { replicas: -1 } }).status).toBe(422);
    expect(patch(cluster, deployment('shop'), { spec: { replicas: 'many' } }).status).toBe(422);
    expect(patch(cluster, deployment('shop'), { metadata: { annotations: { a: 1 } } }).status).toBe(422);
  });
});

describe('the ConfigMap is missing', () => {
  it('closes every governed kind in a ring, and nothing elsewhere', () => {
    const { cluster } = world();
    cluster.loseConfig();
    expect(get(cluster, config).status).toBe(404);
    expect(touch(cluster, deployment('shop')).status).toBe(403);
    expect(touch(cluster, ingress('shop')).status).toBe(403);
    expect(patch(cluster, `${deployment('shop')}/scale`, { spec: { replicas: 0 } }).status).toBe(403);
    expect(touch(cluster, '/apis/apps/v1/namespaces/canary/deployments/canary').status).toBe(200);
  });

  it('makes no pod either', async () => {
    const { clock, cluster } = world({ role: 'active' });
    cluster.loseConfig();
    const pods = '/api/v1/namespaces/shop/pods';
    const [first] = get(cluster, pods).json.items;
    ask(cluster, 'DELETE', `${pods}/${first.metadata.name}`, { as: 'admin' });
    await clock.run(60_000);
    expect(cluster.deployment('shop', 'shop')?.ready).toBe(3);
  });
});

describe('a flip is seen a moment later', () => {
  it('by answers that say 200 and follow the old role', async () => {
    const { clock, cluster } = world({ staleMs: [10, 10] });
    flip(cluster, { epoch: '43', workloads: 'running' });
    const stale = touch(cluster, deployment('shop'));
    expect(stale.status).toBe(200);
    expect(stale.json.spec.replicas).toBe(0);
    await clock.run(9);
    expect(touch(cluster, deployment('shop'), 'again').json.spec.replicas).toBe(0);
    await clock.run(1);
    expect(touch(cluster, deployment('shop'), 'once more').json.spec.replicas).toBe(4);
  });

  it('by each API server in its own time', async () => {
    const { clock, cluster } = world({ staleMs: [0, 100], apiServers: 2 });
    flip(cluster, { epoch: '43', workloads: 'running' });
    const seen = new Set<number>();
    for (let tries = 0; tries < 40; tries++) {
      seen.add(touch(cluster, `${deployment('shop')}?dryRun=All`, `try-${tries}`).json.spec.replicas);
      await clock.run(2);
    }
    expect([...seen].sort()).toEqual([0, 4]);
    await clock.run(100);
    for (let tries = 0; tries < 10; tries++) {
      expect(touch(cluster, deployment('shop'), `late-${tries}`).json.spec.replicas).toBe(4);
    }
  });

  it('while the fence itself is exact', () => {
    const { cluster } = world({ staleMs: [1_000, 1_000] });
    flip(cluster, { epoch: '43' });
    expect(patch(cluster, config, { data: { epoch: '42' } }).status).toBe(403);
  });
});

describe('Ingresses and published Services', () => {
  const weights = (cluster: Cluster, name = 'shop') => {
    const { annotations } = touch(
      cluster,
      ingress(name),
      `${cluster.config()?.weight} ${cluster.config()?.role} ${cluster.config()?.activeWeight} ${cluster.config()?.['weight.1']}`,
    ).json.metadata;
    return [
      annotations['external-dns.kubernetes.io/aws-weight'],
      annotations['external-dns.alpha.kubernetes.io/aws-weight'],
    ];
  };

  it('carry the weight of their ring under both prefixes, and the name of the cluster', () => {
    const { cluster } = world();
    expect(weights(cluster)).toEqual(['0', '0']);
    flip(cluster, { weight: '10' });
    expect(weights(cluster)).toEqual(['10', '10']);
    flip(cluster, { 'weight.1': '33' });
    expect([weights(cluster, 'shop')[0], weights(cluster, 'example')[0]]).toEqual(['33', '10']);
    flip(cluster, { role: 'active', weight: null, 'weight.1': null });
    expect(weights(cluster)).toEqual(['100', '100']);
    flip(cluster, { activeWeight: '200' });
    expect(weights(cluster)).toEqual(['200', '200']);
    const { annotations } = get(cluster, ingress('shop')).json.metadata;
    expect(annotations['external-dns.kubernetes.io/set-identifier']).toBe('blue');
  });

  it('take back a weight that somebody wrote', () => {
    const { cluster } = world();
    const mine = { metadata: { annotations: { 'external-dns.kubernetes.io/aws-weight': '77' } } };
    const { annotations } = patch(cluster, ingress('shop'), mine).json.metadata;
    expect(annotations['external-dns.kubernetes.io/aws-weight']).toBe('0');
  });

  it('are weighted only when they are published', () => {
    const { cluster } = world();
    const service = '/api/v1/namespaces/shop/services';
    const annotations = (path: string) => touch(cluster, path).json.metadata.annotations;
    expect(annotations(`${service}/shop`)).not.toHaveProperty('external-dns.kubernetes.io/aws-weight');
    create(cluster, service, { metadata: { name: 'tcp' }, spec: { type: 'LoadBalancer', ports: [] } });
    expect(annotations(`${service}/tcp`)).toHaveProperty(['external-dns.kubernetes.io/aws-weight'], '0');
  });
});

describe('pods', () => {
  const pods = '/api/v1/namespaces/shop/pods';
  const bare = { metadata: { name: 'bare' }, spec: { containers: [{ name: 'c', image: 'x' }] } };

  it('are gated while stopped, until the gate is patched away', async () => {
    const { clock, cluster } = world();
    const gated = create(cluster, pods, bare).json;
    expect(gated.spec.schedulingGates).toEqual([{ name: 'throwover.dev/standby' }]);
    expect(gated.status.conditions[0].reason).toBe('SchedulingGated');
    await clock.run(60_000);
    expect(get(cluster, `${pods}/bare`).json.status.phase).toBe('Pending');
    const gates = [{ op: 'remove', path: '/spec/schedulingGates/0' }];
    const freed = patch(cluster, `${pods}/bare`, gates, { type: 'application/json-patch+json' });
    expect(freed.status).toBe(200);
    expect(freed.json.spec).not.toHaveProperty('schedulingGates');
    await clock.run(60_000);
    expect(get(cluster, `${pods}/bare`).json.status.phase).toBe('Running');
  });

  it('are never gated where the ring runs', () => {
    const { cluster } = world({ role: 'active' });
    expect(create(cluster, pods, bare).json.spec).not.toHaveProperty('schedulingGates');
  });

  it('of a running Deployment stay when the ring is stopped, and their successors are gated', async () => {
    const { clock, cluster } = world({ role: 'active' });
    flip(cluster, { epoch: '44', role: 'standby' });
    await clock.run(60_000);
    expect(cluster.deployment('shop', 'shop')?.ready).toBe(4);
    const [first] = get(cluster, pods).json.items;
    ask(cluster, 'DELETE', `${pods}/${first.metadata.name}`, { as: 'admin' });
    await clock.run(60_000);
    expect(cluster.deployment('shop', 'shop')?.ready).toBe(3);
  });
});
