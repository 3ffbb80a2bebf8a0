import { describe, expect, it } from 'vitest';
import { activeDies } from '../../cli/demo/active-dies.ts';
import { type FunctionKey, steps } from '../../functions/steps.ts';
import { without } from '../without.ts';
import { call } from './call.ts';
import { unmet } from './demo/unmet.ts';

describe('throwover demo', () => {
  it('shows a failover, ends in its figures as one line of JSON and exits 0', async () => {
    const { exitCode: code, stdout } = await call(['demo', '--in-memory', '--fast', '--json']);
    const lines = stdout.trimEnd().split('\n');
    const figures = JSON.parse(lines.at(-1) ?? '');
    expect(code).toBe(0);
    expect(figures).toMatchObject({
      outcome: 'Switched',
      from: 'blue',
      to: 'green',
      requests: { failedAfterRestore: 0 },
      activeFaces: { ssm: 'green', dnsTxt: 'green', configMap: 'green', weights: 'green' },
    });
    expect(figures.secondsToDetect).toBeGreaterThanOrEqual(60);
    expect(figures.secondsToDecide).toBeLessThanOrEqual(130);
    expect(figures.secondsToWithdraw).toBeLessThanOrEqual(240);
    expect(figures.secondsToRestore).toBeLessThanOrEqual(300);
    expect(figures.stateTransitions).toBeLessThanOrEqual(60);
    expect(figures.requests.sent).toBeGreaterThan(1_000);
    for (const word of [
      'alarm',
      'outside blue',
      'verdict',
      'claim',
      'fence',
      'pods green',
      'steer',
      'verify',
      'commit',
      'parameter',
    ]) {
      expect(
        lines.some((line) => line.includes(word)),
        word,
      ).toBe(true);
    }
  });

  it('plays the same play for the same seed, and another for another', async () => {
    const [one, again, other] = [
      await call(['demo', '--in-memory', '--fast', '--seed', '7']),
      await call(['demo', '--in-memory', '--fast', '--seed', '7']),
      await call(['demo', '--in-memory', '--fast', '--seed', '8']),
    ];
    expect(again.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });

  it.each([
    ['--seed', 'x'],
    ['--scenario', 'nobody-wrote-this'],
  ])('refuses %s %s with exit code 2', async (option, value) => {
    expect((await call(['demo', '--fast', option, value])).exitCode).toBe(2);
  });
});

describe('a rehearsal in the demo', () => {
  it('of ring 0 goes there and back, explains itself and exits 0', async () => {
    const { exitCode: code, stdout } = await call([
      'demo',
      '--in-memory',
      '--fast',
      '--json',
      '--scenario',
      'drill-ring',
    ]);
    expect(code, stdout).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      outcome: 'Succeeded',
      secondsToWithdraw: expect.any(Number),
      secondsToReturn: expect.any(Number),
      activeFaces: { ssm: 'blue', dnsTxt: 'blue', configMap: 'blue', weights: 'blue' },
    });
    for (const words of ['its names answer blue and green', 'begins: ring 0 to green and back', 'commit'])
      expect(stdout).toContain(words);
  });

  it('gives way to an outage, explains itself and exits 0', async () => {
    const scenario = 'outage-during-drill';
    const { exitCode: code, stdout } = await call(['demo', '--in-memory', '--fast', '--json', '--scenario', scenario]);
    expect(code, stdout).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      outcome: 'Switched',
      drill: 'Interrupted',
      activeFaces: { ssm: 'green', dnsTxt: 'green', configMap: 'green', weights: 'green' },
    });
    expect(stdout).toMatch(/drill +Interrupted: .*\(automatic failover\) has taken the pair/);
  });
});

describe('a demo without one of its protections fails', () => {
  it('and is met in all its expectations with them', async () => {
    expect(await unmet(activeDies)).toEqual([]);
  });

  it.each(Object.entries(without))('%s, and exits 1', async (_, { functions, unmet: missing }) => {
    const replaced = Object.entries(functions).map(([key, changed]) => [key, changed(steps[key as FunctionKey])]);
    expect((await unmet(activeDies, Object.fromEntries(replaced))).join('\n')).toContain(missing);
  });
});
