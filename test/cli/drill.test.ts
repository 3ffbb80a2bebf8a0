import { beforeAll, describe, expect, it } from 'vitest';
import { activated, type Terminal } from './in-memory.ts';

let at: Terminal;
beforeAll(async () => {
  at = await activated();
});

describe('throwover drill', () => {
  it('rehearses with ring 0, tells what happens, and exits 0', async () => {
    const { exitCode, stdout } = await at.type(['drill', '--kind', 'ring', '--reason', 'new ingress']);
    expect(exitCode, stdout).toBe(0);
    expect(stdout).toMatch(/\n {2}\d\d:\d\d {2}GoThere +drill-\S+-out: blue -> green\n/);
    expect(stdout).toMatch(/\n {2}\d\d:\d\d {2}GoBack +drill-\S+-back: green -> blue\n/);
    expect(stdout).toMatch(
      /\nSucceeded {2}shop blue -> green, ring drill\n {2}ring 0 of shop went to green and is back on blue\n/,
    );
    expect(stdout).toMatch(/\n {2}there {2}Switched in \d+ s, run drill-/);
    expect(stdout).toContain('next  throwover drills --pair shop');
    expect(await at.stage.ledger('shop')).toMatchObject({ active: 'blue', rings: {} });
  });

  it('gives the record as the last line with --json', async () => {
    const { exitCode, stdout } = await at.type([
      'drill',
      '--kind',
      'preview',
      '--reason',
      'before the freeze',
      '--json',
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      outcome: 'Succeeded',
      kind: 'preview',
      startedBy: 'person',
      reason: 'before the freeze',
      runs: [{ leg: 'out', outcome: 'Previewed' }],
    });
  });

  it('that is skipped says why and exits 3', async () => {
    await at.type(['pause', '--reason', 'release night']);
    const { exitCode, stdout } = await at.type(['drill', '--kind', 'ring', '--reason', 'now']);
    await at.type(['resume']);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/Skipped {2}shop blue -> green, ring drill\n {2}paused by .*release night/);
  });

  it('only starts it with --no-wait', async () => {
    const { exitCode, stdout } = await at.type(['drill', '--kind', 'preview', '--reason', 'x', '--no-wait']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^started arn:\S+:throwover-lab-drill:drill-/);
    await at.clock.run(120_000);
  });

  it.each([
    [['--kind', 'dry'], 'there is no drill dry; known: preview, ring, full.'],
    [['--kind', 'ring', '--return'], '--return and --stay are for --kind full: the other kinds leave nothing behind.'],
    [['--kind', 'full', '--return', '--stay'], '--return or --stay, not both.'],
    [['--kind', 'ring'], 'say why: --reason "…". It stands in the ledger and in the record of the run.'],
  ])('refuses %j', async (options, sentence) => {
    const { exitCode, stderr } = await at.type(['drill', ...options]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: `throwover: ${sentence}\n` });
  });
});

describe('throwover drills', () => {
  it('shows the newest first, with how long the traffic took, and when the next one is due', async () => {
    const { exitCode, stdout } = await at.type(['drills']);
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/began \(UTC\) +kind +way +outcome +there +back +because/);
    expect(lines.map((line) => /(Succeeded|Skipped)/.exec(line)?.[1]).filter(Boolean)).toEqual([
      'Succeeded',
      'Skipped',
      'Succeeded',
      'Succeeded',
    ]);
    expect(lines.find((line) => line.includes(' ring  ') && line.includes('Succeeded'))).toMatch(/\d+ s +\d+ s/);
    expect(lines.at(-1)).toBe('The next one is due 2026-01-06 09:00 UTC: ring.');
  });

  it('says the same as JSON', async () => {
    const { stdout } = await at.type(['drills', '--json', '--limit', '1']);
    expect(JSON.parse(stdout)).toMatchObject({
      pair: 'shop',
      next: { at: Date.parse('2026-01-06T09:00:00Z'), kind: 'ring' },
      drills: [{ outcome: 'Succeeded', kind: 'preview' }],
    });
  });

  it('says so where none has been, and refuses a limit that is none', async () => {
    const fresh = await activated();
    expect((await fresh.type(['drills'])).stdout).toContain('shop was never rehearsed.');
    expect((await fresh.type(['drills', '--limit', '0'])).exitCode).toBe(2);
  });

  it('says that one was missed: its slot passed after somebody began to look', async () => {
    const { stage, type, done } = await activated();
    const { notes } = stage.inMemory.ports;
    const since = await done(notes.read('shop', 'drills-since'));
    if (since === undefined) throw new Error('nobody looks');
    await done(notes.replace('shop', since, { since: Date.parse('2025-11-01T00:00:00Z') }));
    expect((await type(['drills'])).stdout).toContain('missed: nothing began at 2025-12-02T09:00:00.000Z');
  });
});

describe('a drill that a person stopped between its legs', () => {
  it('is in drills and in status: where ring 0 is, and the command that brings it back', async () => {
    const { stage, clock, type } = await activated();
    const { stepFunctions, machines } = stage.inMemory.world;
    const input = JSON.stringify({ kind: 'ring', reason: 'x' });
    const { executionArn } = stepFunctions.startExecution({ stateMachineArn: machines.drill, input });
    const ledger = async () => (await stage.ledger('shop')) as { rings: Record<string, string>; holder?: unknown };
    for (let waited = 0; waited < 60; waited++) {
      await clock.run(15_000);
      const { rings, holder } = await ledger();
      if (rings[0] === 'green' && holder === undefined) break;
    }
    const baking = await type(['status']);
    expect(baking.stdout).toMatch(/\n {2}drill-\S+ is under way, its users are on green\n/);
    expect(baking.stdout).not.toContain('end the drill');
    stepFunctions.stopExecution({ executionArn });
    await clock.run(240_000);
    const next = 'throwover switch --pair shop --to blue --ring 0 --reason "end the drill"';
    const status = await type(['status']);
    expect(status.stdout).toMatch(
      /\n {2}drill-\S+ ended Interrupted, and left its users on green: its execution is ABORTED/,
    );
    expect(status.stdout.trimEnd().split('\n').at(-1)).toBe(`next  ${next}`);
    expect((await type(['drills'])).stdout).toMatch(
      new RegExp(`\\ndrill-\\S+ left its users on green; they come back with: ${next}\\n`),
    );
    await type(['switch', '--to', 'blue', '--ring', '0', '--reason', 'end the drill', '--yes']);
    await clock.run(120_000);
    expect((await type(['drills'])).stdout).not.toContain('left its users');
    expect((await type(['status'])).stdout).not.toContain('end the drill');
  });
});
