/** A chart without `replicas`, because an HPA sizes it, wakes at production's size and not with the one pod it asks for. */
import { describe, expect, it } from 'vitest';
import type { TargetFacts } from '../../core/facts.ts';
import type { CapacityMemory } from '../../core/plan/capacity-memory.ts';
import { podsIn } from '../../core/plan/packing.ts';
import { type Given, given, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };
const PRODUCTION = 8;

function write(scenario: Scenario, cluster: string, body: object): void {
  const path = '/apis/apps/v1/namespaces/shop/deployments/shop?fieldManager=hpa';
  const headers = { authorization: 'Bearer t', 'content-type': 'application/merge-patch+json' };
  const { status } = scenario.cluster(cluster).handle({ method: 'PATCH', path, headers, body: JSON.stringify(body) });
  expect(status).toBe(200);
}

/** Its chart says nothing; an HPA has brought production to `PRODUCTION` pods. */
async function sizedByHpa(max = 20, setup: Given = {}): Promise<Scenario> {
  const scenario = await given(setup);
  for (const cluster of ['blue', 'green'])
    scenario.cluster(cluster).install('horizontalpodautoscalers', 'shop', 'shop', {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
        minReplicas: 2,
        maxReplicas: max,
      },
    });
  write(scenario, 'green', { metadata: { annotations: { 'throwover.dev/desired-replicas': '1' } } });
  write(scenario, 'blue', { spec: { replicas: PRODUCTION } });
  return scenario;
}

const memoryOf = async (scenario: Scenario) =>
  (await scenario.stage.inMemory.notes.read('shop', 'capacity')) as
    | { rev: number; item: CapacityMemory & object }
    | undefined;
const pods = (scenario: Scenario, cluster: string) => scenario.cluster(cluster).deployment('shop', 'shop')?.pods.length;

describe('production’s size', () => {
  it('is written down by the watch when it changes and every ten minutes, and read by nobody in between', async () => {
    const scenario = await sizedByHpa();
    await scenario.pass(200);
    const first = await memoryOf(scenario);
    expect(first?.item.counts.shop).toBe(`shop=${PRODUCTION}`);
    let asked = 0;
    scenario.meddling.world = ({ key }, world) => {
      if (key !== 'look-out') return world;
      const count = (note: string) => {
        if (note === 'capacity') asked++;
      };
      const notes: typeof world.notes = {
        ...world.notes,
        read: (pair, note) => {
          count(note);
          return world.notes.read(pair, note);
        },
      };
      return { ...world, notes };
    };
    await scenario.pass(360);
    expect(asked).toBe(0);
    expect((await memoryOf(scenario))?.rev).toBe(first?.rev);
    await scenario.pass(300);
    expect((await memoryOf(scenario))?.rev).toBe((first?.rev ?? 0) + 1);
    write(scenario, 'blue', { spec: { replicas: PRODUCTION + 1 } });
    await scenario.pass(70);
    expect((await memoryOf(scenario))?.item.counts.shop).toBe(`shop=${PRODUCTION + 1}`);
  });

  it('is what a dead cluster’s successor wakes with, and the room is counted for it', async () => {
    const scenario = await sizedByHpa();
    await scenario.pass(200);
    scenario.cluster('blue').inflict('kill');
    const { clusters } = (await scenario.call('observe-inside', { pair: 'shop', suspect: 'blue' })) as {
      clusters: Record<string, TargetFacts>;
    };
    // example 3, cart 3 and what production ran with
    expect(podsIn(clusters.green?.capacity.wanted ?? [])).toBe(3 + 3 + PRODUCTION);
    expect(clusters.green?.capacity.sized).toMatch(/^sized as production was \d+ min ago$/);
    const { outcome, record } = await scenario.end(await scenario.started('failover'));
    expect(outcome, record.because.join('; ')).toBe('Switched');
    expect(pods(scenario, 'green')).toBe(PRODUCTION);
  });

  it('is bounded by the HPA of the cluster that wakes', async () => {
    const scenario = await sizedByHpa(5);
    await scenario.pass(200);
    await scenario.run(SWITCHOVER);
    expect(pods(scenario, 'green')).toBe(5);
  });

  it('is not learnt from an outage, in which an HPA shrinks what nobody asks', async () => {
    const scenario = await sizedByHpa();
    await scenario.pass(200);
    scenario.cluster('blue').inflict('apps-broken');
    write(scenario, 'blue', { spec: { replicas: 2 } });
    await scenario.pass(55);
    expect((await memoryOf(scenario))?.item.counts.shop).toBe(`shop=${PRODUCTION}`);
  });

  it('may be missing: the HPA’s minimum is what is known then, the move goes on, and it is said', async () => {
    const scenario = await sizedByHpa();
    scenario.meddling.world = (_, world) => ({
      ...world,
      notes: {
        ...world.notes,
        read: async (pair, key) => (key === 'capacity' ? undefined : world.notes.read(pair, key)),
      },
    });
    const ended = await scenario.run(SWITCHOVER);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(pods(scenario, 'green')).toBe(2);
    const { history } = scenario.world.stepFunctions.executionOf(ended.arn);
    expect(JSON.stringify(history)).toMatch(/nobody has remembered the size of production/);
  });
});
