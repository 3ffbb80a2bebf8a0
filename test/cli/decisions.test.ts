import { beforeAll, describe, expect, it } from 'vitest';
import { activated, type Terminal } from './in-memory.ts';

let at: Terminal;
let run = '';
beforeAll(async () => {
  at = await activated();
  await at.type(['switch', '--to', 'green', '--reason', 'CNI upgrade', '--yes']);
  const { stdout } = await at.type(['decisions', '--json']);
  run = JSON.parse(stdout).decisions[0].run;
});

describe('throwover decisions', () => {
  it('says so where nothing was decided yet', async () => {
    expect((await (await activated()).type(['decisions'])).stdout).toBe('nothing was decided about shop yet.\n');
  });

  it('lists what was decided, with the run and why', async () => {
    const { exitCode, stdout } = await at.type(['decisions']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^2026-\S+Z {2}Switched {2}switchover blue -> green, epoch 2\n/);
    expect(stdout).toContain(`  ${run}\n`);
  });

  it('keeps what people say of one', async () => {
    const { exitCode, stdout } = await at.type(['decisions', 'mark', run, 'right', '--note', 'nobody noticed']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/right, says person:\S+: nobody noticed\n$/);
    await at.type(['decisions', 'mark', run, 'harmless']);
    const listed = JSON.parse((await at.type(['decisions', '--json'])).stdout);
    expect(listed.decisions[0].marks.map(({ said }: { said: string }) => said)).toEqual(['right', 'harmless']);
  });

  it.each([
    [['mark'], 'say which run and what you think of it'],
    [['mark', 'x', 'great'], 'say which run and what you think of it'],
    [['mark', 'x', 'right'], 'no decision of shop knows a run x.'],
    [['marks'], 'decisions takes nothing or `mark <run>'],
    [['--limit', '0'], '--limit takes a whole number from 1 on, found 0.'],
  ])('refuses %j', async (words, sentence) => {
    const { exitCode, stderr } = await at.type(['decisions', ...words]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(sentence);
  });
});

describe('throwover report', () => {
  it('prints the record of the last run, how long it took, and its steps', async () => {
    const { exitCode, stdout } = await at.type(['report']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(run);
    expect(stdout).toMatch(/Switched {2}shop blue -> green, epoch 2/);
    expect(stdout).toMatch(/committed [\d.]+ s after the claim, ended after [\d.]+ s/);
    expect(stdout).toMatch(/Z {2}switchover from blue to green claimed\n/);
    expect(stdout).toMatch(/Z {2}ended Switched\n$/);
  });

  it('gives the same as JSON, of a run that is named', async () => {
    const told = JSON.parse((await at.type(['report', run, '--json'])).stdout);
    expect(told).toMatchObject({
      run,
      record: { outcome: 'Switched', to: 'green' },
      seconds: { toCommit: expect.any(Number) },
    });
    expect(told.seconds.toEnd).toBeGreaterThanOrEqual(told.seconds.toCommit);
    expect(told.timeline.length).toBeGreaterThan(3);
  });

  it('finds the record of a run that was held, which has no epoch of its own', async () => {
    await at.type(['pause', '--reason', 'x']);
    const signal = { source: 'test', name: 'x', at: at.clock.now() };
    const { stepFunctions } = at.stage.inMemory.world;
    const stateMachineArn = at.stage.inMemory.switchArn;
    const input = JSON.stringify({ mode: 'failover', signal });
    stepFunctions.startExecution({ stateMachineArn, name: 'held-1', input });
    await at.clock.run(120_000);
    const { exitCode, stdout } = await at.type(['report', 'held-1']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Held {2}shop/);
  });

  it('refuses a run that left none, with exit code 2', async () => {
    expect(await at.type(['report', 'nobody'])).toMatchObject({ exitCode: 2 });
  });
});
