/** The play of two changes at once, and the same play without each of its protections. */
import { describe, expect, it } from 'vitest';
import { bothChanged } from '../../cli/demo/both-changed.ts';
import type { Ledger } from '../../core/ledger/ledger.ts';
import { type FunctionKey, type Step, steps } from '../../functions/steps.ts';
import { call } from './call.ts';
import { unmet } from './demo/unmet.ts';

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
    const missing = await unmet(bothChanged, { judge: blindToLocks('judge'), claim: blindToLocks('claim') });
    expect(missing).toContain('the move is held, and says whose lock it waits for');
  });

  it('fails when nobody asks EKS', async () => {
    const blindToEks: Step = (input, world) => {
      const controlPlanes = { ...world.controlPlanes, changes: async () => [] };
      return steps['observe-aws'](input, { ...world, controlPlanes });
    };
    const missing = await unmet(bothChanged, { 'observe-aws': blindToEks });
    expect(missing).toContain('the lock given back, the update alone holds it');
    expect(missing).toContain('nobody was moved while a cluster was changed');
  });
});
