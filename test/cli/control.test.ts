import { beforeAll, describe, expect, it } from 'vitest';
import { activated, type Terminal, terminal } from './in-memory.ts';

let at: Terminal;
beforeAll(async () => {
  at = await activated();
});

describe('throwover accept', () => {
  it('activates a pair for the first time, without a word about states', async () => {
    const fresh = terminal();
    const { exitCode, stdout } = await fresh.type(['accept', '--active', 'blue']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Recorded {2}shop, epoch 1, accept, active: blue\n/);
    expect(stdout).not.toContain('Admit');
    expect(await fresh.stage.ledger('shop')).toMatchObject({ active: 'blue', epoch: 1 });
  });

  it('refuses what the zones do not say, with exit code 2', async () => {
    const { exitCode, stdout } = await at.type(['accept', '--active', 'green', '--json']);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'Refused', pair: 'shop' });
  });

  it.each([
    [[], 'say which cluster: --active blue or --active green.'],
    [['--active', 'red'], 'there is no cluster red; the pair has blue and green'],
  ])('refuses %j', async (options, sentence) => {
    const { exitCode, stderr } = await at.type(['accept', ...options]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: `throwover: ${sentence}\n` });
  });
});

describe('throwover pause and resume', () => {
  it('pauses until a time counted by the clock of the world, and resumes', async () => {
    const before = at.clock.now();
    const paused = await at.type(['pause', '--reason', 'Route 53 incident', '--until', '2h']);
    expect(paused.exitCode).toBe(0);
    expect(paused.stdout).toMatch(/^Recorded {2}shop, pause, active: blue\n {2}paused: Route 53 incident/);
    expect(paused.stdout).toContain('next  throwover resume --pair shop');
    const { pause } = (await at.stage.ledger('shop')) as unknown as { pause: { until: number; reason: string } };
    expect(pause).toMatchObject({ reason: 'Route 53 incident', by: expect.stringMatching(/^person:.+@.+/) });
    expect(pause.until - before).toBeGreaterThanOrEqual(7_200_000);
    expect(pause.until - before).toBeLessThan(7_203_000);
    expect((await at.type(['resume'])).exitCode).toBe(0);
    expect(await at.stage.ledger('shop')).not.toHaveProperty('pause');
  });

  it('takes a time with its offset', async () => {
    expect((await at.type(['pause', '--reason', 'x', '--until', '2026-01-01T08:00:00+02:00'])).exitCode).toBe(0);
    expect(await at.stage.ledger('shop')).toMatchObject({ pause: { until: Date.parse('2026-01-01T06:00:00Z') } });
    await at.type(['resume']);
  });

  it.each([
    ['soon', '--until takes 90m, 2h, 3d, or a time with its offset'],
    ['2026-03-01T06:00:00', '--until takes 90m, 2h, 3d, or a time with its offset'],
    ['2020-03-01T06:00:00Z', '--until 2020-03-01T06:00:00Z is over already.'],
    ['0m', '--until 0m is over already.'],
  ])('refuses --until %s and pauses nothing', async (until, sentence) => {
    const { exitCode, stderr } = await at.type(['pause', '--reason', 'x', '--until', until]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(sentence);
    expect(await at.stage.ledger('shop')).not.toHaveProperty('pause');
  });

  it('needs a reason for a pause, and a pause to resume', async () => {
    expect((await at.type(['pause'])).stderr).toContain('say why: --reason');
    const { exitCode, stdout } = await at.type(['resume']);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('shop is not paused');
  });
});

describe('throwover ack', () => {
  it('has nothing to acknowledge without an automatic move', async () => {
    const { exitCode, stdout } = await at.type(['ack']);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('nothing to acknowledge');
  });

  it('opens the way for the next automatic move after one', async () => {
    const died = await activated();
    await died.stage.inflict('kill', 'blue');
    await died.clock.run(400_000);
    expect(await died.stage.ledger('shop')).toMatchObject({ active: 'green', acknowledged: false });
    expect((await died.type(['ack'])).exitCode).toBe(0);
    expect(await died.stage.ledger('shop')).toMatchObject({ acknowledged: true });
  });
});

describe('throwover abort', () => {
  it.each([[[]], [['--stay', '--back']]])('refuses %j: it must know what becomes of the users', async (options) => {
    const { exitCode, stderr } = await at.type(['abort', ...options]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--stay (where they are now) or --back (where they were)');
  });

  it('has nothing to abort when nobody holds the pair', async () => {
    const { exitCode, stdout } = await at.type(['abort', '--back']);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('no run holds shop');
  });

  it('asks the run that holds the pair, with the reason', async () => {
    const moving = await activated();
    await moving.type(['switch', '--to', 'green', '--reason', 'x', '--no-wait']);
    await moving.clock.run(30_000);
    const { exitCode } = await moving.type(['abort', '--stay', '--reason', 'errors']);
    expect(exitCode).toBe(0);
    const { abort } = (await moving.stage.ledger('shop')) ?? {};
    expect(Object.entries(abort ?? {})).toEqual(
      expect.arrayContaining([
        ['then', 'stay'],
        ['reason', 'errors'],
      ]),
    );
  });
});

describe('throwover repair', () => {
  it('moves nobody when every name stands on one cluster', async () => {
    const { exitCode, stdout } = await (await activated()).type(['repair']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Unchanged  shop, epoch 2, repair, active: blue');
    expect(stdout).toContain('every name of every zone stands on blue');
  });

  it('refuses a cluster that the pair does not have', async () => {
    const { exitCode, stderr } = await at.type(['repair', '--to', 'red']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('blue and green');
  });
});
