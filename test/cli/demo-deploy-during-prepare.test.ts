/** The play of a deploy in the middle of a move, and the same play without what it is about. */
import { describe, expect, it } from 'vitest';
import { deployDuringPrepare } from '../../cli/demo/deploy-during-prepare.ts';
import { type Step, steps } from '../../functions/steps.ts';
import { call } from './call.ts';
import { unmet } from './demo/unmet.ts';

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
    const missing = await unmet(deployDuringPrepare, { judge: judgingWithout('ClustersAgree') });
    expect(missing).toContain('the first run is held');
    expect(missing).toContain('the first run moved nobody');
  });

  it('fails when nobody waits for the pods of the new release', async () => {
    const hasty: Step = async () => ({ more: false, ready: true, since: 0, sized: '', because: 'whatever is there' });
    const missing = await unmet(deployDuringPrepare, {
      prepare: hasty,
      judge: judgingWithout('ClustersAgree', 'TargetReady'),
    });
    expect(missing).toContain('nobody was given a share larger than the share of pods that were ready');
  });
});
