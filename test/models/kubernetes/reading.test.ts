import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../models/kubernetes/cluster.ts';
import { humanDuration } from '../../../models/kubernetes/table.ts';
import { get, type Loose, world } from './world.ts';

const names = (answer: Loose) => answer.json.items.map((item: Loose) => item.metadata.name);
const table = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' } };

describe('lists', () => {
  it('come in pages that together are the whole, in etcd order', () => {
    const { cluster } = world();
    const whole = get(cluster, '/apis/apps/v1/deployments').json;
    const paged: string[] = [];
    let next = '';
    for (let page = 0; page === 0 || next !== ''; page++) {
      const { items, metadata } = get(cluster, `/apis/apps/v1/deployments?limit=2&continue=${next}`).json;
      paged.push(...items.map((item: Loose) => `${item.metadata.namespace}/${item.metadata.name}`));
      next = metadata.continue ?? '';
      if (next !== '') expect(metadata.remainingItemCount).toBe(whole.items.length - paged.length);
      else expect(metadata).not.toHaveProperty('remainingItemCount');
    }
    expect(paged).toEqual(whole.items.map((item: Loose) => `${item.metadata.namespace}/${item.metadata.name}`));
    expect(paged).toEqual([...paged].sort());
  });

  it('are of one namespace or of all', () => {
    const { cluster } = world({ role: 'active' });
    expect(get(cluster, '/api/v1/namespaces/shop/pods').json.items).toHaveLength(4);
    expect(get(cluster, '/api/v1/pods').json.items.length).toBeGreaterThan(10);
    expect(get(cluster, '/api/v1/namespaces/nowhere/pods').json).toMatchObject({ kind: 'PodList', items: [] });
  });

  it.each([
    ['throwover.dev/ring', ['example', 'shop']],
    ['throwover.dev/ring=1', ['shop']],
    ['throwover.dev/ring!=1,throwover.dev/ring', ['example']],
    ['throwover.dev/ring in (0,1),kubernetes.io/metadata.name=shop', ['shop']],
    ['throwover.dev/ring notin (1),throwover.dev/ring', ['example']],
  ])('select by labels: %s', (selector, found) => {
    const { cluster } = world();
    expect(names(get(cluster, `/api/v1/namespaces?labelSelector=${encodeURIComponent(selector)}`))).toEqual(found);
  });

  it('select by what is not labelled', () => {
    const { cluster } = world();
    const found = names(get(cluster, `/api/v1/namespaces?labelSelector=${encodeURIComponent('!throwover.dev/ring')}`));
    expect(found).toContain('kube-system');
    expect(found).not.toContain('shop');
  });

  it('select by fields', () => {
    const { cluster } = world({ role: 'active' });
    expect(names(get(cluster, '/apis/apps/v1/deployments?fieldSelector=metadata.name=shop'))).toEqual(['shop']);
    const elsewhere = names(get(cluster, '/apis/apps/v1/deployments?fieldSelector=metadata.namespace!=shop'));
    expect(elsewhere).not.toContain('shop');
  });

  it('refuse a selector, a limit or a continue that nobody can read', () => {
    const { cluster } = world();
    for (const query of ['labelSelector=a%3D%3D%3Db', 'fieldSelector=name', 'limit=some', 'continue=zzz']) {
      expect(get(cluster, `/api/v1/namespaces?${query}`).status).toBe(400);
    }
  });

  it('are the same as objects and as text', () => {
    const { cluster } = world();
    const request = { method: 'GET', path: '/api/v1/nodes', headers: { authorization: 'Bearer throwover' } };
    expect(JSON.parse(cluster.handle(request).body)).toEqual(cluster.answer(request).body);
    const json = { data: { epoch: '9' } };
    const path = '/api/v1/namespaces/throwover-system/configmaps/throwover';
    const headers = { authorization: 'Bearer throwover', 'content-type': 'application/merge-patch+json' };
    expect(cluster.answer({ method: 'PATCH', path, headers, json }).body).toMatchObject({ data: { epoch: '9' } });
  });

  it('take the query from the path or beside it', () => {
    const { cluster } = world();
    const headers = { authorization: 'Bearer throwover' };
    const beside = cluster.handle({ method: 'GET', path: '/api/v1/nodes', query: { limit: '1' }, headers });
    expect(JSON.parse(beside.body).items).toHaveLength(1);
  });
});

describe('endpoints and policies', () => {
  it('show the ready pods behind a Service', () => {
    const { cluster } = world();
    const slices = (name: string, namespace: string) =>
      get(cluster, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`).json.items.find(
        (slice: Loose) => slice.metadata.labels['kubernetes.io/service-name'] === name,
      );
    expect(slices('kube-dns', 'kube-system').endpoints).toHaveLength(2);
    expect(slices('shop', 'shop').endpoints).toEqual([]);
  });

  it('show that the policy set is installed', () => {
    const path = '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicies';
    expect(names(get(world().cluster, path))).toContain('throwover-workloads-stop');
  });
});

describe('tables for kubectl', () => {
  const printed = (cluster: Cluster, path: string) => {
    const { columnDefinitions, rows, kind } = get(cluster, path, table).json;
    expect(kind).toBe('Table');
    const narrow = columnDefinitions.flatMap(({ priority }: Loose, at: number) => (priority === 0 ? [at] : []));
    return [
      narrow.map((at: number) => columnDefinitions[at].name.toUpperCase()).join(' '),
      ...rows.map(({ cells, object }: Loose) =>
        [object.metadata.namespace, ...narrow.map((at: number) => cells[at])].join(' '),
      ),
    ];
  };

  it('print Deployments', () => {
    const { cluster } = world({ role: 'active' });
    const lines = printed(cluster, '/apis/apps/v1/deployments');
    expect(lines[0]).toBe('NAME READY UP-TO-DATE AVAILABLE AGE');
    expect(lines).toContain('shop shop 4/4 4 4 41d');
    expect(printed(world().cluster, '/apis/apps/v1/deployments')).toContain('shop shop 0/0 0 0 41d');
  });

  it('print nodes, Ingresses, pods and namespaces', () => {
    const { cluster } = world({ role: 'active' });
    const nodes = printed(cluster, '/api/v1/nodes');
    expect(nodes[0]).toBe('NAME STATUS ROLES AGE VERSION');
    expect(nodes[1]).toMatch(/^ ip-10-0-0-10\S+ Ready <none> 41d v1\.36/);
    const ingresses = printed(cluster, '/apis/networking.k8s.io/v1/ingresses');
    expect(ingresses[0]).toBe('NAME CLASS HOSTS ADDRESS PORTS AGE');
    expect(ingresses).toContain('shop shop traefik shop.example.test blue-lb.elb.test 80 41d');
    const pods = printed(cluster, '/api/v1/namespaces/shop/pods');
    expect(pods[0]).toBe('NAME READY STATUS RESTARTS AGE');
    expect(pods[1]).toMatch(/^shop shop-\S+ 1\/1 Running 0 41d$/);
    expect(printed(cluster, '/api/v1/namespaces')).toEqual(expect.arrayContaining([' shop Active 41d']));
  });

  it('print ConfigMaps, Services, DaemonSets and one object alone', () => {
    const { cluster } = world();
    const admin = { ...table, as: 'admin' };
    expect(get(cluster, '/api/v1/configmaps', admin).json.rows[0].cells).toEqual(['throwover', 3, '41d']);
    const services = get(cluster, '/api/v1/namespaces/ingress/services', table).json.rows[0].cells;
    expect(services.slice(0, 5)).toEqual([
      'traefik',
      'LoadBalancer',
      '172.20.0.20',
      'blue-lb.elb.test',
      '80:30080/TCP,443:30443/TCP',
    ]);
    const daemon = get(cluster, '/apis/apps/v1/namespaces/kube-system/daemonsets/aws-node', table).json;
    expect(daemon.rows).toHaveLength(1);
    expect(daemon.rows[0].cells.slice(0, 6)).toEqual(['aws-node', 2, 2, 2, 2, 2]);
  });

  it.each([
    [57, '57s'],
    [150, '2m30s'],
    [600, '10m'],
    [7_500, '125m'],
    [25_500, '7h5m'],
    [108_000, '30h'],
    [183_600, '2d3h'],
    [41 * 86_400, '41d'],
    [760 * 86_400, '2y30d'],
  ])('write an age of %d s as %s', (seconds, text) => {
    expect(humanDuration(seconds * 1_000)).toBe(text);
  });
});

describe('discovery', () => {
  it('names every group and every resource that is served', () => {
    const { cluster } = world();
    const groups = get(cluster, '/apis').json.groups.map((group: Loose) => group.preferredVersion.groupVersion);
    expect(groups).toContain('apps/v1');
    expect(groups).toContain('autoscaling/v2');
    for (const group of groups) {
      const { resources } = get(cluster, `/apis/${group}`).json;
      for (const { name, verbs } of resources) {
        if (name.includes('/') || !verbs.includes('list')) continue;
        expect([name, get(cluster, `/apis/${group}/${name}`, { as: 'admin' }).status]).toEqual([name, 200]);
      }
    }
    const core = get(cluster, '/api/v1').json.resources.map((resource: Loose) => resource.name);
    expect(core).toEqual(expect.arrayContaining(['namespaces', 'configmaps', 'nodes', 'pods', 'services', 'events']));
    expect(get(cluster, '/api').json.versions).toEqual(['v1']);
  });

  it('tells where a Deployment is scaled', () => {
    const { resources } = get(world().cluster, '/apis/apps/v1').json;
    expect(resources).toContainEqual(
      expect.objectContaining({ name: 'deployments/scale', group: 'autoscaling', kind: 'Scale' }),
    );
  });

  it('knows no path beyond', () => {
    const { cluster } = world();
    for (const path of ['/apis/apps/v2', '/apis/nothing', '/api/v2']) {
      expect(get(cluster, path, { as: 'admin' }).status).toBe(404);
    }
  });
});
