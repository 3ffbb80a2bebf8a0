/** The play of a cold standby, and the same play without what it is about. */
import { describe, expect, it } from 'vitest';
import { coldStandby } from '../../cli/demo/cold-standby.ts';
import { type Step, steps } from '../../functions/steps.ts';
import { call } from './call.ts';
import { unmet } from './demo/unmet.ts';

describe('demo --scenario cold-standby', () => {
  it('wakes a cluster without a pod, and moves users as its pods get ready', async () => {
    const { exitCode, stdout } = await call(['demo', '--in-memory', '--fast', '--scenario', 'cold-standby']);
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toContain('Switched blue -> green');
  });

  it('fails when nobody waits for pods', async () => {
    const hasty: Step = async () => ({ more: false, ready: true, since: 0, because: 'whatever is there' });
    const blind: Step = async (input, world) => {
      const judged = (await steps.judge(input, world)) as { verdict: string; gates: { name: string; state: string }[] };
      const shut = judged.gates.filter(({ name, state }) => state !== 'open' && name !== 'TargetReady');
      return shut.length === 0 ? { ...judged, verdict: 'Move' } : judged;
    };
    const missing = await unmet(coldStandby, { prepare: hasty, judge: blind });
    expect(missing).toContain('nobody was given a share larger than the share of pods that were ready');
  });
});
