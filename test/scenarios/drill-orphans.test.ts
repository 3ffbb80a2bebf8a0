/** A drill that ends between its legs without a word: stopped by a person, timed out, broken. */
import { describe, expect, it } from 'vitest';
import { Crash, given, type Scenario } from './scenario.ts';

const RING = { kind: 'ring', reason: 'x' };
const NEXT = 'throwover switch --pair shop --to blue --ring 0 --reason "end the drill"';

/** Ring 0 stands on green, and the drill bakes. */
async function baking(input: object = RING): Promise<{ scenario: Scenario; drill: string; told: string[] }> {
  const scenario = await given();
  const told = finishedTold(scenario);
  const drill = scenario.rehearse(input as Record<string, unknown>);
  const leg = () => scenario.executions().find(({ name }) => name.endsWith('-out'))?.arn;
  await scenario.until(() => leg() !== undefined);
  expect((await scenario.end(leg() ?? '')).outcome).toBe('Switched');
  await scenario.pass(20);
  expect(scenario.status(drill)).toBe('RUNNING');
  return { scenario, drill, told };
}

function finishedTold(scenario: Scenario): string[] {
  const told: string[] = [];
  const { eventBridge } = scenario.world;
  const { putEvents } = eventBridge;
  eventBridge.putEvents = (input) => {
    for (const { DetailType, Detail } of input.Entries ?? [])
      if (DetailType === 'Drill Finished') told.push(String(JSON.parse(Detail ?? '{}').next));
    return putEvents.call(eventBridge, input);
  };
  return told;
}

const legsBack = (scenario: Scenario) => scenario.executions().filter(({ name }) => name.endsWith('-back'));
const recordOf = async (scenario: Scenario) => (await scenario.notes('drill#'))[0]?.item;

describe('a drill that a person stops between its legs', () => {
  it('is told within three minutes, with the command that brings its ring back, and nobody moves it by machine', async () => {
    const { scenario, drill, told } = await baking();
    scenario.world.stepFunctions.stopExecution({ executionArn: drill });
    await scenario.pass(180);
    expect(told).toEqual([NEXT]);
    expect(await recordOf(scenario)).toMatchObject({ outcome: 'Interrupted', next: NEXT });
    await scenario.pass(3_600);
    expect(told).toEqual([NEXT]);
    expect(legsBack(scenario)).toEqual([]);
    expect((await scenario.ledger()).rings).toEqual({ 0: 'green' });
    expect(scenario.executions().filter(({ name }) => name.endsWith('-repair'))).toEqual([]);
  });

  it('is brought back by the command that is told', async () => {
    const { scenario, drill } = await baking();
    scenario.world.stepFunctions.stopExecution({ executionArn: drill });
    await scenario.pass(180);
    const back = await scenario.run({ mode: 'switchover', to: 'blue', ring: 0, reason: 'end the drill' });
    expect(back.outcome, back.record.because.join('; ')).toBe('Switched');
    await scenario.pass(900);
    expect((await scenario.ledger()).rings).toEqual({});
    expect(scenario.atRest()).toEqual([]);
  });
});

describe('a drill that breaks between its legs', () => {
  it.each([RING, { kind: 'full', returns: true, reason: 'x' }])(
    'is brought back by the watch, once: %o',
    async (input) => {
      const { scenario, drill, told } = await baking(input);
      scenario.meddling = {
        before: ({ key }) => {
          if (key === 'look-at-drill') throw new Crash('the service failed');
        },
      };
      await scenario.until(() => scenario.status(drill) !== 'RUNNING');
      expect(scenario.status(drill)).toBe('FAILED');
      await scenario.pass(1_200);
      expect(legsBack(scenario).map(({ status }) => status)).toEqual(['SUCCEEDED']);
      expect((await scenario.ledger()).rings).toEqual({});
      expect(scenario.standing()).toBe('blue');
      expect(await recordOf(scenario)).toMatchObject({
        outcome: 'Failed',
        because: [expect.stringContaining('has brought it back')],
      });
      expect(told).toHaveLength(1);
      await scenario.pass(600);
      expect(scenario.atRest()).toEqual([]);
    },
  );

  it('waits with the way back while automation is paused', async () => {
    const { scenario, drill } = await baking();
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'look-at-drill') throw new Crash('the service failed');
      },
    };
    await scenario.until(() => scenario.status(drill) !== 'RUNNING');
    await scenario.run({ mode: 'pause', reason: 'quiet, please' });
    await scenario.pass(900);
    expect(legsBack(scenario)).toEqual([]);
    await scenario.run({ mode: 'resume' });
    await scenario.pass(1_200);
    expect(legsBack(scenario)).toHaveLength(1);
    expect((await scenario.ledger()).rings).toEqual({});
  });
});

describe('a drill that lives', () => {
  it('is left alone by the watch while it bakes, and so is one that has ended', async () => {
    const { scenario, drill } = await baking();
    await scenario.end(drill);
    await scenario.pass(600);
    expect(legsBack(scenario)).toHaveLength(1);
    expect(await recordOf(scenario)).toMatchObject({ outcome: 'Succeeded' });
  });
});
