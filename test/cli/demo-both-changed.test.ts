/** The play of two changes at once, and the same play without each of its protections. */
import { describe, expect, it } from 'vitest';
import { bothChanged } from '../../cli/demo/both-changed.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
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
  const { expectations } = await bothChanged.play({ stage, pair: pairOf(topology), active: 'blue', tellingOf });
  await stage.close();
  return expectations.filter((one) => !one.met).map((one) => one.expected);
}

/** The same step over a ledger in which nobody sees a lock. */
const blindToLocks =
  (key: FunctionKey): Step =>
  (input, world) => {
    const read = async (pair: string): Promise<Ledger | undefined> => {
      const { locks: _, ...ledger } = (await world.ledger.read(pair)) ?? {};
      return 'pair' in ledger ? (ledger as Ledger) : undefined;
    };
    return steps[key](input, { ...world, ledger: { ...world.ledger, read } });
  };

describe('demo --scenario both-changed', () => {
  it('waits for both changes, says who changes what, and moves when they are over', async () => {
    const { exitCode, stdout } = await call(['demo', '--in-memory', '--fast', '--scenario', 'both-changed']);
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/never both clusters of shop are changed at the same time/);
    expect(stdout).toMatch(/Held +blue is locked by deploy\/41 since .*; EKS changes add-on vpc-cni of green since/);
    expect(stdout).toMatch(/next +throwover lock release --pair shop --cluster blue --owner deploy\/41/);
    expect(stdout).toContain('Switched blue -> green');
  });

  it('fails when the lock is looked at by nobody', async () => {
    const missing = await unmet({ judge: blindToLocks('judge'), claim: blindToLocks('claim') });
    expect(missing).toContain('the move is held, and says whose lock it waits for');
  });

  it('fails when nobody asks EKS', async () => {
    const blindToEks: Step = (input, world) => {
      const controlPlanes = { ...world.controlPlanes, changes: async () => [] };
      return steps['observe-aws'](input, { ...world, controlPlanes });
    };
    const missing = await unmet({ 'observe-aws': blindToEks });
    expect(missing).toContain('the lock given back, the update alone holds it');
    expect(missing).toContain('nobody was moved while a cluster was changed');
  });
});
