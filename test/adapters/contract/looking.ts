/** The ports that look: DNS, probes, metrics, node groups. */
import { describe, expect, it } from 'vitest';
import type { Side } from './side.ts';

export function lookingContract(side: () => Side): void {
  const target = (cluster: 'blue' | 'green') => {
    const { loadBalancer, canaryHost } = side().ports.topology.pairs.shop?.clusters[cluster] ?? {};
    if (loadBalancer === undefined || canaryHost === undefined) throw new Error('the example has these clusters');
    return { balancer: loadBalancer.host, canaryHost, ports: loadBalancer.ports };
  };

  describe('Dns', () => {
    it('answers addresses at the resolver and at each authoritative server', async () => {
      const seen = await side().run(async () => {
        const servers = await side().ports.dns.serversOf('example.test.');
        const asked = servers.map((server) => side().ports.dns.askServer(server, 'shop.example.test.', 'A'));
        return {
          servers,
          answers: [await side().ports.dns.ask('shop.example.test.', 'A'), ...(await Promise.all(asked))],
        };
      });
      expect(seen.servers).toEqual(['127.0.0.1', '127.0.0.2']);
      expect(seen.answers.map(({ rcode, addresses }) => [rcode, addresses])).toEqual(
        Array(3).fill(['NOERROR', ['127.0.0.11']]),
      );
    });

    it('answers AAAA, the load balancers’ own names, and text without its quotes', async () => {
      const seen = await side().run(async () => {
        const { dns, zones, clock } = side().ports;
        const record = {
          name: 't.pivot.test.',
          type: 'TXT',
          policy: 'simple',
          ttlSeconds: 60,
          values: ['"v=1 by=a"'],
        } as const;
        await zones.apply('Z0PIVOT', { why: 't', epoch: 1, seq: 1, changes: [{ action: 'CREATE', record }] });
        await clock.wait(120_000);
        return [
          (await dns.ask('shop.example.test.', 'AAAA')).addresses,
          (await dns.ask('green-lb.elb.test.', 'A')).addresses,
          (await dns.ask('t.pivot.test.', 'TXT')).texts,
        ];
      });
      expect(seen).toEqual([['2001:db8::11'], ['127.0.0.12'], ['v=1 by=a']]);
    });

    it('tells a name that is not there from one without such records', async () => {
      const seen = await side().run(async () => [
        await side().ports.dns.ask('nobody.example.test.', 'A'),
        await side().ports.dns.ask('shop.example.test.', 'TXT'),
      ]);
      expect(seen).toEqual([
        { rcode: 'NXDOMAIN', addresses: [], texts: [] },
        { rcode: 'NOERROR', addresses: [], texts: [] },
      ]);
    });
  });

  describe('Probe', () => {
    const get = (cluster: 'blue' | 'green', host: string, path = '/healthz', secure = true) => {
      const { balancer, ports } = target(cluster);
      const port = secure ? ports.https : ports.http;
      return side().ports.probe.get({ balancer, port, secure, host, path });
    };

    it('reaches a service through each cluster’s own balancer, whatever DNS says of it', async () => {
      const seen = await side().run(async () => [
        await get('blue', 'shop.example.test'),
        await get('blue', 'shop.example.test', '/healthz', false),
        await get('green', target('green').canaryHost),
      ]);
      expect(seen.map((answer) => (answer.kind === 'answered' ? answer.status : answer.because))).toEqual([
        200, 200, 200,
      ]);
    });

    it('brings what the canary says of itself', async () => {
      const answer = await side().run(() => get('blue', target('blue').canaryHost));
      const { body = '' } = answer.kind === 'answered' ? answer : {};
      expect(JSON.parse(body)).toMatchObject({ resolves: true, api: true });
    });

    it('sees the default backend as what it is', async () => {
      const answer = await side().run(() => get('blue', 'nobody.example.test'));
      expect(answer).toMatchObject({ kind: 'answered', status: 404 });
    });

    it('sees that a sleeping service is not served', async () => {
      const answer = await side().run(() => get('green', 'shop.example.test'));
      expect(answer).toMatchObject({ kind: 'answered', status: 503 });
    });

    it('reads how long a certificate is still valid, also of a cluster that sleeps', async () => {
      const { balancer, ports } = target('green');
      const seen = await side().run(() =>
        side().ports.probe.certificateDaysLeft({ balancer, port: ports.https, host: 'shop.example.test' }),
      );
      expect(seen).toBeGreaterThanOrEqual(59);
      expect(seen).toBeLessThanOrEqual(60);
    });

    it('says unreachable of a cluster that is dead, within its time-out', async () => {
      const seen = await side().run(async () => {
        await side().inflict('kill', 'blue');
        const began = side().ports.clock.now();
        const answer = await get('blue', 'shop.example.test');
        const milliseconds = side().ports.clock.now() - began;
        await side().inflict('heal', 'blue');
        return { kind: answer.kind, milliseconds };
      });
      expect(seen.kind).toBe('unreachable');
      expect(seen.milliseconds).toBeLessThanOrEqual(2_100);
    });

    it('says unreachable of a balancer that has no address', async () => {
      const { ports } = target('blue');
      const asked = { balancer: 'nobody-lb.elb.test', port: ports.https, secure: true, host: 'x', path: '/' };
      expect((await side().run(() => side().ports.probe.get(asked))).kind).toBe('unreachable');
    });
  });

  describe('BalancerMetrics', () => {
    it('counts healthy hosts as of now, and requests of the time that is asked for', async () => {
      const seen = await side().run(async () => {
        const { metrics, clock } = side().ports;
        await clock.wait(400_000);
        const { balancer } = target('green');
        const hosts = await metrics.healthyHosts(balancer);
        return {
          count: hosts?.count,
          age: clock.now() - (hosts?.at ?? 0),
          requests: await metrics.requests(balancer, 300),
        };
      });
      expect(seen.count).toBeGreaterThan(0);
      expect(seen.age).toBeLessThan(60_000);
      expect(seen.requests).toBe(0);
    });

    it('knows its newest minute, and how the control plane does', async () => {
      const seen = await side().run(async () => {
        const { metrics, clock } = side().ports;
        const minutes = await metrics.minutes(target('green').balancer);
        return { minutes, now: clock.now(), api: await metrics.controlPlane('green') };
      });
      const newest = seen.minutes.at(-1);
      expect(newest?.hosts).toBeGreaterThan(0);
      expect(seen.now - (newest?.at ?? 0)).toBeLessThan(60_000);
      expect(seen.api?.asked).toBeGreaterThan(0);
      expect(seen.api?.failed).toBe(0);
    });

    it('has no datapoint of a series that nobody writes', async () => {
      const lag = { namespace: 'AWS/RDS', name: 'AuroraReplicaLag', dimensions: { DBClusterIdentifier: 'orders' } };
      expect(await side().run(() => side().ports.metrics.datapoint('green', lag))).toBeUndefined();
      expect(await side().run(() => side().ports.metrics.standardVcpus('green'))).toBeUndefined();
    });

    it('knows nothing of a balancer that nobody measures, which is not zero', async () => {
      const seen = await side().run(async () => [
        await side().ports.metrics.healthyHosts('nobody-lb.elb.test'),
        await side().ports.metrics.requests('nobody-lb.elb.test', 300),
      ]);
      expect(seen).toEqual([undefined, undefined]);
    });
  });

  describe('ControlPlanes', () => {
    it('say what a cluster is, and that nothing of it is being changed', async () => {
      const { controlPlanes } = side().ports;
      const seen = await side().run(async () => [
        await controlPlanes.about('blue'),
        await controlPlanes.changes('blue'),
      ]);
      expect(seen).toEqual([{ version: '1.36', vpc: expect.stringMatching(/^vpc-/) }, []]);
    });

    it('say what of it is being changed, by which update, since when', async () => {
      const { eks } = side().world;
      const begun = [
        eks.updateClusterVersion({ name: 'blue', version: '1.37' }),
        eks.updateNodegroupVersion({ clusterName: 'blue', nodegroupName: 'blue-nodes' }),
        eks.updateAddon({ clusterName: 'blue', addonName: 'vpc-cni' }),
      ].map(({ update }) => ({ update: update.id, since: update.createdAt }));
      const changes = () => side().run(() => side().ports.controlPlanes.changes('blue'));
      const seen = await changes();
      expect(seen).toEqual([
        { of: 'the cluster', what: 'VersionUpdate', ...begun[0] },
        { of: 'node group blue-nodes', what: 'VersionUpdate', ...begun[1] },
        { of: 'add-on vpc-cni', what: 'AddonUpdate', ...begun[2] },
      ]);
      eks.endUpgrades();
      expect(await changes()).toEqual([]);
    });

    it('throw when EKS does not know the cluster: that is not "no change"', async () => {
      const asked = side().run(() => side().ports.controlPlanes.changes('red'));
      await expect(asked).rejects.toThrow();
    });
  });

  describe('NodeGroups', () => {
    it('say how many nodes a cluster may have', async () => {
      const most = await side().run(() => side().ports.nodeGroups.nodesMax('green'));
      expect(most).toEqual({ 'green-nodes': side().world.clusters.green?.nodes.max });
    });

    it('say the size of each group, take another minimum, and refuse a second one while that is in progress', async () => {
      const { nodeGroups } = side().ports;
      const seen = await side().run(async () => {
        const [before] = await nodeGroups.sizes('green');
        if (before === undefined) return [];
        const size = { group: before.group, min: before.min + 1, desired: before.desired + 1 };
        return [
          before,
          await nodeGroups.resize('green', size),
          await nodeGroups.resize('green', size),
          ...(await nodeGroups.sizes('green')),
        ];
      });
      const { name, max } = side().world.clusters.green?.nodes ?? {};
      expect(seen).toMatchObject([
        { group: name, max },
        { kind: 'begun', update: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        { kind: 'refused', because: expect.stringMatching(/ResourceInUseException/) },
        { group: name, min: 3, desired: 3, max },
      ]);
    });
  });
}
