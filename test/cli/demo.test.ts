import { describe, expect, it } from 'vitest';
import { activeDies } from '../../cli/demo/active-dies.ts';
import { type FunctionKey, steps } from '../../functions/steps.ts';
import { without } from '../without.ts';
import { call } from './call.ts';
import { unmet } from './demo/unmet.ts';

/** Name and reason of each gate that a verdict lists. */
function gatesAskedBeforeClaim(told: string): [string, string][] {
  return [...told.matchAll(/^ {3}\d\d:\d\d {4}open +(\w+) +(.+)$/gm)].map(([, gate = '', because = '']) => [
    gate,
    because,
  ]);
}

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

  it('shows each gate with its numbers, the epoch in every zone, the batch, the answers that flip and a table at the end', async () => {
    const { stdout } = await call(['demo', '--in-memory', '--fast', '--json']);
    const before = stdout.slice(0, stdout.indexOf(' claim '));
    const asked = gatesAskedBeforeClaim(before);
    expect(before).toContain(`${asked.length} of ${asked.length} gates open`);
    for (const [gate, numbers] of asked) expect(numbers, gate).toMatch(/\d|nobody|auto|ledger|nothing/);
    const lines = stdout.split('\n');
    const figures = JSON.parse(lines.at(-2) ?? '');
    const shown = [
      /^ {3}\d\d:\d\d {2}alarm +throwover-lab-shop-blue-no-healthy-hosts is in ALARM/,
      /inside blue +canary .*, Kubernetes API unreachable: .+$/,
      /fence +epoch 2 stands in example.test, pivot.test$/,
      /pods green +8 of 9 ready$/,
      /steer +example.test: 100 of 100 on green; pivot.test: 100 of 100 on green$/,
      /dig TXT ns1 +shop._throwover.example.test. "v=1 .*epoch=2 .*active=green/,
      /dig A ns2 +every name of pivot.test answers green$/,
      /verify +on every server after \d+ s$/,
      /commit +green is active, ledger rev \d+$/,
      /parameter +\/throwover\/shop\/active-cluster = green$/,
      new RegExp(`^ {2}time to detect +${figures.secondsToDetect} s$`),
      new RegExp(`^ {2}time to decide +${figures.secondsToDecide} s$`),
      new RegExp(`^ {2}time to withdraw +${figures.secondsToWithdraw} s$`),
      new RegExp(`^ {2}time to restore +${figures.secondsToRestore} s$`),
      new RegExp(
        `^ {2}requests +${figures.requests.sent} sent, ${figures.requests.failed} failed, 0 of them after INSYNC`,
      ),
      new RegExp(`^ {2}tail +${figures.requests.failedInTail} failed .* still name the old side$`),
      new RegExp(
        `^ {2}Route 53 +${figures.route53.calls} calls, ${figures.route53.changeCalls} of them changes, ${figures.route53.changeTokens} change tokens$`,
      ),
      new RegExp(`^ {2}Step Functions +${figures.stateTransitions} state transitions$`),
    ];
    const places = shown.map((line) => lines.findIndex((printed) => line.test(printed)));
    expect(shown.filter((_, at) => places[at] === -1)).toEqual([]);
    // the claim comes before the fence, the ready pods before the batch, INSYNC before the commit
    const order = ['alarm', 'verdict', 'claim', 'fence', 'wake', 'steer', 'verify', 'commit', 'parameter'].map((word) =>
      lines.findLastIndex((line) => new RegExp(`^ {2}[ -]\\d\\d:\\d\\d {2}${word} `).test(line)),
    );
    expect(order.slice(2)).toEqual(order.slice(2).sort((a, b) => a - b));
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
