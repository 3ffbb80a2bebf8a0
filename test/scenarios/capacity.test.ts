import { describe, expect, it } from 'vitest';
import { type Given, given, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };
/** Small nodes: the active cluster needs more of them than a standby keeps. */
const SMALL: Given = { life: { nodeMillicores: 1_000, emptyNodeMs: 60_000 } };

const size = (scenario: Scenario, name: string) => {
  const { min, desired } = scenario.cluster(name).nodes;
  return { min, desired };
};

describe('nodes', () => {
  it('are ordered before the pods that need them, and given back when the cluster sleeps again', async () => {
    const scenario = await given(SMALL);
    await scenario.pass(300);
    const before = { blue: size(scenario, 'blue'), green: size(scenario, 'green') };
    expect(before.green.desired).toBeLessThan(before.blue.desired);
    const arn = scenario.start(SWITCHOVER, 'upgrade');
    let touched = false;
    scenario.meddling.before = ({ key }) => {
      if (key !== 'prepare' || touched) return;
      touched = true;
      expect(size(scenario, 'green').min).toBe(before.blue.desired);
    };
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(touched).toBe(true);
    const [raised] = (await scenario.ledger()).raised ?? [];
    expect(raised).toMatchObject({ cluster: 'green', min: before.green.min, to: before.blue.desired });
    expect(raised?.update).toMatch(/^[0-9a-f-]{36}$/);
    // green is active now: its minimum stays, however much time passes
    await scenario.pass(3_600);
    expect(size(scenario, 'green').min).toBe(before.blue.desired);
    // it goes back to sleep, and gives them back
    await scenario.run({ ...SWITCHOVER, to: 'blue' });
    await scenario.pass(3_600);
    expect(size(scenario, 'green').min).toBe(before.green.min);
    expect((await scenario.ledger()).raised?.map(({ cluster }) => cluster)).not.toContain('green');
    expect(scenario.atRest()).toEqual([]);
  });

  it('that EKS takes back because of us hold no planned move: the ledger knows that update too', async () => {
    const scenario = await given(SMALL);
    await scenario.pass(300);
    const { min } = size(scenario, 'green');
    await scenario.run(SWITCHOVER);
    await scenario.run({ ...SWITCHOVER, to: 'blue' });
    await scenario.until(() => size(scenario, 'green').min === min, 3_600);
    await scenario.pass(5);
    const group = scenario.cluster('green').nodes.name;
    const { updateIds = [] } = scenario.world.eks.listUpdates({ name: 'green', nodegroupName: group });
    const inProgress = updateIds.filter(
      (updateId) =>
        scenario.world.eks.describeUpdate({ name: 'green', nodegroupName: group, updateId }).update?.status ===
        'InProgress',
    );
    expect(inProgress).toHaveLength(1);
    expect((await scenario.ledger()).givenBack?.map(({ update }) => update)).toEqual(inProgress);
    const { record } = await scenario.run({ mode: 'preview', to: 'green' });
    expect(record.gates.find(({ name }) => name === 'NoChangeUnderWay')).toMatchObject({ state: 'open' });
  });

  it('are not taken back from somebody who has set another minimum since', async () => {
    const scenario = await given(SMALL);
    await scenario.pass(300);
    await scenario.run(SWITCHOVER);
    await scenario.pass(300);
    scenario.world.eks.updateNodegroupConfig({
      clusterName: 'green',
      nodegroupName: scenario.cluster('green').nodes.name,
      scalingConfig: { minSize: 3 },
    });
    // while EKS works at it nobody moves
    await scenario.pass(60);
    await scenario.run({ ...SWITCHOVER, to: 'blue' });
    await scenario.pass(3_600);
    expect((await scenario.ledger()).raised ?? []).toEqual([]);
    expect(size(scenario, 'green').min).toBe(3);
  });

  it('that cannot be ordered hold nothing up: the autoscaler brings them', async () => {
    const scenario = await given(SMALL);
    await scenario.pass(300);
    scenario.meddling.world = (_, world) => ({
      ...world,
      nodeGroups: { ...world.nodeGroups, resize: async () => ({ kind: 'refused', because: 'AccessDenied: no' }) },
    });
    const ended = await scenario.run(SWITCHOVER);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
  });
});

describe('prewarming', () => {
  it('orders nodes on suspicion, and gives them back a quarter of an hour later when nobody moved', async () => {
    const scenario = await given(SMALL);
    await scenario.pass(300);
    const before = size(scenario, 'green');
    scenario.cluster('blue').inflict('kill');
    await scenario.until(() => size(scenario, 'green').min > before.min, 130);
    expect((await scenario.ledger()).holder).toBeUndefined();
    expect((await scenario.ledger()).raised).toMatchObject([{ cluster: 'green', min: before.min }]);
    scenario.cluster('blue').heal('kill');
    await scenario.pass(840);
    expect((await scenario.ledger()).active).toBe('blue');
    expect(size(scenario, 'green').min).toBeGreaterThan(before.min);
    await scenario.pass(240);
    expect(size(scenario, 'green').min).toBe(before.min);
  });

  it('never raises the active cluster, and nothing while a run holds the pair', async () => {
    const scenario = await given(SMALL);
    await scenario.pass(300);
    const before = { blue: size(scenario, 'blue'), green: size(scenario, 'green') };
    const arn = scenario.start(SWITCHOVER, 'upgrade');
    await scenario.untilState(arn, 'LetStepStand');
    await scenario.call('tend-capacity', { kind: 'prewarm', pair: 'shop' });
    expect(size(scenario, 'blue')).toEqual(before.blue);
    expect((await scenario.ledger()).raised).toMatchObject([{ cluster: 'green', min: before.green.min }]);
    await scenario.end(arn);
  });
});

describe('pause pods', () => {
  const PAUSE = { 'throwover.dev/capacity': 'pause' };
  /** Small nodes, each as large as one pause pod. */
  async function withReserve(max = 9): Promise<Scenario> {
    const scenario = await given({
      ...SMALL,
      topology: (file) => {
        for (const cluster of Object.values<{ nodesFrom?: string }>(file.pairs.shop.clusters))
          cluster.nodesFrom = 'pause pods';
      },
    });
    for (const name of ['blue', 'green']) {
      const cluster = scenario.cluster(name);
      cluster.install('namespaces', undefined, 'reserve', {});
      const containers = [
        { name: 'pause', image: 'pause:3.10', resources: { requests: { cpu: '800m', memory: '12Gi' } } },
      ];
      cluster.install('deployments', 'reserve', 'pause', {
        labels: PAUSE,
        annotations: { 'throwover.dev/capacity-max': String(max) },
        spec: {
          replicas: 0,
          selector: { matchLabels: PAUSE },
          template: { metadata: { labels: PAUSE }, spec: { containers } },
        },
      });
    }
    await scenario.pass(300);
    return scenario;
  }
  const paused = (scenario: Scenario, name: string) => scenario.cluster(name).deployment('reserve', 'pause')?.wanted;
  const nodes = (scenario: Scenario, name: string) =>
    scenario.cluster(name).nodes.ready + scenario.cluster(name).nodes.coming;

  it('are raised before the pods that take their places, written down first, and restored when the cluster sleeps again', async () => {
    const scenario = await withReserve();
    const missing = nodes(scenario, 'blue') - nodes(scenario, 'green');
    expect(missing).toBeGreaterThan(0);
    const noted: unknown[] = [];
    scenario.meddling.world = ({ key }, world) => {
      if (key !== 'tend-reserve') return world;
      const resizeReserve: typeof world.clusters.resizeReserve = async (...asked) => {
        noted.push((await scenario.ledger()).raised);
        return world.clusters.resizeReserve(...asked);
      };
      return { ...world, clusters: { ...world.clusters, resizeReserve } };
    };
    const ended = await scenario.run(SWITCHOVER);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(noted[0]).toMatchObject([{ cluster: 'green', group: 'reserve/pause', min: 0, to: missing }]);
    expect(paused(scenario, 'green')).toBe(missing);
    await scenario.run({ ...SWITCHOVER, to: 'blue' });
    await scenario.pass(3_600);
    expect(paused(scenario, 'green')).toBe(0);
    expect((await scenario.ledger()).raised?.map(({ cluster }) => cluster) ?? []).not.toContain('green');
    expect(scenario.atRest()).toEqual([]);
  });

  it('are raised on suspicion, no further than they may be, and restored when nobody moved', async () => {
    const scenario = await withReserve(2);
    scenario.cluster('blue').inflict('kill');
    await scenario.until(() => paused(scenario, 'green') === 2, 130);
    expect((await scenario.ledger()).holder).toBeUndefined();
    scenario.cluster('blue').heal('kill');
    await scenario.pass(1_080);
    expect((await scenario.ledger()).active).toBe('blue');
    expect(paused(scenario, 'green')).toBe(0);
  });

  it('give way to pods that wake: those do not wait for nodes that are there', async () => {
    const scenario = await withReserve();
    const green = scenario.cluster('green');
    await scenario.call('tend-capacity', { kind: 'prewarm', pair: 'shop' });
    await scenario.pass(180);
    expect(green.nodes.coming).toBe(0);
    const arn = scenario.start(SWITCHOVER, 'upgrade');
    await scenario.untilState(arn, 'Prepare');
    await scenario.pass(30);
    const services = Object.keys(scenario.world.pair.services).map((name) => green.deployment(name, name));
    const sum = (what: 'ready' | 'wanted') => services.reduce((all, one) => all + (one?.[what] ?? 0), 0);
    // as many as a failover waits for: more nodes are not ordered on suspicion
    expect(sum('ready') / sum('wanted')).toBeGreaterThanOrEqual(0.8);
    await scenario.end(arn);
  });
});

describe('static capacity of Karpenter', () => {
  /** A static NodePool in the place of the node group: as many nodes as it says, and no autoscaler beside it. */
  async function withPools(most = 12): Promise<Scenario> {
    const scenario = await given({
      ...SMALL,
      topology: (file) => {
        for (const cluster of Object.values<{ nodesFrom?: string }>(file.pairs.shop.clusters))
          cluster.nodesFrom = 'karpenter';
      },
    });
    await scenario.pass(300);
    for (const name of ['blue', 'green']) {
      const cluster = scenario.cluster(name);
      cluster.install('nodepools', undefined, 'general', {
        labels: { 'throwover.dev/capacity': 'static' },
        spec: { replicas: cluster.nodes.ready, limits: { nodes: String(most) } },
      });
    }
    await scenario.pass(60);
    return scenario;
  }
  const pool = (scenario: Scenario, name: string) => scenario.cluster(name).nodes.min;

  it('is raised before pods wake, written down first, and restored when the cluster sleeps again', async () => {
    const scenario = await withPools();
    const [blue, green] = [pool(scenario, 'blue'), pool(scenario, 'green')];
    expect(green).toBeLessThan(blue);
    const ended = await scenario.run(SWITCHOVER);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(pool(scenario, 'green')).toBe(blue);
    expect((await scenario.ledger()).raised).toMatchObject([
      { cluster: 'green', group: 'general', min: green, to: blue },
    ]);
    await scenario.run({ ...SWITCHOVER, to: 'blue' });
    await scenario.pass(3_600);
    expect(pool(scenario, 'green')).toBe(green);
    expect((await scenario.ledger()).raised?.map(({ cluster }) => cluster) ?? []).not.toContain('green');
    expect(scenario.atRest()).toEqual([]);
  });

  it('is raised to its limit on suspicion, when the dead cluster cannot say how many nodes it had', async () => {
    const scenario = await withPools();
    const green = pool(scenario, 'green');
    scenario.cluster('blue').inflict('kill');
    await scenario.until(() => pool(scenario, 'green') === 12, 130);
    expect((await scenario.ledger()).raised).toMatchObject([
      { cluster: 'green', group: 'general', min: green, to: 12 },
    ]);
  });

  it('whose limits.nodes is too small holds a planned move before its claim', async () => {
    const scenario = await withPools(5);
    const { epoch } = await scenario.ledger();
    const { outcome, record } = await scenario.run(SWITCHOVER);
    expect(outcome).toBe('Held');
    expect(record.gates.find(({ name }) => name === 'Capacity')).toMatchObject({
      state: 'closed',
      because: expect.stringContaining('4 pods fit on green, 9 wanted'),
      opensWhen: expect.stringContaining('5 more like those of general'),
    });
    expect((await scenario.ledger()).epoch).toBe(epoch);
  });

  it('is never taken from a cluster that is active: the cluster itself refuses it to our own role', async () => {
    const scenario = await withPools();
    const resize = (cluster: string, replicas: number) =>
      scenario.call('tend-reserve', { kind: 'resize', cluster, from: 'karpenter', group: 'general', replicas });
    const before = pool(scenario, 'blue');
    expect(await resize('blue', before - 1)).toEqual({ answer: 'refused' });
    expect(pool(scenario, 'blue')).toBe(before);
    expect(await resize('blue', before + 1)).toEqual({ answer: 'begun' });
    expect(await resize('green', 0)).toEqual({ answer: 'begun' });
  });
});
