import { beforeAll, describe, expect, it } from 'vitest';
import type { Connect } from '../../cli/console.ts';
import { call } from './call.ts';
import { activated, type Terminal } from './in-memory.ts';

const PLANNED = ['switch', '--to', 'green', '--reason', 'CNI upgrade'];

const unexpected: Connect = async () => {
  throw new Error('nothing was to be asked');
};

/** What the execution that was started last has left. */
function lastOutput({ stage: { inMemory } }: Terminal): unknown {
  const { stepFunctions } = inMemory.world;
  const [last] = stepFunctions.listExecutions({ stateMachineArn: inMemory.switchArn }).executions;
  const { output = 'null' } = stepFunctions.describeExecution({ executionArn: last?.executionArn ?? '' });
  return JSON.parse(output);
}

const started = ({ stage: { inMemory } }: Terminal) =>
  inMemory.world.stepFunctions
    .listExecutions({ stateMachineArn: inMemory.switchArn })
    .executions.filter(({ name }) => name.startsWith('switchover-')).length;

describe('throwover switch', () => {
  it('tells every state with its time, then the record with the one next command', async () => {
    const { exitCode, stdout, stderr } = await (await activated()).type(PLANNED);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    const told = lines.flatMap((line) => /^ {2}\d\d:\d\d {2}(\w+)/.exec(line)?.[1] ?? []);
    const order = ['Admit', 'Judge', 'Claim', 'Fence', 'Prepare', 'Steer', 'Verify', 'JudgeStep', 'Commit', 'PayDebts'];
    expect(order.map((state) => told.indexOf(state))).not.toContain(-1);
    expect(order.map((state) => told.indexOf(state))).toEqual(
      [...order.map((state) => told.indexOf(state))].sort((a, b) => a - b),
    );
    expect(told).not.toContain('Report');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}00:0\d {2}Claim +epoch 2$/));
    expect(lines).toContain('Switched  shop blue -> green, epoch 2, switchover, active: green');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}example\.test +0 +0 % +100 % +green$/));
    expect(lines.at(-1)).toBe('next  throwover status --pair shop');
  });

  it('prints with --json exactly the output of the execution, and what happens meanwhile to stderr', async () => {
    const terminal = await activated();
    const { exitCode, stdout, stderr } = await terminal.type([...PLANNED, '--json']);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd()).not.toContain('\n');
    expect(JSON.parse(stdout)).toEqual(lastOutput(terminal));
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'Switched',
      from: 'blue',
      to: 'green',
      epoch: 2,
      active: 'green',
    });
    expect(stderr).toContain('Claim');
  });

  it('moves one ring when asked', async () => {
    const { exitCode, stdout } = await (await activated()).type([...PLANNED, '--ring', '0', '--json']);
    expect(exitCode).toBe(0);
    const { zones } = JSON.parse(stdout) as { zones: { ring: number; weights: object }[] };
    expect(zones.find(({ ring }) => ring === 0)?.weights).toEqual({ blue: 0, green: 100 });
    expect(zones.find(({ ring }) => ring === 1)?.weights).toEqual({ blue: 100, green: 0 });
  });

  it('has nothing to do when that cluster is active: says so, exit code 0', async () => {
    const { exitCode, stdout } = await (await activated()).type(['switch', '--to', 'blue', '--reason', 'habit']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Unchanged  shop');
    expect(stdout).toContain('blue is already active: there is nothing to move');
  });

  it('is held by closed gates: what was seen, what would open each, who may answer for it; exit code 3', async () => {
    const terminal = await activated();
    await terminal.stage.inflict('kill', 'green');
    await terminal.clock.run(30_000);
    const { exitCode, stdout } = await terminal.type(PLANNED);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('Held  shop blue -> green');
    expect(stdout).toMatch(
      /\n {2}TargetReady closed: .*0 of 0 nodes ready, 1 needed\n {6}opens when {2}green has its API/,
    );
    expect(stdout).toContain('or          a person answers for it: --override TargetReady');
    expect(await terminal.stage.ledger('shop')).toMatchObject({ active: 'blue', epoch: 1 });
  });

  it('sends every override and the kind of move to the machine', async () => {
    const terminal = await activated();
    await terminal.type([
      'switch',
      '--to',
      'green',
      '--reason',
      'r',
      '--failover',
      '--override',
      'Capacity',
      'FacesAgree',
      '--no-wait',
    ]);
    const { stepFunctions } = terminal.stage.inMemory.world;
    const [last] = stepFunctions.listExecutions({ stateMachineArn: terminal.stage.inMemory.switchArn }).executions;
    const { input } = stepFunctions.describeExecution({ executionArn: last?.executionArn ?? '' });
    expect(JSON.parse(input)).toEqual({
      pair: 'shop',
      mode: 'failover',
      to: 'green',
      reason: 'r',
      by: expect.stringMatching(/^person:.+@.+/),
      override: ['Capacity', 'FacesAgree'],
    });
  });

  it('does not wait when told not to, and says how the run is called', async () => {
    const terminal = await activated();
    const { exitCode, stdout } = await terminal.type([...PLANNED, '--no-wait', '--json']);
    expect(exitCode).toBe(0);
    const { execution } = JSON.parse(stdout) as { execution: string };
    expect((await terminal.stage.describe(execution)).status).toBe('RUNNING');
    expect(execution.split(':').at(-1)?.length).toBeLessThanOrEqual(40);
  });

  it('ends uncertain with exit code 4 and the record from the cause', async () => {
    const broken = async () => {
      throw Object.assign(new Error('nobody knows'), { name: 'Surprise' });
    };
    const terminal = await activated({ steps: { 'judge-step': broken } });
    const { exitCode, stdout } = await terminal.type(PLANNED);
    expect(exitCode).toBe(4);
    expect(stdout).toContain('JudgeStep          Surprise: nobody knows');
    expect(stdout).toMatch(/^Uncertain {2}shop blue -> green/m);
  });

  it('says that a run which somebody stopped left no record: exit code 4', async () => {
    const terminal = await activated();
    const { stepFunctions } = terminal.stage.inMemory.world;
    terminal.clock.after(40_000, () => {
      const [run] = stepFunctions.listExecutions({
        stateMachineArn: terminal.stage.inMemory.switchArn,
        statusFilter: 'RUNNING',
      }).executions;
      stepFunctions.stopExecution({ executionArn: run?.executionArn ?? '' });
    });
    const { exitCode, stdout, stderr } = await terminal.type([...PLANNED, '--json']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toContain('is ABORTED. It left no record: `throwover status` reads the zones.');
  });

  it('goes back when somebody aborts it: exit code 3', async () => {
    const terminal = await activated();
    terminal.clock.after(60_000, () => {
      void terminal.stage.start(JSON.parse('{"pair":"shop","mode":"abort","then":"back","reason":"errors"}'));
    });
    const { exitCode, stdout } = await terminal.type(PLANNED);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^Abandoned {2}shop blue -> green/m);
    expect(stdout).toMatch(/example\.test +0 +100 % +0 % +blue/);
  });

  it('goes on without the terminal after Ctrl-C, and says how to end it', async () => {
    const terminal = await activated();
    let press = () => {};
    let listening = false;
    const interrupted = (happens: () => void) => {
      press = happens;
      listening = true;
      return () => {
        listening = false;
      };
    };
    terminal.clock.after(40_000, () => press());
    const began = terminal.clock.now();
    const { exitCode, stderr } = await terminal.type(PLANNED, { interrupted });
    expect(exitCode).toBe(130);
    expect(terminal.clock.now() - began).toBeLessThan(42_000);
    expect(stderr).toMatch(
      /the run goes on without you: arn:aws:states:[^ ]+\. `throwover abort --pair shop --back` ends it/,
    );
    expect(listening).toBe(false);
    await terminal.clock.run(400_000);
    expect(await terminal.stage.ledger('shop')).toMatchObject({ active: 'green' });
  });

  it('loses sight of a run that it cannot look at for ten looks, and says that it goes on', async () => {
    const terminal = await activated();
    const deployed = await terminal.console.deployed();
    const { runs } = deployed;
    let looks = 0;
    const describe = async () => {
      looks++;
      throw new Error('connection reset');
    };
    const connect: Connect = async (topology) => ({
      ...terminal.console,
      topology,
      deployed: async () => ({ ...deployed, runs: { ...runs, describe } }),
    });
    const { exitCode, stderr } = await terminal.type(PLANNED, { connect });
    expect({ exitCode, looks }).toEqual({ exitCode: 1, looks: 10 });
    expect(stderr).toMatch(/^throwover: lost sight of arn:[^ ]+, which goes on by itself: connection reset\n$/);
  });

  describe('at a terminal', () => {
    let terminal: Terminal;
    beforeAll(async () => {
      terminal = await activated();
    });

    it('asks back with where users are now, and starts nothing without a yes', async () => {
      const questions: string[] = [];
      const ask = async (question: string) => {
        questions.push(question);
        return '';
      };
      const { exitCode, stderr } = await terminal.type(PLANNED, { ask });
      expect(questions).toEqual([
        'shop: blue is active, epoch 1. Move users from blue to green (steps of 10, 50, 100 %)? [y/N] ',
      ]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: 'throwover: nothing was started.\n' });
      expect(started(terminal)).toBe(0);
    });

    it.each(['--yes', '--json'])('does not ask with %s', async (option) => {
      const before = started(terminal);
      const ask = async () => {
        throw new Error('asked');
      };
      const { exitCode } = await terminal.type([...PLANNED, option, '--no-wait'], { ask });
      expect({ exitCode, started: started(terminal) }).toEqual({ exitCode: 0, started: before + 1 });
    });

    it('goes on with a yes', async () => {
      const before = started(terminal);
      const { exitCode } = await terminal.type([...PLANNED, '--no-wait'], { ask: async () => 'Yes' });
      expect({ exitCode, started: started(terminal) }).toEqual({ exitCode: 0, started: before + 1 });
    });
  });

  it.each([
    [['--to', 'red', '--reason', 'x'], /there is no cluster red; the pair has blue and green/],
    [['--reason', 'x'], /say which cluster: --to blue or --to green/],
    [['--to', 'green'], /say why: --reason/],
    [['--to', 'green', '--reason', '  '], /say why: --reason/],
    [['--to', 'green', '--reason', 'x'.repeat(501)], /the reason has 501 characters, 500 is the most/],
    [['--to', 'green', '--reason', 'x', '--ring', '7'], /there is no ring 7 in shop; known: 0, 1/],
    [['--to', 'green', '--reason', 'x', '--pair', 'cart'], /there is no pair cart; known: shop/],
  ])('refuses %j before anything is asked', async (options, sentence) => {
    const { exitCode, stdout, stderr } = await call(['switch', ...options], { connect: unexpected });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
  });
});
