import { describe, expect, it } from 'vitest';
import { platformOf } from '../../../adapters/kubernetes/platform.ts';
import type { Transport } from '../../../adapters/kubernetes/transport.ts';

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
  it('knows the usual CNIs by their names, and none by another', async () => {
    const cni = async (...names: string[]) =>
      (await platformOf(serving(names.map((name) => daemonSet(name))).transport, 'blue')).cni?.name;
    expect(await cni('kube-proxy', 'cilium')).toBe('cilium');
    expect(await cni('kube-proxy', 'cilium', 'aws-node')).toBe('aws-node');
    expect(await cni('kube-proxy')).toBeUndefined();
  });

  it('counts no node as updated while the controller has not seen the newest generation', async () => {
    const { cni } = await platformOf(serving([daemonSet('aws-node', 3)]).transport, 'blue');
    expect(cni).toEqual({ name: 'aws-node', wanted: 6, updated: 0, ready: 6 });
  });

  it('counts ready pods of CoreDNS; without a status there are none', async () => {
    expect((await platformOf(serving([], [coredns]).transport, 'blue')).dns).toEqual({ wanted: 2, ready: 0 });
  });

  it('reads by quorum: nothing is asked of a cache', async () => {
    const { transport, asked } = serving([]);
    await platformOf(transport, 'blue');
    expect(asked).toHaveLength(2);
    expect(asked.filter((path) => path.includes('resourceVersion'))).toEqual([]);
  });

  it('throws when it has no right to look, which is not "nothing is broken"', async () => {
    const forbidden: Transport = async () => ({ status: 403, contentType: 'application/json', body: '{}' });
    await expect(platformOf(forbidden, 'blue')).rejects.toMatchObject({ name: 'ClusterUnreachable' });
  });
});
