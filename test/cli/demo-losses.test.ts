/** Two plays about losing the active cluster: one that must move, one that must not; and each without what it is about. */
import { describe, expect, it } from 'vitest';
import { cniUpgrade } from '../../cli/demo/cni-upgrade.ts';
import { partition43Seconds } from '../../cli/demo/partition-43s.ts';
import { type Step, steps } from '../../functions/steps.ts';
import { labTopology } from '../lab-topology.ts';
import { call } from './call.ts';
import { unmet } from './demo/unmet.ts';

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
    expect(await unmet(cniUpgrade, { 'observe-inside': blindToPods })).toEqual(['the cause has its name: CniBroken']);
  });

  it('fails when only the API is believed', async () => {
    const wellByItsApi: Step = async (input, world) => {
      const judged = (await steps.judge(input, world)) as object;
      return { ...judged, verdict: 'Hold', situation: 'Healthy' };
    };
    expect(await unmet(cniUpgrade, { judge: wellByItsApi })).toContain('the run ends Switched');
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
    expect(await unmet(partition43Seconds, {}, hasty)).toContain('nothing was claimed');
  });
});
