import { describe, expect, it } from 'vitest';
import { ask, config, deployment, fixture, fixtureText, get, patch, touch, world } from './world.ts';

const renamed = (recorded: unknown, from: string, to: string) =>
  JSON.parse(JSON.stringify(recorded).replaceAll(`\\"${from}\\"`, `\\"${to}\\"`).replaceAll(`"${from}"`, `"${to}"`));

describe('refusals are the recorded ones, word for word', () => {
  it('401 for a token that nobody knows', () => {
    const answer = get(world().cluster, '/api/v1/nodes', { as: 'stolen' });
    expect(answer.status).toBe(401);
    expect(answer.json).toEqual(fixture('unauthorized.json'));
  });

  it('403 of RBAC has no causes', () => {
    const answer = get(world().cluster, '/api/v1/secrets');
    expect(answer.status).toBe(403);
    expect(answer.json).toEqual(fixture('rbac-forbidden.json'));
  });

  it('404 in plain text for a group that is not installed', () => {
    const answer = get(world().cluster, '/apis/metrics.k8s.io/v1beta1/nodes');
    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(answer.body).toBe(fixtureText('metrics-404.txt'));
  });

  it('409 when the resourceVersion is not the current one', () => {
    const { cluster } = world();
    const { resourceVersion } = get(cluster, config).json.metadata;
    const write = (epoch: string) => patch(cluster, config, { metadata: { resourceVersion }, data: { epoch } });
    expect(write('43').status).toBe(200);
    const late = write('44');
    expect(late.status).toBe(409);
    expect(late.json).toEqual(fixture('role-cas-conflict.json'));
  });

  it('403 with causes for an older epoch', () => {
    const { cluster } = world({ epoch: 43 });
    const answer = patch(cluster, config, { data: { epoch: '42' } });
    expect(answer.status).toBe(403);
    expect(answer.json).toEqual(fixture('role-epoch-older-denied.json'));
    expect(cluster.config()?.epoch).toBe('43');
  });

  it('422 for a role, and for a key, that the policies do not know', () => {
    const { cluster } = world();
    const role = patch(cluster, config, { data: { role: 'primary' } });
    expect(role.status).toBe(422);
    expect(role.json).toEqual(fixture('role-invalid-denied.json'));
    const key = patch(cluster, config, { data: { workload: 'running' } });
    expect(key.status).toBe(422);
    expect(key.json).toEqual(fixture('role-unknown-key-denied.json'));
  });

  it('403 for scaling while stopped', () => {
    const { cluster } = world();
    const answer = patch(cluster, `${deployment('example')}/scale`, { spec: { replicas: 2 } });
    expect(answer.status).toBe(403);
    expect(answer.json).toEqual(renamed(fixture('scale-denied-standby.json'), 'web', 'example'));
  });

  it('403 of every policy when the ConfigMap is missing', () => {
    const { cluster } = world();
    cluster.loseConfig();
    const answer = touch(cluster, deployment('shop'));
    expect(answer.status).toBe(403);
    expect(answer.json).toEqual(renamed(fixture('configmap-missing-denied.json'), 'web', 'shop'));
  });

  it('409 for server-side apply of replicas that helm owns, unless forced', () => {
    const { cluster } = world({ role: 'active' });
    const path = `${deployment('shop')}/scale?fieldManager=throwover`;
    const apply = { type: 'application/apply-patch+yaml' };
    const body = { kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: 5 } };
    const refused = patch(cluster, path, body, apply);
    expect(refused.status).toBe(409);
    expect(refused.json).toEqual(fixture('scale-ssa-conflict.json'));
    expect(patch(cluster, `${path}&force=true`, body, apply).json.spec.replicas).toBe(5);
  });

  it('409 for server-side apply of a whole object whose count helm owns, unless it says the same or is forced', () => {
    const { cluster } = world({ role: 'active' });
    const apply = { type: 'application/apply-patch+yaml', as: 'admin' };
    const path = `${deployment('shop')}?fieldManager=kubectl`;
    const { replicas } = get(cluster, deployment('shop')).json.spec;
    const said = (count: number) => ({ metadata: { name: 'shop' }, spec: { replicas: count } });
    expect(patch(cluster, path, said(replicas), apply).status).toBe(200);
    const refused = patch(cluster, path, said(replicas + 1), apply);
    expect(refused.json).toMatchObject({
      code: 409,
      details: {
        causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "helm"', field: '.spec.replicas' }],
      },
    });
    expect(patch(cluster, `${path}&force=true`, said(replicas + 1), apply).json.spec.replicas).toBe(replicas + 1);
    expect(patch(cluster, path, said(replicas + 2), apply).json.spec.replicas).toBe(replicas + 2);
    expect(patch(cluster, deployment('shop'), said(1), apply).status).toBe(400);
    expect(patch(cluster, path, { metadata: { name: 'cart' } }, apply).status).toBe(400);
  });

  it('422 when the operators change what a pod runs', () => {
    const { cluster } = world();
    const pods = '/api/v1/namespaces/shop/pods';
    const bare = { metadata: { name: 'bare' }, spec: { containers: [{ name: 'c', image: 'x' }] } };
    expect(ask(cluster, 'POST', pods, { as: 'admin', body: bare }).status).toBe(201);
    const strategic = { type: 'application/strategic-merge-patch+json' };
    const image = { spec: { containers: [{ name: 'c', image: 'evil' }] } };
    const answer = patch(cluster, `${pods}/bare`, image, strategic);
    expect(answer.status).toBe(422);
    expect(answer.json).toEqual(fixture('pod-patch-image-denied.json'));
  });

  it('410 for a continue that is older than the compaction, with a token that goes on', async () => {
    const { clock, cluster } = world();
    const first = get(cluster, '/apis/apps/v1/deployments?limit=2').json;
    const next = `/apis/apps/v1/deployments?limit=2&continue=${first.metadata.continue}`;
    touch(cluster, deployment('shop'));
    expect(get(cluster, next).status).toBe(200);
    await clock.run(700_000);
    const late = get(cluster, next);
    expect(late.status).toBe(410);
    const { metadata, ...recorded } = fixture('continue-expired.json');
    expect(late.json).toMatchObject(recorded);
    expect(Object.keys(metadata)).toEqual(Object.keys(late.json.metadata));
    const onward = `/apis/apps/v1/deployments?limit=2&continue=${late.json.metadata.continue}`;
    expect(get(cluster, onward).json.items[0].metadata.name).toBe('external-dns');
  });
});

describe('who may what', () => {
  it('lets anonymous probes see health and nothing else', () => {
    const { cluster } = world();
    for (const path of ['/healthz', '/livez', '/readyz']) expect(get(cluster, path, { as: '' }).status).toBe(200);
    expect(get(cluster, '/readyz/etcd', { as: '' }).status).toBe(403);
    expect(get(cluster, '/api/v1/nodes', { as: '' }).status).toBe(401);
  });

  it('gives an identity without rights discovery and the version, but no object', () => {
    const { cluster } = world();
    expect(get(cluster, '/apis', { as: 'nobody' }).status).toBe(200);
    expect(get(cluster, '/version', { as: 'nobody' }).status).toBe(200);
    expect(get(cluster, '/api/v1/nodes', { as: 'nobody' }).status).toBe(403);
  });

  it('gives the operators one ConfigMap to read and patch, and no other', () => {
    const { cluster } = world();
    expect(get(cluster, config).status).toBe(200);
    expect(get(cluster, '/api/v1/configmaps').status).toBe(403);
    expect(get(cluster, '/api/v1/namespaces/shop/configmaps/throwover').status).toBe(403);
    expect(ask(cluster, 'DELETE', config).status).toBe(403);
    expect(ask(cluster, 'DELETE', deployment('shop')).status).toBe(403);
  });

  it('keeps the operators from images, labels, schedules and routes (422), not from annotations', () => {
    const { cluster } = world();
    const image = { spec: { template: { spec: { containers: [{ name: 'shop', image: 'evil' }] } } } };
    const strategic = { type: 'application/strategic-merge-patch+json' };
    expect(patch(cluster, deployment('shop'), image, strategic).json.message).toMatch(/replicas and annotations only$/);
    expect(patch(cluster, deployment('shop'), { metadata: { labels: { a: 'b' } } }).status).toBe(422);
    const route = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/shop';
    expect(patch(cluster, route, { spec: { ingressClassName: 'mine' } }).status).toBe(422);
    expect(touch(cluster, route).status).toBe(200);
    expect(patch(cluster, route, { spec: { ingressClassName: 'mine' } }, { as: 'admin' }).status).toBe(200);
  });

  it('says what it is not instead of pretending', () => {
    const { cluster } = world();
    const said = (path: string) => get(cluster, path).json;
    expect(get(cluster, '/api/v1/nodes?watch=true', { as: 'admin' }).json).toMatchObject({
      code: 501,
      reason: 'NotImplemented',
    });
    expect(said('/openapi/v2')).toMatchObject({ code: 501 });
    const other = patch(cluster, deployment('shop'), {}, { type: 'text/plain' });
    expect(other.json).toMatchObject({ code: 501 });
  });

  it('says 415 to a body in protobuf', () => {
    const { cluster } = world();
    const headers = { authorization: 'Bearer admin', 'content-type': 'application/vnd.kubernetes.protobuf' };
    const path = '/apis/apps/v1/namespaces/shop/deployments';
    expect(cluster.handle({ method: 'POST', path, headers, body: 'k8s' }).status).toBe(415);
  });

  it('says 400 to a body that is no JSON and 404 to an object that is not there', () => {
    const { cluster } = world();
    const headers = { authorization: 'Bearer throwover', 'content-type': 'application/merge-patch+json' };
    expect(cluster.handle({ method: 'PATCH', path: config, headers, body: '{' }).status).toBe(400);
    expect(get(cluster, deployment('ghost')).json).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'deployments.apps "ghost" not found',
      details: { name: 'ghost', group: 'apps', kind: 'deployments' },
    });
  });
});
