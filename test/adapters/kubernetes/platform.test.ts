import { describe, expect, it } from 'vitest';
import { platformOf } from '../../../adapters/kubernetes/platform.ts';
import type { Transport } from '../../../adapters/kubernetes/transport.ts';

const CNI = { daemonSet: 'aws-node', namespace: 'kube-system' };
const status = { observedGeneration: 2, desiredNumberScheduled: 6, updatedNumberScheduled: 6, numberReady: 6 };
const daemonSet = (name: string, generation = 2) => ({ metadata: { name, generation }, status });
const coredns = {
  metadata: { name: 'coredns', generation: 1 },
  spec: { replicas: 2, template: { spec: { containers: [] } } },
};

function serving(sets: object[], deployments: object[] = []): { transport: Transport; asked: string[] } {
  const asked: string[] = [];
  const transport: Transport = async (_, { path }) => {
    asked.push(path);
    const object = { items: path.includes('/daemonsets') ? sets : deployments, metadata: {} };
    return { status: 200, contentType: 'application/json', body: '', object };
  };
  return { transport, asked };
}

describe('platformOf', () => {
  it('looks for the DaemonSet that the topology names, where it names it', async () => {
    const { transport, asked } = serving([daemonSet('aws-node'), daemonSet('cilium')]);
    const cilium = await platformOf(transport, 'blue', { daemonSet: 'cilium', namespace: 'cilium-system' });
    expect(cilium).toMatchObject({ cni: { name: 'cilium' } });
    expect(asked).toContainEqual(expect.stringContaining('/namespaces/cilium-system/daemonsets?'));
  });

  it('says that it is not there, and asks for none where nothing of the CNI runs in pods', async () => {
    expect(await platformOf(serving([daemonSet('kube-proxy')]).transport, 'blue', CNI)).toEqual({
      cniMissing: 'kube-system/aws-node',
    });
    const { transport, asked } = serving([daemonSet('aws-node')]);
    expect(await platformOf(transport, 'blue', 'none')).toEqual({});
    expect(asked.filter((path) => path.includes('daemonsets'))).toEqual([]);
  });

  it('counts no node as updated while the controller has not seen the newest generation', async () => {
    const { cni } = await platformOf(serving([daemonSet('aws-node', 3)]).transport, 'blue', CNI);
    expect(cni).toEqual({ name: 'aws-node', wanted: 6, updated: 0, ready: 6 });
  });

  it('counts ready pods of CoreDNS; without a status there are none', async () => {
    expect((await platformOf(serving([], [coredns]).transport, 'blue', CNI)).dns).toEqual({ wanted: 2, ready: 0 });
  });

  it('reads by quorum: nothing is asked of a cache', async () => {
    const { transport, asked } = serving([]);
    await platformOf(transport, 'blue', CNI);
    expect(asked).toHaveLength(2);
    expect(asked.filter((path) => path.includes('resourceVersion'))).toEqual([]);
  });

  it('throws when it has no right to look, which is not "nothing is broken"', async () => {
    const forbidden: Transport = async () => ({ status: 403, contentType: 'application/json', body: '{}' });
    await expect(platformOf(forbidden, 'blue', CNI)).rejects.toMatchObject({ name: 'ClusterUnreachable' });
  });
});
