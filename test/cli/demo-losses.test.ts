/** Two plays about losing the active cluster: one that must move, one that must not; and each without what it is about. */
import { describe, expect, it } from 'vitest';
import { cniUpgrade } from '../../cli/demo/cni-upgrade.ts';
import { partition43Seconds } from '../../cli/demo/partition-43s.ts';
import type { Scenario } from '../../cli/demo/scenario.ts';
import { pairOf } from '../../core/topology/index.ts';
import type { Topology } from '../../core/topology/schema.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import { inMemoryStage } from '../../lab/in-memory/stage.ts';
import { labTopology } from '../lab-topology.ts';
import { call } from './call.ts';

/** What was expected and not met, in a lab that is different. */
async function unmet(
  scenario: Scenario,
  { topology = labTopology(), replaced = {} }: { topology?: Topology; replaced?: Partial<Record<FunctionKey, Step>> },
): Promise<string[]> {
  const stage = inMemoryStage({ topology, seed: 1, active: 'blue', steps: replaced });
  await stage.start({ mode: 'accept', active: 'blue', reason: 'first activation' });
  const silent = { tell: async () => {} };
  const { expectations } = await scenario.play({
    stage,
    pair: pairOf(topology),
    active: 'blue',
    tellingOf: () => silent,
  });
  await stage.close();
  return expectations.filter((one) => !one.met).map((one) => one.expected);
}

describe('demo --scenario cni-upgrade', () => {
  it('leaves a cluster whose API is well and whose pods have no network, and says why', async () => {
    const { exitCode, stdout } = await call(['demo', '--in-memory', '--fast', '--scenario', 'cni-upgrade']);
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('CniBroken: Move');
    expect(stdout).toContain('Switched blue -> green');
  });

  it('fails when nobody looks at the pods: the cause has no name then', async () => {
    const blindToPods: Step = (input, world) =>
      steps['observe-inside'](input, { ...world, clusters: { ...world.clusters, stuckPods: async () => [] } });
    expect(await unmet(cniUpgrade, { replaced: { 'observe-inside': blindToPods } })).toEqual([
      'the cause has its name: CniBroken',
    ]);
  });

  it('fails when only the API is believed', async () => {
    const wellByItsApi: Step = async (input, world) => {
      const judged = (await steps.judge(input, world)) as object;
      return { ...judged, verdict: 'Hold', situation: 'Healthy' };
    };
    expect(await unmet(cniUpgrade, { replaced: { judge: wellByItsApi } })).toContain('the run ends Switched');
  });
});

describe('demo --scenario partition-43s', () => {
  it('moves nobody: it is over before it is confirmed', async () => {
    const { exitCode, stdout } = await call(['demo', '--in-memory', '--fast', '--scenario', 'partition-43s']);
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('Held. blue stays active');
  });

  it('fails without the time of confirmation', async () => {
    const hasty = structuredClone(labTopology());
    const pair = hasty.pairs.shop;
    if (pair === undefined) throw new Error('no pair');
    pair.timing.confirmSeconds = 0;
    expect(await unmet(partition43Seconds, { topology: hasty })).toContain('nothing was claimed');
  });
});
