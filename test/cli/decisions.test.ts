import { beforeAll, describe, expect, it } from 'vitest';
import { RECORDS } from '../../lab/world/names.ts';
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
    for (const part of ['detect', 'decide', 'withdraw'])
      expect(stdout).toMatch(new RegExp(`\n {2}${part} +[\\d.]+ s, from`));
    expect(stdout).toMatch(/\n {2}restore {3}not known: a planned move: users were served all the time/);
    expect(stdout).toMatch(/\n {2}requests {2}\d+ sent, 0 failed, .*; \d+ looks from outside, 20\S+Z to 20\S+Z\n/);
    expect(stdout).toContain('  tail      not known yet: counted when the old side stands down\n');
    expect(stdout).toMatch(/Z {2}the pair was claimed\n/);
    expect(stdout).toMatch(/Z {2}switchover from blue to green claimed\n/);
    expect(stdout).toMatch(/Z {2}ended Switched\n$/);
  });

  it('prints as JSON the record itself, the one that is in S3', async () => {
    const told = JSON.parse((await at.type(['report', run, '--json'])).stdout);
    expect(told).toMatchObject({ outcome: 'Switched', to: 'green', secondsTo: { withdraw: expect.any(Number) } });
    const { s3 } = at.stage.inMemory.world;
    const { Contents } = s3.listObjectsV2({ Bucket: RECORDS });
    const Key = Contents.map((one) => one.Key).find((key) => key.endsWith(`/${run}.json`)) ?? '';
    expect(JSON.parse(Buffer.from(s3.getObject({ Bucket: RECORDS, Key }).Body).toString())).toEqual(told);
  });

  it('says of a part that was not measured that it was not, and of a record that S3 did not take why', async () => {
    const other = await activated({
      network: (inner) => ({
        out: (call) => (call === 's3:PutObject' ? Promise.reject(new Error('no bucket')) : inner.out(call)),
        back: (call) => inner.back(call),
      }),
    });
    other.stage.inMemory.world.clusters.green?.inflict('kill');
    await other.type(['switch', '--to', 'green', '--reason', 'in vain', '--yes']);
    const { stdout } = await other.type(['report']);
    expect(stdout).toMatch(/^Held /m);
    expect(stdout).toContain('  withdraw  not measured, from the signal');
    expect(stdout).toMatch(/Z {2}not kept in S3: Error: no bucket\n/);
    expect(stdout).toContain('  restore   not known: this run did not come so far\n');
    expect(stdout).toContain('  tail      none: nobody was moved\n');
  });

  it('shows a drill with its legs by its name', async () => {
    const other = await activated();
    await other.type(['drill', '--kind', 'ring', '--reason', 'november']);
    await other.clock.run(1_800_000);
    const { name } = JSON.parse((await other.type(['drills', '--json'])).stdout).drills[0];
    const { exitCode, stdout } = await other.type(['report', name]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\nSucceeded {2}shop, drill ring, blue -> green: november\n/);
    expect(stdout).toMatch(/\n {2}out {3}Switched, epoch \d+, moved in [\d.]+ s {2}drill-\S+-out\n/);
    expect(stdout).toMatch(/\n {2}back {2}Switched, epoch \d+, moved in/);
    expect(JSON.parse((await other.type(['report', name, '--json'])).stdout)).toMatchObject({ name, kind: 'ring' });
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
