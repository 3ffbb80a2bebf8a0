/** A Service of type LoadBalancer publishes a name as an Ingress does: it follows a move as one does. */
import { describe, expect, it } from 'vitest';
import { given, type Scenario } from './scenario.ts';

const WEIGHT = 'external-dns.kubernetes.io/aws-weight';
const HOSTNAME = 'external-dns.kubernetes.io/hostname';

function weightOf(scenario: Scenario, cluster: string, name: string): string | undefined {
  return scenario.cluster(cluster).inventory.store.get('services', `shop/${name}`)?.metadata.annotations?.[WEIGHT];
}

describe('a Service that publishes a name', () => {
  it.each([
    ['by its type', { spec: { type: 'LoadBalancer' } }],
    ['by its annotation', { annotations: { [HOSTNAME]: 'queue.example.test' }, spec: { type: 'ClusterIP' } }],
  ])('%s says the weight of its cluster before and after a move', async (_, manifest) => {
    const scenario = await given();
    for (const cluster of ['blue', 'green']) scenario.cluster(cluster).install('services', 'shop', 'queue', manifest);
    expect(['blue', 'green'].map((cluster) => weightOf(scenario, cluster, 'queue'))).toEqual(['100', '0']);
    const { outcome } = await scenario.run({ mode: 'switchover', reason: 'CNI upgrade' });
    expect(outcome).toBe('Switched');
    await scenario.pass(300);
    expect(['blue', 'green'].map((cluster) => weightOf(scenario, cluster, 'queue'))).toEqual(['0', '100']);
  });

  it('inside the cluster alone is left as it is', async () => {
    const scenario = await given();
    await scenario.run({ mode: 'switchover', reason: 'CNI upgrade' });
    const { annotations } = scenario.cluster('green').inventory.store.get('services', 'shop/shop')?.metadata ?? {};
    expect(annotations ?? {}).toEqual({});
  });
});
