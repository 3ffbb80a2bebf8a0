import { describe, expect, it } from 'vitest';
import { approve } from '../../../cli/demo/approve.ts';
import { type Step, steps } from '../../../functions/steps.ts';
import { call } from '../call.ts';
import { unmet } from './unmet.ts';

describe('the demo approve', () => {
  it('explains itself and exits 0', async () => {
    const { exitCode, stdout } = await call(['demo', '--scenario', 'approve', '--in-memory', '--fast', '--json']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/asks +shop-1-\d+-failover waits for a person: throwover approve shop-1-/);
    expect(stdout).toMatch(/again +the same word a second time: Refused/);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ outcome: 'Switched', to: 'green' });
  });

  it('meets all its expectations', async () => {
    expect(await unmet(approve)).toEqual([]);
  });

  it('fails where the policy is not asked', async () => {
    const auto: Step = (input, world) => {
      const { shop } = world.topology.pairs;
      const pairs = shop === undefined ? {} : { shop: { ...shop, mode: 'auto' as const } };
      return steps.judge(input, { ...world, topology: { ...world.topology, pairs } });
    };
    expect(await unmet(approve, { judge: auto })).not.toEqual([]);
  });

  it('fails where a word may be said twice', async () => {
    const forgetful: Step = async (input, world) => {
      const forget = async (pair: string, key: string) => {
        const note = await world.notes.read(pair, key);
        if (note === undefined) return note;
        const { answer: _, ...item } = note.item;
        return { ...note, item };
      };
      return steps.answer(input, { ...world, notes: { ...world.notes, read: forget } });
    };
    expect(await unmet(approve, { answer: forgetful })).toContain('the word releases one run, once');
  });
});
