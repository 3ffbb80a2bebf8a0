import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../models/kubernetes/cluster.ts';
import { ask, config, deployment, patch, ingress as route, touch, world } from './world.ts';

const serve = (cluster: Cluster, host: string, path = '/') => cluster.ingress({ host, path });

describe('the ingress', () => {
  it('leads a host to the ready pods of its service, which say who they are', () => {
    const { cluster } = world({ role: 'active' });
    for (const host of ['shop.example.test', 'SHOP.example.test.', 'shop.example.test:8080']) {
      const answer = serve(cluster, host, '/healthz');
      expect(answer).toMatchObject({
        status: 200,
        headers: { 'x-throwover-cluster': 'blue', 'x-throwover-service': 'shop' },
      });
      expect(JSON.parse(answer.body)).toMatchObject({ service: 'shop', cluster: 'blue' });
    }
  });

  it('answers 404 by itself for a host that nobody asked for: the default backend is not a pod', () => {
    const answer = serve(world({ role: 'active' }).cluster, 'other.example.test');
    expect(answer.status).toBe(404);
    expect(answer.headers).not.toHaveProperty('x-throwover-cluster');
  });

  it('answers 503 by itself while no pod is ready', async () => {
    const { clock, cluster } = world();
    expect(serve(cluster, 'shop.example.test')).toMatchObject({ status: 503, body: 'no available server\n' });
    patch(cluster, config, { data: { epoch: '43', workloads: 'running' } });
    touch(cluster, deployment('shop'));
    await clock.run(30_000);
    expect(serve(cluster, 'shop.example.test').status).toBe(200);
  });

  it('needs ready pods itself', () => {
    const { cluster } = world({ role: 'active' });
    ask(cluster, 'DELETE', '/apis/apps/v1/namespaces/ingress/deployments/traefik', { as: 'admin' });
    expect(serve(cluster, 'shop.example.test')).toMatchObject({ status: 503, body: 'no healthy target\n' });
    expect(cluster.readyIngressPods).toBe(0);
  });

  it('serves the canary of a standby', () => {
    const answer = serve(world().cluster, 'canary.blue.example.test');
    expect(answer).toMatchObject({ status: 200, headers: { 'x-throwover-service': 'canary' } });
  });

  it('stops sending to pods that end, at once', async () => {
    const { clock, cluster } = world({ role: 'active', life: { controllerMs: [1, 1] } });
    patch(cluster, config, { data: { epoch: '1', role: 'standby' } });
    touch(cluster, deployment('shop'));
    expect(serve(cluster, 'shop.example.test').status).toBe(200);
    await clock.run(1);
    expect(serve(cluster, 'shop.example.test').status).toBe(503);
  });

  it('follows the Ingress objects, longest path first', () => {
    const { cluster } = world({ role: 'active' });
    const backend = (name: string) => ({ service: { name, port: { number: 80 } } });
    const paths = [
      { path: '/', pathType: 'Prefix', backend: backend('shop') },
      { path: '/old', pathType: 'Prefix', backend: backend('gone') },
    ];
    const rules = [{ host: 'new.example.test', http: { paths } }];
    patch(cluster, route('shop'), { spec: { rules } }, { as: 'admin' });
    expect(serve(cluster, 'shop.example.test').status).toBe(404);
    expect(serve(cluster, 'new.example.test').status).toBe(200);
    expect(serve(cluster, 'new.example.test', '/old/page').status).toBe(503);
    ask(cluster, 'DELETE', route('shop'), { as: 'admin' });
    expect(serve(cluster, 'new.example.test').status).toBe(404);
  });

  it('forgets the pods of a Deployment that was deleted', () => {
    const { cluster } = world({ role: 'active' });
    expect(serve(cluster, 'shop.example.test').status).toBe(200);
    ask(cluster, 'DELETE', deployment('shop'), { as: 'admin' });
    expect(serve(cluster, 'shop.example.test').status).toBe(503);
  });
});

describe('what is counted', () => {
  it('is requests per host and minute, and 5xx by who said it', async () => {
    const { clock, cluster } = world({ role: 'active' });
    const minute = clock.now();
    serve(cluster, 'shop.example.test');
    serve(cluster, 'example.example.test');
    cluster.inflict('apps-broken');
    serve(cluster, 'shop.example.test');
    cluster.heal();
    cluster.inflict('cni-broken');
    serve(cluster, 'shop.example.test');
    expect(cluster.traffic.minute(minute)).toEqual({ requests: 4, target5xx: 1, balancer5xx: 1 });
    expect(cluster.traffic.minute(minute, 'example.example.test')).toMatchObject({ requests: 1, target5xx: 0 });
    await clock.run(60_000);
    expect(cluster.traffic.minute(clock.now()).requests).toBe(0);
    expect(cluster.traffic.minute(minute).requests).toBe(4);
  });

  it('is kept for two hours', async () => {
    const { clock, cluster } = world({ role: 'active' });
    const first = clock.now();
    serve(cluster, 'shop.example.test');
    for (let minute = 0; minute < 120; minute++) {
      await clock.run(60_000);
      serve(cluster, 'shop.example.test');
    }
    expect(cluster.traffic.minute(first).requests).toBe(0);
    expect(cluster.traffic.minute(first + 60_000).requests).toBe(1);
  });

  it('is in flight until it is answered', async () => {
    const { clock, cluster } = world({ role: 'active' });
    cluster.inflict('slow', { slowMs: 1_000 });
    serve(cluster, 'shop.example.test');
    serve(cluster, 'shop.example.test');
    expect(cluster.traffic.inFlight(clock.now())).toBe(2);
    await clock.run(1_100);
    expect(cluster.traffic.inFlight(clock.now())).toBe(0);
  });
});

describe('what an ExternalDNS finds', () => {
  const of = (cluster: Cluster, resource: string) => cluster.endpoints().find((one) => one.resource === resource);

  it('is each Ingress with its hosts, its weight and the load balancer', () => {
    const { cluster } = world();
    expect(of(cluster, 'ingress/shop/shop')).toEqual({
      names: ['shop.example.test'],
      setIdentifier: 'blue',
      weight: 0,
      evaluateTargetHealth: true,
      target: 'blue-lb.elb.test',
      resource: 'ingress/shop/shop',
    });
    patch(cluster, config, { data: { weight: '10' } });
    touch(cluster, route('shop'));
    expect(of(cluster, 'ingress/shop/shop')?.weight).toBe(10);
    expect(of(cluster, 'ingress/example/example')?.weight).toBe(0);
  });

  it('is a simple record where nothing gives a weight: the canary', () => {
    const canary = of(world().cluster, 'ingress/canary/canary');
    expect(canary).toMatchObject({ setIdentifier: undefined, weight: undefined });
  });

  it('is read under the prefix that this ExternalDNS is set to', () => {
    const { cluster } = world();
    const annotations = {
      'external-dns.alpha.kubernetes.io/target': 'live-1.pivot.test',
      'external-dns.kubernetes.io/aws-evaluate-target-health': 'false',
    };
    patch(cluster, route('shop'), { metadata: { annotations } }, { as: 'admin' });
    const [old] = cluster
      .endpoints('external-dns.alpha.kubernetes.io/')
      .filter(({ target }) => target !== 'blue-lb.elb.test');
    expect(old).toMatchObject({ target: 'live-1.pivot.test', evaluateTargetHealth: true });
    expect(of(cluster, 'ingress/shop/shop')).toMatchObject({ target: 'blue-lb.elb.test', evaluateTargetHealth: false });
  });

  it('is a LoadBalancer Service with a hostname, and a DNSEndpoint as it was written', () => {
    const { cluster } = world();
    const spec = { type: 'LoadBalancer', ports: [] };
    const annotations = { 'external-dns.kubernetes.io/hostname': 'tcp.example.test, udp.example.test' };
    const path = '/api/v1/namespaces/shop/services';
    ask(cluster, 'POST', path, { as: 'admin', body: { metadata: { name: 'tcp', annotations }, spec } });
    expect(of(cluster, 'service/shop/tcp')).toMatchObject({
      names: ['tcp.example.test', 'udp.example.test'],
      weight: 0,
    });
    const inside = { metadata: { name: 'inside', annotations }, spec: { type: 'ClusterIP', ports: [] } };
    ask(cluster, 'POST', path, { as: 'admin', body: inside });
    expect(of(cluster, 'service/shop/inside')).toBeUndefined();
    const pivot = {
      names: ['shop.pivot.test'],
      setIdentifier: 'blue',
      weight: 100,
      evaluateTargetHealth: false,
      target: 'live-1.pivot.test',
      resource: 'crd/shop/pivot',
    };
    cluster.publish(pivot);
    expect(of(cluster, 'crd/shop/pivot')).toEqual(pivot);
  });
});
