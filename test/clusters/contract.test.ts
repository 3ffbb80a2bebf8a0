/** The contract that `npm run test:clusters` tries on real clusters, tried on the two of the lab. */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../adapters/clock/system.ts';
import { httpsTransport } from '../../adapters/kubernetes/https.ts';
import type { Transport } from '../../adapters/kubernetes/transport.ts';
import { apiOf, type Manifest, pathOf } from '../../cli/clusters/api.ts';
import { doorOfKubeconfig } from '../../cli/clusters/kubeconfig.ts';
import { shippedObjects } from '../../lab/kubernetes/shipped-set.ts';
import type { Cluster } from '../../models/kubernetes/cluster.ts';
import { world } from '../models/kubernetes/world.ts';
import { tryContract } from './contract/contract.ts';
import { sentences } from './contract/sentences.ts';
import { served } from './served.ts';

it.each(['installed', 'empty'] as const)(
  'holds in both clusters of the lab, where the set was %s',
  async (what) => {
    const pair = await served(what);
    try {
      const transport = httpsTransport({
        doorOf: (cluster) => doorOfKubeconfig(pair.kubeconfigs[cluster as 'blue' | 'green']),
        clock: systemClock,
        timeoutMilliseconds: 10_000,
      });
      for (const name of ['blue', 'green'] as const) {
        const before = pair.clusters[name].config();
        const wait = async (milliseconds: number) => pair.clock.pass(milliseconds);
        const tried = await tryContract(apiOf(name, transport), { suffix: 'x1', wait });
        expect(tried.filter(({ because }) => because !== undefined)).toEqual([]);
        expect(tried).toHaveLength(sentences.length + 4);
        const skipped = tried.flatMap((one) => (one.skipped === undefined ? [] : [one.says]));
        expect(skipped).toHaveLength(what === 'installed' ? 3 : 0);
        const { run: _, ...after } = pair.clusters[name].config() ?? {};
        expect(after).toEqual(before ?? {});
      }
    } finally {
      await pair.close();
    }
  },
  60_000,
);

/** The same API without sockets. */
function inProcess(cluster: Cluster): Transport {
  return async (_, { method, path, contentType, body, headers }) => {
    const groups = headers?.['impersonate-group'];
    const answer = cluster.answer({
      method,
      path,
      headers: {
        authorization: 'Bearer admin',
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...(headers === undefined ? {} : { 'impersonate-user': String(headers['impersonate-user']) }),
        ...(groups === undefined ? {} : { 'impersonate-group': [groups].flat().join(', ') }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const isText = typeof answer.body === 'string';
    return {
      status: answer.status,
      contentType: isText ? 'text/plain' : 'application/json',
      body: isText ? String(answer.body) : JSON.stringify(answer.body),
    };
  };
}

describe('the contract fails', () => {
  const bindings = shippedObjects().filter(
    ({ kind, metadata }) =>
      // a cluster without Karpenter has nothing that this one guards: test/scenarios/capacity.test.ts shows it
      kind.endsWith('PolicyBinding') && metadata.name !== 'throwover-operator-guard-nodepools',
  );

  it.each([
    ...bindings.map((binding) => [binding.metadata.name, pathOf(binding as unknown as Manifest)] as const),
    ...['clusterroles/throwover-probe', 'clusterroles/throwover-operate'].map(
      (role) => [role, `/apis/rbac.authorization.k8s.io/v1/${role}`] as const,
    ),
  ])('where %s is missing', async (_, path) => {
    const { clock, cluster } = world({ epoch: 7 });
    const api = apiOf('blue', inProcess(cluster));
    expect((await api.delete(path)).status).toBe(200);
    const tried = await tryContract(api, { suffix: 'x2', wait: (milliseconds) => clock.run(milliseconds) });
    expect(tried.filter(({ because }) => because !== undefined)).not.toEqual([]);
    expect(tried.at(-1)).toEqual({ says: 'nothing of this is left behind' });
    const { items } = (await api.get('/api/v1/namespaces')).object;
    expect(JSON.stringify(items)).not.toContain('throwover-contract');
  });
});
