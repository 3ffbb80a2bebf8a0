import { describe, expect, it } from 'vitest';
import { config, fixture, fixtureText, get, ingress, type Loose, patch, touch, world } from './world.ts';

/** What the model leaves out of every object. */
const omitted = [
  'metadata.managedFields', // who owns which field: only the owner of spec.replicas is kept
  'metadata.annotations.kubectl.kubernetes.io/last-applied-configuration', // nothing was applied by kubectl
];

/** `status.conditions[].type`: every path to a value. */
function paths(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [at] : value.flatMap((item) => paths(item, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [at];
  const entries = Object.entries(value);
  return entries.length === 0 ? [at] : entries.flatMap(([key, item]) => paths(item, at === '' ? key : `${at}.${key}`));
}

function missing(recorded: unknown, made: unknown, alsoOmitted: readonly string[] = []): string[] {
  const there = paths(made);
  const has = (path: string) =>
    there.some((one) => one === path || one.startsWith(`${path}.`) || one.startsWith(`${path}[`));
  const left = [...omitted, ...alsoOmitted];
  const isLeft = (path: string) => left.some((one) => path.replace(/^items\[\]\./, '').startsWith(one));
  return [...new Set(paths(recorded))].filter((path) => !isLeft(path) && !has(path));
}

const pods = (name: string, cluster: Loose) => get(cluster, `/api/v1/namespaces/${name}/pods`).json;

describe('every path of a recorded answer is in the answer of the model', () => {
  it('a Deployment that runs', () => {
    const { cluster } = world({ role: 'active' });
    touch(cluster, '/apis/apps/v1/namespaces/shop/deployments/shop');
    const made = get(cluster, '/apis/apps/v1/namespaces/shop/deployments/shop').json;
    const labels = ['spec.selector.matchLabels.app', 'spec.template.metadata.labels.app'];
    expect(missing(fixture('deployment-running.json'), made)).toEqual([]);
    expect(paths(made)).toEqual(expect.arrayContaining(labels));
  });

  it('a Deployment that is stopped', () => {
    const { cluster } = world();
    const made = get(cluster, '/apis/apps/v1/namespaces/shop/deployments/shop').json;
    expect(missing(fixture('deployment-standby.json'), made)).toEqual([]);
    expect(made.status).not.toHaveProperty('replicas');
    expect(made.status).not.toHaveProperty('readyReplicas');
    expect(made.status.conditions.map((one: Loose) => `${one.type}=${one.status}`).sort()).toEqual([
      'Available=True',
      'Progressing=True',
    ]);
  });

  it('a page of Deployments', () => {
    const { cluster } = world();
    const made = get(cluster, '/apis/apps/v1/deployments?limit=2').json;
    expect(missing(fixture('deployments-page1.json'), made, ['metadata.annotations.throwover.dev'])).toEqual([]);
    expect(made.items.every((item: Loose) => !('kind' in item) && !('apiVersion' in item))).toBe(true);
  });

  it('nodes', () => {
    const { cluster } = world();
    const made = get(cluster, '/api/v1/nodes?limit=1').json;
    expect(missing(fixture('nodes-ready.json'), made)).toEqual([]);
  });

  it('an Ingress, weighted by its role', () => {
    const active = world({ role: 'active' }).cluster;
    touch(active, ingress('shop'));
    const made = get(active, ingress('shop')).json;
    expect(missing(fixture('ingress-active.json'), made)).toEqual([]);
    expect(missing(fixture('ingress-standby.json'), get(world().cluster, ingress('shop')).json)).toEqual([]);
  });

  it('the ConfigMap, before and after a write', () => {
    const { cluster } = world();
    expect(missing(fixture('role-configmap.json'), get(cluster, config).json)).toEqual([]);
    const flipped = patch(cluster, config, { data: { epoch: '43', run: 'run-43', workloads: 'running' } });
    expect(missing(fixture('role-flip-ok.json'), flipped.json)).toEqual([]);
  });

  it('pods that run', () => {
    const { cluster } = world({ role: 'active' });
    expect(missing(fixture('pods-nodes-unknown.json'), pods('shop', cluster))).toEqual([]);
  });

  it('pods that find no room', async () => {
    const { clock, cluster } = world({ nodeGroup: { min: 2, max: 2 } });
    const path = '/apis/apps/v1/namespaces/shop/deployments/shop';
    patch(cluster, config, { data: { epoch: '43', workloads: 'running' } });
    patch(cluster, path, { metadata: { annotations: { 'throwover.dev/desired-replicas': '40' } } });
    await clock.run(1_000);
    const unschedulable = pods('shop', cluster).items.filter((pod: Loose) => pod.spec.nodeName === undefined);
    expect(missing(fixture('pods-unschedulable.json'), { ...pods('shop', cluster), items: unschedulable })).toEqual([]);
    expect(unschedulable[0].status.conditions[0].reason).toBe('Unschedulable');
  });

  it('a CronJob that is suspended', () => {
    const cronJobs = [{ name: 'nightly', schedule: '0 3 * * *', startingDeadlineSeconds: 20 }];
    const { cluster } = world({ services: [{ name: 'shop', hosts: ['shop.example.test'], ring: 1, cronJobs }] });
    const made = get(cluster, '/apis/batch/v1/namespaces/shop/cronjobs/nightly').json;
    expect(missing(fixture('cronjob-standby.json'), made)).toEqual([]);
  });

  it('discovery of the admission policies', () => {
    const recorded = fixture('discovery-admissionregistration-v1.json');
    const made = get(world().cluster, '/apis/admissionregistration.k8s.io/v1').json;
    expect(missing(recorded, made)).toEqual([]);
    expect(made.resources.map((one: Loose) => one.name)).toContain('mutatingadmissionpolicies');
  });

  it('the version', () => {
    expect(missing(fixture('version.json'), get(world().cluster, '/version').json)).toEqual([]);
  });
});

describe('health as text', () => {
  const lines = (text: string) => text.trimEnd().split('\n');

  it('lists the checks and ends with a verdict, like the recorded answers', () => {
    const { cluster } = world();
    const ready = get(cluster, '/readyz?verbose');
    expect(ready.status).toBe(200);
    expect(lines(ready.body).at(-1)).toBe(lines(fixtureText('readyz-verbose.txt')).at(-1));
    expect(lines(fixtureText('readyz-verbose.txt'))).toEqual(expect.arrayContaining(lines(ready.body)));
    expect(lines(fixtureText('livez-verbose.txt')).at(-1)).toBe(lines(get(cluster, '/livez?verbose').body).at(-1));
  });

  it('says ok in one word without verbose', () => {
    expect(get(world().cluster, '/readyz').body).toBe('ok');
  });

  it('names the etcd check alone when etcd is frozen, after two seconds, and only under livez', () => {
    const { cluster } = world();
    cluster.inflict('etcd-frozen');
    const live = get(cluster, '/livez?verbose');
    expect(live).toMatchObject({ status: 500, delayMs: 2_000 });
    expect(lines(live.body).filter((line) => line.startsWith('[-]'))).toEqual(
      lines(fixtureText('livez-etcd-frozen.txt')).filter((line) => line.startsWith('[-]')),
    );
    expect(lines(live.body).at(-1)).toBe('livez check failed');
    expect(get(cluster, '/readyz')).toMatchObject({ status: 200, body: 'ok' });
  });
});
