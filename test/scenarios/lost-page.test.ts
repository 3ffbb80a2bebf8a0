/** A page must not get lost: the bus that takes nothing, the zones and the ledger that cannot be read when a run ends. */
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../core/notices/notice.ts';
import { problemOf } from '../../core/notices/problem.ts';
import { blindWatch, given, givenFailover, type Scenario } from './scenario.ts';

const VAIN = { mode: 'switchover', reason: 'there' };

/** What the bus took. */
function toldIn(scenario: Scenario): Notice[] {
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

const ofType = (told: readonly Notice[], type: string) => told.filter((one) => one.type === type);

/** Calls whose name begins so fail from now on. */
function cut(scenario: Scenario, ...calls: string[]): void {
  scenario.meddling = {
    ...scenario.meddling,
    out: (call) => {
      if (calls.some((one) => call.startsWith(one))) throw new Error(`no ${call} today`);
    },
  };
}

async function heldWithoutBus(): Promise<{ scenario: Scenario; told: Notice[] }> {
  const scenario = await given();
  const told = toldIn(scenario);
  scenario.meddling = { world: blindWatch };
  scenario.cluster('green').inflict('kill');
  cut(scenario, 'events:PutEvents');
  const { outcome, record } = await scenario.run(VAIN, 'in-vain');
  expect(outcome).toBe('Held');
  expect(record.troubles).toEqual([
    expect.stringMatching(/^Switch Held of in-vain was not taken by the bus: Error: no/),
  ]);
  return { scenario, told };
}

describe('the page of a run that was held', () => {
  it('is owed while the bus takes nothing, and out within a tick of the watch when it does', async () => {
    const { scenario, told } = await heldWithoutBus();
    await scenario.pass(130);
    expect(ofType(told, 'Switch Held')).toEqual([]);
    const { epoch, debts } = await scenario.ledger();
    const owed = debts.find(({ what }) => what === 'tell');
    expect(owed).toMatchObject({ about: 'in-vain', epoch, because: expect.stringContaining('no events:PutEvents') });
    expect(owed?.tries).toBeGreaterThan(0);
    scenario.meddling = { world: blindWatch };
    await scenario.pass(120);
    // green is dead: an alarm's run is held, too, and tells of itself
    const [held, ...more] = ofType(told, 'Switch Held').filter(({ detail }) => detail.run === 'in-vain');
    expect(more).toEqual([]);
    expect(held && problemOf(held)).toBeUndefined();
    expect(held?.detail).toMatchObject({ run: 'in-vain', from: 'blue', to: 'green', closed: expect.any(Array) });
    expect((await scenario.ledger()).debts.filter(({ what }) => what === 'tell')).toEqual([]);
  });

  it('is still owed after a next run that was held, too', async () => {
    const { scenario, told } = await heldWithoutBus();
    await scenario.run({ mode: 'failover', to: 'green', reason: 'all the same', override: ['NotPaused'] }, 'again');
    scenario.meddling = { world: blindWatch };
    await scenario.pass(120);
    expect(ofType(told, 'Switch Held').map(({ detail }) => detail.run)).toEqual(
      expect.arrayContaining(['in-vain', 'again']),
    );
  });
});

describe('the page of a run that ended Uncertain', () => {
  const uncertain = async (...calls: string[]) => {
    const { scenario, arn } = await givenFailover();
    const told = toldIn(scenario);
    await scenario.untilState(arn, 'Steer');
    // nobody can be asked whether the names have arrived
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'verify') throw new Error('verify is gone');
        if (key === 'report') cut(scenario, ...calls);
      },
    };
    const ended = await scenario.end(arn);
    expect(ended).toMatchObject({ status: 'FAILED', outcome: 'Uncertain' });
    return { scenario, told, ended };
  };

  it('is out when the zones cannot be read, and says so', async () => {
    const { told, ended } = await uncertain('route53:ListResourceRecordSets');
    expect(ofType(told, 'Switch Uncertain')).toMatchObject([{ detail: { zones: [], to: 'green' } }]);
    expect(ended.record).toMatchObject({ zones: [] });
    expect(ended.record.because.join()).toContain('ledger and zones could not be read');
  });

  it('is out when the ledger answers nobody, and what was not noted is said', async () => {
    const { told, ended } = await uncertain('dynamodb:');
    expect(ofType(told, 'Switch Uncertain')).toHaveLength(1);
    expect(ended.record.troubles?.join()).toContain('not noted');
  });

  it('that can neither be told nor owed is in the cause of the execution', async () => {
    const { told, ended } = await uncertain('dynamodb:', 'events:');
    expect(ofType(told, 'Switch Uncertain')).toEqual([]);
    expect(ended.record.because.join()).toContain('verify is gone');
  });
});

describe('the notice of a published copy that was wrong', () => {
  it('is told later when the bus takes nothing: the copy is right by then, and nobody would find it again', async () => {
    const scenario = await given();
    const told = toldIn(scenario);
    cut(scenario, 'events:PutEvents');
    scenario.world.ssm.putParameter({ Name: '/throwover/shop/active-cluster', Value: 'green', Overwrite: true });
    await scenario.pass(70);
    expect(scenario.parameter('active-cluster')).toBe('blue');
    scenario.meddling = {};
    await scenario.pass(120);
    expect(ofType(told, 'Published Copy Was Wrong')).toHaveLength(1);
  });
});

describe('what the watch has seen', () => {
  it('and could not keep is said; a run that finds none looks for itself', async () => {
    const scenario = await given();
    scenario.cluster('blue').inflict('kill');
    const lost: string[] = [];
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'on-alarm') throw new Error('no alarm today');
      },
      world: ({ key }, world) => {
        if (key !== 'look-out') return world;
        const add: typeof world.notes.add = async (pair, name, ...more) => {
          if (name !== 'seen') return world.notes.add(pair, name, ...more);
          lost.push(name);
          throw new Error('throttled');
        };
        return { ...world, notes: { ...world.notes, add } };
      },
    };
    const looked = scenario.call('look-out', { pair: 'shop' });
    const ended = await scenario.end(await scenario.started('failover'));
    expect(lost.length).toBeGreaterThan(0);
    expect(ended.outcome).toBe('Switched');
    expect(await looked).toMatchObject([
      { did: expect.arrayContaining(['failed: what was seen could not be kept: Error: throttled']) },
    ]);
  });
});
