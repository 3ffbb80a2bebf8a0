/** What our own role may do in a cluster, asked of an API server that has clusters/base installed and nothing else. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../lab/program.ts';
import { ask, world } from '../models/kubernetes/world.ts';
import { attributesOf, may, never, verbs } from './rights.ts';
import { type Served, served } from './served.ts';

describe('the rights of throwover:operators', () => {
  const { cluster } = world();
  const canI = (verb: string, resource: string, of: { namespace?: string; name?: string } = {}) => {
    const resourceAttributes = attributesOf(verb, resource, of);
    const body = { kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
    const answer = ask(cluster, 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body });
    expect(answer.status).toBe(201);
    return answer.json.status.allowed as boolean;
  };
  const allowed = (resource: string, of = {}) => verbs.filter((verb) => canI(verb, resource, of));

  it.each(Object.entries(may))('%s: %j, in every namespace', (resource, expected) => {
    expect(allowed(resource)).toEqual(expected);
    expect(allowed(resource, { namespace: 'shop' })).toEqual(expected);
  });

  it.each(never)('%s: nothing', (resource) => {
    expect([...allowed(resource), ...allowed(resource, { namespace: 'shop', name: 'throwover' })]).toEqual([]);
    expect(canI('impersonate', resource)).toBe(false);
  });

  it('one ConfigMap may be read and patched, by its name', () => {
    expect(allowed('configmaps', { namespace: 'throwover-system', name: 'throwover' })).toEqual(['get', 'patch']);
    expect(allowed('configmaps', { namespace: 'throwover-system', name: 'other' })).toEqual([]);
    expect(allowed('configmaps', { namespace: 'throwover-system' })).toEqual([]);
  });

  it.each([
    ['/livez', true],
    ['/readyz/etcd', true],
    ['/version', true],
    ['/metrics', false],
    ['/logs', false],
    ['/debug/pprof', false],
  ])('GET %s: %s', (path, expected) => {
    const body = { spec: { nonResourceAttributes: { path, verb: 'get' } } };
    const answer = ask(cluster, 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body });
    expect(answer.json.status.allowed).toBe(expected);
    expect(ask(cluster, 'GET', path).status === 403).toBe(!expected);
  });

  it('come from the bindings: without them there are none', () => {
    const own = world().cluster;
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/throwover-probe';
    expect(ask(own, 'GET', '/api/v1/nodes').status).toBe(200);
    expect(ask(own, 'DELETE', path, { as: 'admin' }).status).toBe(200);
    expect(ask(own, 'GET', '/api/v1/nodes').status).toBe(403);
  });

  it('may be asked for by an administrator in their name, and by nobody else', () => {
    const headers = { 'impersonate-user': 'throwover', 'impersonate-group': 'throwover:operators' };
    expect(ask(cluster, 'GET', '/api/v1/secrets', { as: 'admin' }).status).toBe(200);
    expect(ask(cluster, 'GET', '/api/v1/secrets', { as: 'admin', headers }).json.message).toContain('User "throwover"');
    expect(ask(cluster, 'GET', '/api/v1/nodes', { as: 'admin', headers }).status).toBe(200);
    expect(ask(cluster, 'GET', '/api/v1/nodes', { as: 'throwover', headers }).status).toBe(403);
  });
});

describe('a SelfSubjectAccessReview that kubectl sends', () => {
  let pair: Served;
  beforeAll(async () => {
    pair = await served('installed');
  });
  afterAll(() => pair.close());

  it.for([
    ['patch', 'true'],
    ['create', 'false'],
  ] as const)('may throwover %s Deployments: %s', async ([verb, expected], context) => {
    const file = join(dirname(pair.kubeconfigs.blue), `${verb}.yaml`);
    const resourceAttributes = { group: 'apps', resource: 'deployments', verb, namespace: 'shop' };
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    };
    writeFileSync(file, JSON.stringify(review));
    const operator = ['--as', 'throwover', '--as-group', 'throwover:operators'];
    const words = [
      '--kubeconfig',
      pair.kubeconfigs.blue,
      'create',
      '-f',
      file,
      '-o',
      'jsonpath={.status.allowed}',
      ...operator,
    ];
    const { stdout, stderr } = await run('kubectl', context, words);
    expect(stdout.trim(), stderr).toBe(expected);
  });
});
