import { describe, expect, it } from 'vitest';
import { sumOf } from '../../../core/plan/packing.ts';
import type { Side } from './side.ts';

export function clustersContract(side: () => Side): void {
  describe('Clusters', () => {
    const clusters = () => side().ports.clusters;

    it('read the cluster fence with the version to write it against', async () => {
      const read = await side().run(() => clusters().readFence('blue'));
      expect(read).toMatchObject({ kind: 'fence', data: { role: 'active' } });
    });

    it('write it only while the version is the one that was read, and drop a key with null', async () => {
      const seen = await side().run(async () => {
        const read = await clusters().readFence('green');
        if (read.kind !== 'fence') return [read.kind];
        const epoch = String(Number(read.data.epoch) + 1);
        const first = await clusters().writeFence('green', { epoch, run: 'a', weight: '7' }, read.version);
        const second = await clusters().writeFence('green', { epoch, run: 'b' }, read.version);
        const again = await clusters().readFence('green');
        if (again.kind !== 'fence') return [again.kind];
        const dropped = await clusters().writeFence('green', { epoch, weight: null }, again.version);
        const end = await clusters().readFence('green');
        return [first, second, again.data.run, again.data.weight, dropped, end.kind === 'fence' && end.data.weight];
      });
      expect(seen).toEqual(['written', 'conflict', 'a', '7', 'written', undefined]);
    });

    it('are told when the cluster knows a newer epoch', async () => {
      const seen = await side().run(async () => {
        const read = await clusters().readFence('green');
        if (read.kind !== 'fence') return read.kind;
        return clusters().writeFence('green', { epoch: '0', run: 'old' }, read.version);
      });
      expect(seen).toBe('older');
    });

    it('say how far the CNI is rolled out, and that CoreDNS is ready', async () => {
      const seen = await side().run(
        async () =>
          [
            await clusters().nodes('blue'),
            await clusters().platform('blue', { daemonSet: 'aws-node', namespace: 'kube-system' }),
          ] as const,
      );
      const [{ total }, platform] = seen;
      expect(platform).toEqual({
        cni: { name: 'aws-node', wanted: total, updated: total, ready: total },
        dns: { wanted: 2, ready: 2 },
      });
    });

    it('count nodes and what fits on them', async () => {
      const { ready, total, sizes } = await side().run(() => clusters().nodes('blue'));
      expect(ready).toBe(total);
      expect(sizes).toEqual([{ group: 'blue-nodes', nodes: ready, pods: 58, cpuMillis: 4_000, memoryMiB: 16_384 }]);
    });

    it('count what every pod asks for: those of the rings, those that stay, and DaemonSets on each node', async () => {
      const [{ total }, { workloads, others, daemons }] = await side().run(
        async () => [await clusters().nodes('green'), await clusters().inventory('green')] as const,
      );
      expect(workloads).toEqual(await side().run(() => clusters().workloads('green')));
      expect(workloads.map(({ asks }) => asks)).toEqual(workloads.map(() => ({ cpuMillis: 500, memoryMiB: 128 })));
      // CoreDNS, ingress, ExternalDNS, canary
      expect(sumOf(others)).toEqual({ pods: 6, cpuMillis: 700, memoryMiB: 768 });
      expect(daemons).toEqual({ pods: 2 * total, cpuMillis: 150 * total, memoryMiB: 0 });
    });

    it('count nodes by availability zone', async () => {
      const { zones, ready, total } = await side().run(() => clusters().nodes('blue'));
      expect(zones.length).toBeGreaterThan(1);
      expect(zones.every(({ zone }) => zone.startsWith('eu-west-1'))).toBe(true);
      const sum = (count: 'ready' | 'total') => zones.reduce((all, zone) => all + zone[count], 0);
      expect([sum('ready'), sum('total')]).toEqual([ready, total]);
    });

    it('say how long ago the control plane renewed its Leases', async () => {
      const leases = await side().run(() => clusters().leases('blue'));
      expect(leases.map(({ name }) => name).sort()).toEqual(['kube-controller-manager', 'kube-scheduler']);
      expect(leases.every(({ ageSeconds }) => ageSeconds <= 5)).toBe(true);
    });

    it('know of no pod without network where the network is well', async () => {
      expect(await side().run(() => clusters().stuckPods('blue'))).toEqual([]);
    });

    it('list the workloads of the rings with what they want, have and run', async () => {
      const [blue, green] = await side().run(() =>
        Promise.all(['blue', 'green'].map((name) => clusters().workloads(name))),
      );
      const shop = (workloads: typeof blue) => workloads?.find(({ name }) => name === 'shop');
      expect(shop(blue)).toMatchObject({ kind: 'Deployment', ring: 1, images: [expect.any(String)] });
      expect(shop(blue)?.ready).toBe(shop(blue)?.wanted);
      expect(shop(green)).toMatchObject({ replicas: 0, ready: 0, wanted: shop(blue)?.wanted });
    });

    it('list what has DNS names, and see the effect of a touch', async () => {
      const seen = await side().run(async () => {
        const [object] = (await clusters().objects('blue', 'dns')).filter(({ name }) => name === 'shop');
        return object === undefined ? undefined : { object, touched: await clusters().touch('blue', object, 'run-1') };
      });
      expect(seen?.object).toMatchObject({ kind: 'Ingress', ring: 1 });
      expect(seen?.touched).toEqual({ weight: 100 });
    });

    it('say unreachable of a cluster whose API does not answer, and throw where nothing else can be said', async () => {
      await side().run(async () => {
        await side().inflict('api-down', 'blue');
        expect(await clusters().readFence('blue')).toMatchObject({ kind: 'unreachable' });
        await expect(clusters().nodes('blue')).rejects.toMatchObject({ name: 'ClusterUnreachable' });
        expect(await clusters().writeFence('blue', { epoch: '1' }, '1')).toBe('unreachable');
        await side().inflict('heal', 'blue');
        expect((await clusters().readFence('blue')).kind).toBe('fence');
      });
    });
  });
}
