/** What a webhook that cannot be asked does to writes, and an aggregated API without pods to its APIService. */
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../models/kubernetes/cluster.ts';
import type { Webhook } from '../../../models/kubernetes/webhooks.ts';
import { config, deployment, get, type Loose, patch, touch, world } from './world.ts';

const rule = (operation: string, group: string, resource: string) => ({
  operations: [operation],
  apiGroups: [group],
  apiVersions: ['*'],
  resources: [resource],
});
const webhook = (more: Partial<Webhook>): Webhook => ({
  name: 'v.engine.test',
  clientConfig: { service: { namespace: 'engine', name: 'engine' } },
  rules: [rule('UPDATE', 'apps', 'deployments')],
  ...more,
});

function withWebhook(more: Partial<Webhook>, role: 'active' | 'standby' = 'active') {
  const made = world({ role });
  const { cluster } = made;
  cluster.install('validatingwebhookconfigurations', undefined, 'engine', { webhooks: [webhook(more)] });
  return made;
}

/** A Service with a ready pod behind it. */
function give(cluster: Cluster, namespace: string, name: string): void {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name, image: `${name}:1` }] } };
  cluster.install('namespaces', undefined, namespace, {});
  cluster.install('services', namespace, name, { spec: { selector: labels } });
  cluster.install('deployments', namespace, name, {
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  });
}

describe('a webhook that fails closed', () => {
  it('and has nobody behind it refuses, in the words of the API server, also a dry run', () => {
    const { cluster } = withWebhook({});
    const refused = touch(cluster, deployment('shop'));
    expect(refused.status).toBe(500);
    expect(refused.json).toMatchObject({
      reason: 'InternalError',
      message: expect.stringContaining('failed calling webhook "v.engine.test"'),
    });
    expect(refused.json.message).toContain('no endpoints available for service "engine"');
    const dry = patch(cluster, `${deployment('shop')}?dryRun=All`, { metadata: { annotations: { a: 'b' } } });
    expect(dry.status).toBe(500);
  });

  it('is not asked about what its rules and its selectors leave out, nor about itself', () => {
    const { cluster } = withWebhook({});
    expect(patch(cluster, config, { data: { epoch: '1' } }).status).toBe(200);
    const selecting = (key: string, operator: string, ...values: string[]) =>
      withWebhook({ namespaceSelector: { matchExpressions: [{ key, operator, values }] } }).cluster;
    expect(touch(selecting('kubernetes.io/metadata.name', 'NotIn', 'shop'), deployment('shop')).status).toBe(200);
    expect(touch(selecting('kubernetes.io/metadata.name', 'In', 'shop'), deployment('shop')).status).toBe(500);
    const all = withWebhook({ rules: [rule('*', '*', '*')] }).cluster;
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/engine';
    const open = { webhooks: [webhook({ failurePolicy: 'Ignore' })] };
    expect(patch(all, path, open, { as: 'admin' }).status).toBe(200);
    expect(touch(all, deployment('shop')).status).toBe(200);
  });

  it('lets everything pass once it has pods', async () => {
    const { clock, cluster } = withWebhook({});
    give(cluster, 'engine', 'engine');
    expect(touch(cluster, deployment('shop')).status).toBe(500);
    await clock.run(120_000);
    expect(touch(cluster, deployment('shop')).status).toBe(200);
  });

  it('that must be asked about pods lets none start, however often the controllers try', async () => {
    const { clock, cluster } = withWebhook({ rules: [rule('CREATE', '', 'pods')] });
    cluster.replacePod('shop', 'shop');
    await clock.run(120_000);
    const running = () => cluster.deployment('shop', 'shop')?.ready;
    expect(running()).toBe(3);
    cluster.uninstall('validatingwebhookconfigurations', undefined, 'engine');
    await clock.run(120_000);
    expect(running()).toBe(4);
  });
});

describe('an APIService', () => {
  it('is as available as the Service behind it', async () => {
    const { clock, cluster } = world();
    const spec = { group: 'metrics.k8s.io', version: 'v1beta1', service: { namespace: 'metrics', name: 'metrics' } };
    cluster.install('apiservices', undefined, 'v1beta1.metrics.k8s.io', { spec });
    cluster.install('apiservices', undefined, 'v1.apps', { spec: { group: 'apps', version: 'v1' } });
    const available = () =>
      Object.fromEntries(
        get(cluster, '/apis/apiregistration.k8s.io/v1/apiservices').json.items.map(({ metadata, status }: Loose) => [
          metadata.name,
          status.conditions[0].reason,
        ]),
      );
    expect(available()).toEqual({ 'v1.apps': 'Local', 'v1beta1.metrics.k8s.io': 'MissingEndpoints' });
    give(cluster, 'metrics', 'metrics');
    await clock.run(120_000);
    expect(available()).toMatchObject({ 'v1beta1.metrics.k8s.io': 'Passed' });
  });
});
