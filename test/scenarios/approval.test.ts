/** A person is asked: one run, one intent, in time, and everything is judged again before anything moves. */
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../core/notices/notice.ts';
import { problemOf } from '../../core/notices/problem.ts';
import { drillThatSucceeded } from '../core/drill/example.ts';
import { type Given, given, type Scenario } from './scenario.ts';

const waiting = { before: 'AskPerson' };

async function asked(setup: Given = {}): Promise<{ scenario: Scenario; arn: string; run: string; told: Notice[] }> {
  const scenario = await given({
    ...setup,
    topology: (file) => {
      file.pairs.shop.mode = 'approve';
      setup.topology?.(file);
    },
  });
  const told = announcedIn(scenario);
  scenario.cluster('blue').inflict('kill');
  const arn = await scenario.started('failover');
  await scenario.untilState(arn, waiting.before);
  await scenario.pass(2);
  return { scenario, arn, run: arn.split(':').at(-1) ?? '', told };
}

function announcedIn(scenario: Scenario): Notice[] {
  const told: Notice[] = [];
  const { eventBridge } = scenario.world;
  const { putEvents } = eventBridge;
  eventBridge.putEvents = (input) => {
    for (const { DetailType, Detail } of input.Entries ?? [])
      told.push({ type: DetailType as Notice['type'], detail: JSON.parse(Detail ?? '{}') });
    return putEvents.call(eventBridge, input);
  };
  return told;
}

async function item(scenario: Scenario, run: string) {
  const found = scenario.stage.inMemory.ports.notes.read('shop', `approval#${run}`);
  let read: Awaited<typeof found> | undefined;
  found.then((note) => {
    read = note;
  });
  await scenario.until(() => read !== undefined);
  return read?.item as Record<string, unknown>;
}

describe('mode approve', () => {
  it('asks a person before it claims, tells the company whom and until when, and moves within seconds of the answer', async () => {
    const { scenario, arn, run, told } = await asked();
    expect(scenario.standing()).toBe('blue');
    expect((await scenario.ledger()).holder).toBeUndefined();
    const wanted = told.find(({ type }) => type === 'Approval Wanted');
    expect(wanted && problemOf(wanted)).toBeUndefined();
    expect(wanted?.detail).toMatchObject({
      run,
      from: 'blue',
      to: 'green',
      next: `throwover approve ${run} --pair shop`,
    });

    await scenario.pass(300);
    expect(scenario.status(arn)).toBe('RUNNING');
    const before = scenario.clock.now();
    const said = await scenario.answer({ mode: 'approve', by: 'person:ada', reason: 'blue is gone' });
    expect(said.outcome).toBe('Recorded');
    await scenario.until(() => scenario.seen(arn).states.includes('Claim'));
    expect(scenario.clock.now() - before).toBeLessThan(30_000);
    expect((await scenario.end(arn)).outcome).toBe('Switched');
    expect(scenario.standing()).toBe('green');
    expect(scenario.seen(arn).states.filter((state) => state === 'AskPerson')).toHaveLength(1);
  });

  it('without an answer ends Held when the time is over: nobody was moved', async () => {
    const { scenario, arn } = await asked();
    const ended = await scenario.end(arn);
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toContain('nobody answered in time');
    expect(ended.seconds).toBeGreaterThan(900);
    expect(scenario.standing()).toBe('blue');
  });

  it('rejected ends Held with the reason of who said no', async () => {
    const { scenario, arn, run } = await asked();
    await scenario.answer({ mode: 'reject', run, by: 'person:ada', reason: 'the database is not ready' });
    const ended = await scenario.end(arn);
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toContain('rejected by person:ada: the database is not ready');
  });

  it('takes one answer: what comes later, or for a run that does not ask, is refused', async () => {
    const { scenario, arn, run } = await asked();
    expect((await scenario.answer({ mode: 'approve', run: 'another', by: 'person:ada' })).outcome).toBe('Refused');
    await scenario.answer({ mode: 'reject', run, by: 'person:ada', reason: 'no' });
    const second = await scenario.answer({ mode: 'approve', run, by: 'person:bob' });
    expect(second.outcome).toBe('Refused');
    expect(second.record.because.join()).toContain('rejected by person:ada already');
    expect((await scenario.end(arn)).outcome).toBe('Held');
  });

  it('holds when what would move is no longer what was approved: the word was for something else', async () => {
    const { scenario, arn, run } = await asked();
    // a name appears that nobody judged
    const shop = scenario
      .records('Z0EXAMPLE')
      .filter(({ Name, Type }) => Name === 'shop.example.test.' && Type === 'AAAA');
    scenario.edit(
      'Z0EXAMPLE',
      shop.map((set) => ({ Action: 'DELETE', set })),
    );
    await scenario.answer({ mode: 'approve', run, by: 'person:ada' });
    const ended = await scenario.end(arn);
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toMatch(/what would move now \([0-9a-f]{16}\) is not what was approved/);
    expect(scenario.standing('Z0PIVOT')).toBe('blue');
    expect((await item(scenario, run)).usedBy).toBeUndefined();
  });

  it('a token by itself opens nothing: woken by somebody else the run asks again, or is held', async () => {
    const { scenario, arn, run } = await asked();
    const { token } = (await item(scenario, run)) as { token: string };
    scenario.world.stepFunctions.sendTaskSuccess({
      taskToken: token,
      output: '{"said":"approved","because":"forged"}',
    });
    await scenario.pass(20);
    expect((await scenario.ledger()).holder).toBeUndefined();
    expect(scenario.standing()).toBe('blue');
    expect(scenario.seen(arn).states).not.toContain('Claim');
  });

  it('keeps the token in the table: no record, event or log of ours has it', async () => {
    const { scenario, arn, run, told } = await asked();
    const { token } = (await item(scenario, run)) as { token: string };
    await scenario.answer({ mode: 'approve', run, by: 'person:ada' });
    const ended = await scenario.end(arn);
    expect(JSON.stringify([ended.record, told])).not.toContain(token);
    expect(JSON.stringify(await scenario.events(2))).not.toContain(token);
  });

  it('releases one claim: the approval is used, and a second claim finds it so', async () => {
    const { scenario, arn, run } = await asked();
    await scenario.answer({ mode: 'approve', run, by: 'person:ada' });
    await scenario.end(arn);
    const claim = scenario.invocations.find(({ key }) => key === 'claim');
    const replayed = {
      ...claim?.input,
      run: { ...(claim?.input.run as object), nonce: 'other' },
      judgedAt: scenario.clock.now(),
    };
    expect(await scenario.call('claim', replayed)).toMatchObject({
      claimed: false,
      because: 'it was used by another claim',
    });
  });

  it('does not move a cluster that is well again by the time of the answer', async () => {
    const { scenario, arn } = await asked();
    scenario.cluster('blue').heal('kill');
    await scenario.pass(180);
    await scenario.answer({ mode: 'approve', by: 'person:ada' });
    expect((await scenario.end(arn)).outcome).toBe('Held');
    expect(scenario.standing()).toBe('blue');
  });

  it('lets a person move at any time without asking anybody', async () => {
    const { scenario } = await asked();
    const moved = await scenario.run({ mode: 'failover', to: 'green', reason: 'I cannot wait' });
    expect(moved.outcome).toBe('Switched');
  });

  it('goes on when the bus is down: the watch tells it later', async () => {
    const scenario = await given({ topology: (file) => Object.assign(file.pairs.shop, { mode: 'approve' }) });
    scenario.meddling = {
      out: (call) => {
        if (call === 'events:PutEvents') throw new Error('the bus is down');
      },
    };
    scenario.cluster('blue').inflict('kill');
    const arn = await scenario.started('failover');
    await scenario.untilState(arn, 'AskPerson');
    await scenario.pass(5);
    scenario.meddling = {};
    const told = announcedIn(scenario);
    await scenario.pass(90);
    expect(told.map(({ type }) => type)).toContain('Approval Wanted');
    expect(scenario.status(arn)).toBe('RUNNING');
  });

  it('the watch wakes a run whose answer was written and not heard', async () => {
    const { scenario, arn } = await asked();
    scenario.meddling = {
      out: (call) => {
        if (call === 'states:SendTaskSuccess') throw new Error('socket hang up');
      },
    };
    const said = await scenario.answer({ mode: 'approve', by: 'person:ada' });
    expect(said.record.because.join()).toContain('the watch does it within a minute');
    scenario.meddling = {};
    expect((await scenario.end(arn)).outcome).toBe('Switched');
  });

  it('gives up when the watch no longer keeps the question alive', async () => {
    const { scenario, arn } = await asked();
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'watch') throw new Error('no watch');
      },
    };
    const began = scenario.clock.now();
    const ended = await scenario.end(arn);
    expect(ended.outcome).toBe('Held');
    expect(scenario.clock.now() - began).toBeLessThan(310_000);
  });
});

describe('four eyes', () => {
  const fourEyes = {
    topology: (file: { pairs: { shop: object } }) => Object.assign(file.pairs.shop, { approvals: { fourEyes: true } }),
  };

  it('holds a planned move until another person approves it', async () => {
    const scenario = await given(fourEyes);
    const arn = scenario.start({ mode: 'switchover', reason: 'upgrade', by: 'person:ada' });
    await scenario.untilState(arn, 'AskPerson');
    await scenario.pass(2);
    const own = await scenario.answer({ mode: 'approve', by: 'person:ada' });
    expect(own.outcome).toBe('Refused');
    expect(own.record.because.join()).toContain('another person approves it');
    expect((await scenario.answer({ mode: 'approve', by: 'person:bob' })).outcome).toBe('Recorded');
    expect((await scenario.end(arn)).outcome).toBe('Switched');
  });

  it('takes no word from somebody who does not say who they are: it could be the one who started it', async () => {
    const scenario = await given(fourEyes);
    const arn = scenario.start({ mode: 'switchover', reason: 'upgrade', by: 'person:ada' });
    await scenario.untilState(arn, 'AskPerson');
    await scenario.pass(2);
    const nameless = await scenario.answer({ mode: 'approve' });
    expect(nameless.outcome).toBe('Refused');
    expect(nameless.record.because.join()).toContain('say who you are');
    expect(scenario.status(arn)).toBe('RUNNING');
    expect((await scenario.answer({ mode: 'reject' })).outcome).toBe('Recorded');
    expect((await scenario.end(arn)).outcome).toBe('Held');
  });

  it.each(['approve', 'reject'])(
    'is not answered through the switch (%s): who may start it need not be heard',
    async (mode) => {
      const scenario = await given(fourEyes);
      const arn = scenario.start({ mode: 'switchover', reason: 'upgrade', by: 'person:ada' });
      await scenario.untilState(arn, 'AskPerson');
      await scenario.pass(2);
      const said = await scenario.run({ mode, by: 'person:bob' });
      expect(said.outcome).toBe('Refused');
      expect(said.record.because.join()).toContain('start throwover-lab-answer with this input');
      expect((await item(scenario, arn.split(':').at(-1) ?? '')).answer).toBeUndefined();
      expect(scenario.standing()).toBe('blue');
    },
  );

  it.each([
    ['switchover', { mode: 'switchover', to: 'green', by: 'person:bob' }],
    ['failover', { mode: 'failover', to: 'green', by: 'person:bob' }],
    ['pause', { mode: 'pause', reason: 'x', by: 'person:bob' }],
    ['preview', {}],
    ['no object', 'approve'],
  ])('is the only thing that the machine of answers takes: %s is refused', async (_, input) => {
    const scenario = await given(fourEyes);
    const said = await scenario.answer(input as { mode: string });
    expect(said.outcome).toBe('Refused');
    expect(said.states).not.toContain('Recorded');
    expect((await scenario.ledger()).pause).toBeUndefined();
    expect(scenario.standing()).toBe('blue');
  });

  it('wants to know who starts it', async () => {
    const scenario = await given(fourEyes);
    const refused = await scenario.run({ mode: 'switchover', reason: 'upgrade' });
    expect(refused.outcome).toBe('Refused');
    expect(refused.record.because.join()).toContain('say who you are');
  });
});

describe('mode auto with drills asked for', () => {
  it('falls back to asking when no drill has succeeded, and acts by itself when one has', async () => {
    const auto: Given = { topology: (file) => Object.assign(file.pairs.shop, { drills: { ageDaysMax: 30 } }) };
    const stale = await given(auto);
    stale.cluster('blue').inflict('kill');
    const asking = await stale.started('failover');
    await stale.untilState(asking, 'AskPerson');

    const fresh = await given(auto);
    const yesterday = drillThatSucceeded(fresh.clock.now() - 86_400_000);
    const added = fresh.stage.inMemory.ports.notes.add('shop', 'drill#1', yesterday);
    await fresh.pass(1);
    await added;
    fresh.cluster('blue').inflict('kill');
    const acting = await fresh.end(await fresh.started('failover'));
    expect(acting.outcome).toBe('Switched');
    expect(acting.states).not.toContain('AskPerson');
  });

  it('tells once that drills are stale, before anybody needs them', async () => {
    const scenario = await given({
      topology: (file) => Object.assign(file.pairs.shop, { drills: { ageDaysMax: 30 } }),
    });
    const told = announcedIn(scenario);
    await scenario.pass(2 * 3_600 + 60);
    const stale = told.filter(({ type }) => type === 'Drill Is Stale');
    expect(stale.map(problemOf)).toEqual([undefined]);
    expect(stale[0]?.detail).toMatchObject({ ageDaysMax: 30, asksPerson: true });
  });
});

describe('mode approve with every alarm lost', () => {
  async function deaf(): Promise<{ scenario: Scenario; told: Notice[] }> {
    const scenario = await given({
      topology: (file) => {
        file.pairs.shop.mode = 'approve';
      },
    });
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'on-alarm') throw new Error('lost');
      },
    };
    scenario.cluster('blue').inflict('kill');
    return { scenario, told: announcedIn(scenario) };
  }
  const failovers = (scenario: Scenario) => scenario.executions().filter(({ name }) => name.endsWith('-failover'));

  it('the watch starts the run that asks, and it moves when a person says yes', async () => {
    const { scenario, told } = await deaf();
    const arn = await scenario.started('failover');
    await scenario.untilState(arn, waiting.before);
    await scenario.pass(2);
    expect(told.filter(({ type }) => type === 'Approval Wanted')).toHaveLength(1);
    await scenario.answer({ mode: 'approve', by: 'person:ada' });
    expect((await scenario.end(arn)).outcome).toBe('Switched');
    expect(scenario.standing()).toBe('green');
  });

  it('one question is open at a time, and who said no is asked again after a quarter of an hour', async () => {
    const { scenario } = await deaf();
    const arn = await scenario.started('failover');
    await scenario.untilState(arn, waiting.before);
    await scenario.pass(300);
    expect(failovers(scenario)).toHaveLength(1);
    await scenario.answer({ mode: 'reject', by: 'person:ada', reason: 'we fix blue' });
    await scenario.pass(600);
    expect(failovers(scenario)).toHaveLength(1);
    await scenario.pass(480);
    expect(failovers(scenario)).toHaveLength(2);
  });
});
