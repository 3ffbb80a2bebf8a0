import { describe, expect, it } from 'vitest';
import { labTopology } from '../lab-topology.ts';
import { activated, type Terminal } from './in-memory.ts';

/** A pair in mode approve whose active cluster is dead: its run waits. */
async function waiting(): Promise<Terminal & { run: string }> {
  const topology = labTopology();
  const { shop } = topology.pairs;
  if (shop === undefined) throw new Error('no pair');
  const at = await activated({ topology: { ...topology, pairs: { shop: { ...shop, mode: 'approve' } } } });
  await at.stage.inflict('kill', 'blue');
  await at.clock.run(240_000);
  const [asking] = await at.stage.inMemory.world.stepFunctions.listExecutions({
    stateMachineArn: at.stage.inMemory.switchArn,
    statusFilter: 'RUNNING',
  }).executions;
  return { ...at, run: asking?.name ?? 'none' };
}

describe('throwover approve', () => {
  it('shows what is asked, asks back, and lets the run go on', async () => {
    const at = await waiting();
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return 'y';
    };
    const { exitCode, stdout } = await at.type(['approve', '--reason', 'seen it'], { ask });
    expect({ exitCode, questions }).toEqual({ exitCode: 0, questions: [`approve ${at.run}? [y/N] `] });
    expect(stdout).toContain(`${at.run} asks: may an automatic failover move users from blue to green?`);
    expect(stdout).toMatch(/\d+ names of ring 0 and 1, in one swap; intent [0-9a-f]{16}/);
    expect(stdout).toMatch(/because {3}ActiveDead/);
    expect(stdout).toMatch(/expires {3}2026-\S+ \(in \d+ s\); without an answer nothing moves/);
    expect(stdout).toMatch(/^Recorded {2}shop/m);
    await at.clock.run(180_000);
    expect(await at.stage.ledger('shop')).toMatchObject({ active: 'green' });
  });

  it('answered with no leaves the run waiting; nothing was started', async () => {
    const at = await waiting();
    const { exitCode, stderr } = await at.type(['approve'], { ask: async () => 'n' });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'throwover: nothing was answered; the run goes on waiting.\n',
    });
    const running = at.stage.inMemory.world.stepFunctions.describeExecution({
      executionArn: `${at.stage.inMemory.switchArn.replace(':stateMachine:', ':execution:')}:${at.run}`,
    });
    expect(running.status).toBe('RUNNING');
  });

  it('never prints the token that wakes the run', async () => {
    const at = await waiting();
    const note = await at.done(at.stage.inMemory.ports.notes.read('shop', `approval#${at.run}`));
    const { stdout, stderr } = await at.type(['approve', '--yes']);
    expect(`${stdout}${stderr}`).not.toContain(String(note?.item.token));
  });

  it('refuses a run that does not ask, with exit code 2', async () => {
    const at = await activated();
    expect(await at.type(['approve'])).toMatchObject({
      exitCode: 2,
      stderr: 'throwover: no run of shop waits for a person.\n',
    });
    expect((await at.type(['approve', 'another'])).stderr).toBe('throwover: another does not wait for a person.\n');
  });
});

describe('throwover reject', () => {
  it('wants a reason, and ends the run Held with it', async () => {
    const at = await waiting();
    expect((await at.type(['reject'])).stderr).toContain('say why: --reason');
    const { exitCode, stdout } = await at.type(['reject', '--reason', 'we fix blue', '--yes']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('the run ends Held; nobody was moved');
    await at.clock.run(30_000);
    const { output } = at.stage.inMemory.world.stepFunctions.describeExecution({
      executionArn: `${at.stage.inMemory.switchArn.replace(':stateMachine:', ':execution:')}:${at.run}`,
    });
    expect(JSON.parse(output ?? '{}')).toMatchObject({
      outcome: 'Held',
      because: [expect.stringContaining('we fix blue')],
    });
  });
});
