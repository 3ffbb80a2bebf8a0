/** The first thing a newcomer runs, as he runs it: real sockets, packaged functions, the end in its figures. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, throwover } from './process.ts';

let first: Ended;
let second: Ended;
let busy: Worker;

beforeAll(async () => {
  // two at once and a busy worker beside them: each has a part of the machine that nobody can foresee
  busy = new Worker('for (;;);', { eval: true });
  const demo = () => throwover(['demo', '--fast', '--json']);
  [first, second] = await Promise.all([demo(), demo()]);
}, 180_000);

afterAll(() => busy.terminate());

const lastLine = ({ stdout }: Ended) => stdout.trimEnd().split('\n').at(-1) ?? '';
/** Ports are any that are free. */
const withoutPorts = ({ stdout }: Ended) => stdout.replace(/(127\.0\.0\.\d+):\d+/g, '$1:port');

/** What README's first screen says that the command prints, without what it leaves out. */
function onFirstScreen(): string[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, block = ''] = /```text\n\$ npm ci && npm run demo\n(.*?)```/s.exec(readme) ?? [];
  return block.split('\n').filter((line) => line.trim() !== '' && line.trim() !== '...');
}

describe('npm run demo', () => {
  it('prints each line that README shows of it, in that order', () => {
    const shown = onFirstScreen();
    expect(shown.length).toBeGreaterThan(10);
    const printed = first.stdout.split('\n').filter((line) => shown.includes(line));
    expect(printed).toEqual(shown);
  });

  it('exits 0: every expectation of the scenario holds', () => {
    expect(first.code, first.stdout + first.stderr).toBe(0);
    expect(first.stdout).not.toMatch(/^ {2}NO /m);
  });

  it('ends in one line of JSON with every figure', () => {
    expect(JSON.parse(lastLine(first))).toEqual({
      outcome: 'Switched',
      from: 'blue',
      to: 'green',
      epoch: 2,
      secondsToDetect: expect.any(Number),
      secondsToDecide: expect.any(Number),
      secondsToWithdraw: expect.any(Number),
      secondsToRestore: expect.any(Number),
      requests: {
        sent: expect.any(Number),
        failed: expect.any(Number),
        failedAfterRestore: 0,
        failedInTail: expect.any(Number),
      },
      route53: { calls: expect.any(Number), changeCalls: expect.any(Number), changeTokens: expect.any(Number) },
      stateTransitions: expect.any(Number),
      activeFaces: { ssm: 'green', dnsTxt: 'green', configMap: 'green', weights: 'green' },
    });
  });

  it('is the same play, line by line, on a machine that is busy in another way', () => {
    expect(withoutPorts(second)).toBe(withoutPorts(first));
  });

  it('stays within the objectives', () => {
    const { secondsToDetect, secondsToDecide, secondsToWithdraw, secondsToRestore, stateTransitions } = JSON.parse(
      lastLine(first),
    );
    expect(secondsToDetect).toBeGreaterThanOrEqual(60);
    expect(secondsToDecide).toBeLessThanOrEqual(130);
    expect(secondsToWithdraw).toBeLessThanOrEqual(240);
    expect(secondsToRestore).toBeLessThanOrEqual(300);
    expect(stateTransitions).toBeLessThanOrEqual(60);
  });
});
