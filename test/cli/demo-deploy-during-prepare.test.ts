/** The play of a deploy in the middle of a move, and the same play without what it is about. */
import { describe, expect, it } from 'vitest';
import { deployDuringPrepare } from '../../cli/demo/deploy-during-prepare.ts';
import { pairOf } from '../../core/topology/index.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import { inMemoryStage } from '../../lab/in-memory/stage.ts';
import { labTopology } from '../lab-topology.ts';
import { call } from './call.ts';

/** What was expected and not met, with other functions in the place of ours. */
async function unmet(replaced: Partial<Record<FunctionKey, Step>>): Promise<string[]> {
  const topology = labTopology();
  const stage = inMemoryStage({ topology, seed: 1, active: 'blue', steps: replaced });
  await stage.start({ mode: 'accept', active: 'blue', reason: 'first activation' });
  const tellingOf = () => ({ tell: async () => {} });
  const { expectations } = await deployDuringPrepare.play({ stage, pair: pairOf(topology), active: 'blue', tellingOf });
  await stage.close();
  return expectations.filter((one) => !one.met).map((one) => one.expected);
}

/** Judges as ours does, but for these gates. */
const judgingWithout =
  (...ignored: string[]): Step =>
  async (input, world) => {
    const judged = (await steps.judge(input, world)) as { verdict: string; gates: { name: string; state: string }[] };
    const shut = judged.gates.filter(({ name, state }) => state !== 'open' && !ignored.includes(name));
    return shut.length === 0 ? { ...judged, verdict: 'Move' } : judged;
  };

describe('demo --scenario deploy-during-prepare', () => {
  it('holds a release that nobody has judged, says which, and moves when both clusters run it', async () => {
    const { exitCode, stdout } = await call(['demo', '--in-memory', '--fast', '--scenario', 'deploy-during-prepare']);
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('cart runs cart:1.0.0 in blue, cart:1.1.0 in green');
    expect(stdout).toContain('Switched blue -> green');
  });

  it('fails when the clusters are compared only before the claim', async () => {
    const missing = await unmet({ judge: judgingWithout('ClustersAgree') });
    expect(missing).toContain('the first run is held');
    expect(missing).toContain('the first run moved nobody');
  });

  it('fails when nobody waits for the pods of the new release', async () => {
    const hasty: Step = async () => ({ more: false, ready: true, since: 0, sized: '', because: 'whatever is there' });
    const missing = await unmet({ prepare: hasty, judge: judgingWithout('ClustersAgree', 'TargetReady') });
    expect(missing).toContain('nobody was given a share larger than the share of pods that were ready');
  });
});
