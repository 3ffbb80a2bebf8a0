import { describe, expect, it } from 'vitest';
import { EXAMPLE, given, type Scenario } from './scenario.ts';

/** A change of the ingress controller that went to both clusters: every request is answered 503, and no host is healthy. */
function loseIngress(scenario: Scenario, cluster: string): void {
  const { status } = scenario.cluster(cluster).handle({
    method: 'PATCH',
    path: '/apis/apps/v1/namespaces/ingress/deployments/traefik',
    headers: { authorization: 'Bearer k8s-aws-v1.memory', 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ spec: { replicas: 0 } }),
  });
  if (status !== 200) throw new Error(`the ingress of ${cluster} was not scaled: ${status}`);
}

describe('both clusters, sick in the same way', () => {
  it('are seen as that by every class, and automation moves nobody from one to the other', async () => {
    const scenario = await given();
    for (const cluster of ['blue', 'green']) loseIngress(scenario, cluster);
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.record, ended.record.because.join('; ')).toMatchObject({ outcome: 'Held', situation: 'BothSick' });
    expect(ended.record.because.join('; ')).toMatch(/canary of blue unhealthy.*canary of green unhealthy/);
    expect(scenario.weights(EXAMPLE).get('shop.example.test. A')).toEqual({ blue: 100, green: 0 });
    expect(await scenario.ledger()).toMatchObject({ active: 'blue', epoch: 1 });
  });

  it('are held against a person, too, until that person answers for the gates', async () => {
    const scenario = await given();
    for (const cluster of ['blue', 'green']) loseIngress(scenario, cluster);
    await scenario.pass(30);
    const held = await scenario.run({ mode: 'failover', reason: 'try green' });
    expect(held.outcome).toBe('Held');
    expect(held.record.gates.filter(({ state }) => state !== 'open').map(({ name }) => name)).toContain('TargetReady');
    expect(scenario.standing()).toBe('blue');
  });
});
