import { describe, expect, it } from 'vitest';
import { activated, type Terminal } from './in-memory.ts';

const event = (terminal: Terminal, alarmName: string, value = 'ALARM', secondsAgo = 0) => ({
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  detail: {
    alarmName,
    state: { value, timestamp: new Date(terminal.clock.now() - secondsAgo * 1000).toISOString() },
  },
});

async function told(): Promise<Terminal> {
  const terminal = await activated();
  const { inMemory } = terminal.stage;
  const first = event(terminal, 'throwover-lab-shop-blue-5xx');
  for (const one of [
    first,
    first,
    event(terminal, 'throwover-lab-shop-old', 'ALARM', 600),
    event(terminal, 'billing'),
    event(terminal, 'throwover-lab-shop-ended', 'OK', 60),
  ])
    await terminal.done(inMemory.call('on-alarm', one));
  await terminal.done(inMemory.call('on-alarm', { hello: 'world' }).catch(() => {}));
  return terminal;
}

describe('throwover signals', () => {
  it('lists what came, the newest first, what was done with it and why', async () => {
    const terminal = await told();
    const { exitCode, stdout } = await terminal.type(['signals']);
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    const lineOf = (name: string) => lines.find((line) => line.includes(name)) ?? '';
    expect(lineOf('throwover-lab-shop-blue-5xx')).toMatch(
      /shop .*cloudwatch .*started, came 2 times .*started shop-1-/,
    );
    expect(lineOf('throwover-lab-shop-old')).toMatch(/stale .*600 s old, 300 s is the most/);
    expect(lineOf('throwover-lab-shop-ended')).toMatch(/not an alarm/);
    expect(lineOf('billing')).toMatch(/\(none\) .*no pair/);
    expect(lineOf('unknown')).toMatch(/refused .*"hello"/);
    expect(lines.at(-1)).toContain('throwover-lab-shop-old');
  });

  it('of one pair, the newest few, as one line of JSON', async () => {
    const terminal = await told();
    const { stdout } = await terminal.type(['signals', '--pair', 'shop', '--limit', '2', '--json']);
    const { signals } = JSON.parse(stdout);
    expect(signals).toMatchObject([
      { pair: 'shop', name: 'throwover-lab-shop-blue-5xx', did: 'started', times: 2 },
      { name: 'throwover-lab-shop-ended' },
    ]);
    expect(signals).toHaveLength(2);
  });

  it('says so when nothing came', async () => {
    const { stdout } = await (await activated()).type(['signals']);
    expect(stdout).toContain('Nothing came');
  });

  it.each([
    [['--pair', 'bakery'], 'there is no pair bakery; known: shop'],
    [['--limit', '0'], '--limit takes a whole number from 1 to 1000'],
  ])('refuses %j', async (more, sentence) => {
    const { exitCode, stderr } = await (await activated()).type(['signals', ...more]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
