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
