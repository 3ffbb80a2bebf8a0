/** Design, section 5: repair counts as the move it repairs, with the same policy. Where the policy asks a person, so does repair. */
import { describe, expect, it } from 'vitest';
import { Crash, type Ended, type Given, given, type Scenario } from './scenario.ts';

const approve: Given = {
  topology: (file) => {
    file.pairs.shop.mode = 'approve';
  },
};

/** A switchover by a person died at this state with users on both sides, and the watch has seen it. */
async function cutOff(setup: Given, before = 'Verify'): Promise<Scenario> {
  const scenario = await given(setup);
  const arn = scenario.start({ mode: 'switchover', reason: 'CNI upgrade' });
  await scenario.untilState(arn, before);
  scenario.meddling = {
    before: () => {
      throw new Crash('the service failed');
    },
  };
  await scenario.end(arn);
  scenario.meddling = {};
  return scenario;
}

const repairs = (scenario: Scenario) => scenario.executions().filter(({ name }) => name.endsWith('-repair'));
const nameOf = (arn: string) => arn.split(':').at(-1) ?? '';
const trafficChanges = (scenario: Scenario) => scenario.changes.length;

async function asking(scenario: Scenario): Promise<string> {
  const arn = await scenario.started('repair');
  await scenario.untilState(arn, 'AskPerson');
  await scenario.pass(2);
  return arn;
}

describe('a repair in mode approve', () => {
  it('asks a person before it claims or fences anything, one run for as long as it waits', async () => {
    const scenario = await cutOff(approve);
    const arn = await asking(scenario);
    const before = trafficChanges(scenario);
    const { epoch } = await scenario.ledger();
    await scenario.pass(600);
    expect(scenario.status(arn)).toBe('RUNNING');
    expect(repairs(scenario)).toHaveLength(1);
    expect(trafficChanges(scenario)).toBe(before);
    expect(await scenario.ledger()).toMatchObject({ epoch, interrupted: expect.anything() });
    expect((await scenario.ledger()).holder).toBeUndefined();
  });

  it('moves when a person approves: the same run, and everything stands on one side', async () => {
    const scenario = await cutOff(approve);
    const arn = await asking(scenario);
    const said = await scenario.answer({ mode: 'approve', run: nameOf(arn), by: 'person:ada', reason: 'go back' });
    expect(said.outcome).toBe('Recorded');
    const ended: Ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('blue');
    expect((await scenario.ledger()).interrupted).toBeUndefined();
  });

  it('is held by a no, and by silence; then it asks again, later each time', async () => {
    const scenario = await cutOff(approve);
    const first = await asking(scenario);
    await scenario.answer({ mode: 'reject', run: nameOf(first), by: 'person:ada', reason: 'we look first' });
    const rejected = await scenario.end(first);
    expect(rejected.outcome).toBe('Held');
    expect(rejected.record.because.join()).toContain('rejected by person:ada: we look first');
    const second = await asking(scenario);
    expect(second).not.toBe(first);
    const silent = await scenario.end(second);
    expect(silent.outcome).toBe('Held');
    expect((await scenario.ledger()).repair?.tries).toBeGreaterThanOrEqual(1);
    expect((await scenario.ledger()).interrupted).toBeDefined();
  });

  it('is held when what would move is no longer what was approved', async () => {
    const scenario = await cutOff(approve);
    const arn = await asking(scenario);
    const shop = scenario
      .records('Z0EXAMPLE')
      .filter(({ Name, Type }) => Name === 'shop.example.test.' && Type === 'AAAA');
    scenario.edit(
      'Z0EXAMPLE',
      shop.map((set) => ({ Action: 'DELETE', set })),
    );
    const before = trafficChanges(scenario);
    await scenario.answer({ mode: 'approve', run: nameOf(arn), by: 'person:ada' });
    const ended = await scenario.end(arn);
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toContain('is not what was approved');
    expect(trafficChanges(scenario)).toBe(before);
  });

  it('asks nobody where no user is moved: the zones say one cluster, and the ledger is told', async () => {
    const scenario = await cutOff(approve, 'Prepare');
    const ended = await scenario.end(await scenario.started('repair'));
    expect(ended.states).not.toContain('AskPerson');
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Unchanged');
    expect((await scenario.ledger()).interrupted).toBeUndefined();
  });

  it('that a person started was asked for by that person', async () => {
    const scenario = await cutOff(approve);
    // the dead run is reaped after two ticks
    await scenario.started('repair');
    const ended = await scenario.run({ mode: 'repair', reason: 'by hand' });
    expect(ended.states).not.toContain('AskPerson');
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
  });
});

describe('a repair in the other modes', () => {
  it('auto: asks nobody', async () => {
    const scenario = await cutOff({});
    const ended = await scenario.end(await scenario.started('repair'));
    expect(ended.states).not.toContain('AskPerson');
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
  });

  it('observe: is not started at all', async () => {
    const scenario = await cutOff({
      topology: (file) => {
        file.pairs.shop.mode = 'observe';
      },
    });
    await scenario.pass(600);
    expect(repairs(scenario)).toEqual([]);
    expect((await scenario.ledger()).interrupted).toBeDefined();
  });
});
