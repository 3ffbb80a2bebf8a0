/** What was decided is kept, counted and told: each kind of ending once, however often it comes again. */
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../core/decision.ts';
import type { Notice } from '../../core/notices/notice.ts';
import { problemOf } from '../../core/notices/problem.ts';
import { decisionsOf } from '../../functions/decisions.ts';
import { blindWatch, type Given, given, type Scenario } from './scenario.ts';

async function watched(setup: Given = {}): Promise<{ scenario: Scenario; told: Notice[] }> {
  const scenario = await given(setup);
  const told: Notice[] = [];
  const { eventBridge } = scenario.world;
  const { putEvents } = eventBridge;
  eventBridge.putEvents = (input) => {
    for (const { DetailType, Detail } of input.Entries ?? [])
      told.push({ type: DetailType as Notice['type'], detail: JSON.parse(Detail ?? '{}') });
    return putEvents.call(eventBridge, input);
  };
  return { scenario, told };
}

async function decided(scenario: Scenario): Promise<Decision[]> {
  let found: Decision[] | undefined;
  decisionsOf('shop', 50, scenario.stage.inMemory.ports).then((all) => {
    found = all;
  });
  await scenario.until(() => found !== undefined);
  return found ?? [];
}

const observing: Given = { topology: (file) => Object.assign(file.pairs.shop, { mode: 'observe' }) };
const FORCED = { mode: 'failover', to: 'green', reason: 'an alarm', signal: { source: 'test', name: 'x', at: 0 } };

describe('mode observe', () => {
  it('moves nobody, and says that it would have, when, and what kept it', async () => {
    const { scenario, told } = await watched(observing);
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because[0]).toMatch(/^would act now \(2026-\S+Z: an automatic failover from blue to green\)/);
    expect(scenario.standing()).toBe('blue');
    expect((await decided(scenario))[0]).toMatchObject({ outcome: 'Held', blocks: ['Policy'], closed: ['Policy'] });
    const held = told.filter(({ type }) => type === 'Switch Held');
    expect(held.map(problemOf)).toEqual([undefined]);
    expect(held[0]?.detail).toMatchObject({ wouldHaveActed: true, active: 'blue' });
    expect(held[0]?.detail.text).toContain('would have moved from blue to green now, and did not');
  });
});

describe('what the watch would have done', () => {
  it('is a decision too when every alarm is lost: one, counted each minute', async () => {
    const { scenario } = await watched(observing);
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'on-alarm') throw new Error('lost');
      },
    };
    scenario.cluster('blue').inflict('kill');
    await scenario.pass(420);
    expect(scenario.executions().filter(({ name }) => name.endsWith('-failover'))).toEqual([]);
    const [one, ...others] = await decided(scenario);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ outcome: 'Held', blocks: ['Policy'], from: 'blue', to: 'green' });
    expect(one?.run).toMatch(/^shop-1-\d+-watch$/);
    expect(one?.because[0]).toMatch(/^would act now \(2026-\S+Z: an automatic failover from blue to green\)/);
    expect(one?.times).toBeGreaterThanOrEqual(4);
  });

  it('is none while nothing is wrong, or while something else than policy keeps it back', async () => {
    const { scenario } = await watched(observing);
    await scenario.pass(180);
    for (const name of ['blue', 'green']) scenario.cluster(name).inflict('kill');
    await scenario.pass(300);
    const held = (await decided(scenario)).filter(({ run }) => run.endsWith('-watch'));
    expect(held).toEqual([]);
  });
});

describe('decisions', () => {
  it('that come again are counted, and told once', async () => {
    const { scenario, told } = await watched(observing);
    // the watch would start runs of its own beside these
    scenario.meddling = { world: blindWatch };
    scenario.cluster('blue').inflict('kill');
    await scenario.end(await scenario.started('failover'));
    for (const name of ['second', 'third']) {
      const signal = { ...FORCED.signal, at: scenario.clock.now() };
      await scenario.run({ ...FORCED, signal }, name);
    }
    const all = await decided(scenario);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ times: 3, lastRun: 'third' });
    expect(told.filter(({ type }) => type === 'Switch Held')).toHaveLength(1);
  });

  it('to move are one each; a preview decides nothing', async () => {
    const { scenario, told } = await watched();
    await scenario.run({});
    await scenario.run({ mode: 'switchover', reason: 'there' });
    await scenario.pass(600);
    await scenario.run({ mode: 'switchover', reason: 'and back' });
    expect((await decided(scenario)).map(({ outcome, to }) => [outcome, to])).toEqual([
      ['Switched', 'blue'],
      ['Switched', 'green'],
    ]);
    expect(told.filter(({ type }) => type === 'Switch Held')).toEqual([]);
  });

  it('are not made twice by a report whose answer was lost', async () => {
    const { scenario } = await watched();
    let lost = 0;
    scenario.meddling = {
      after: ({ key }) => {
        if (key === 'report' && lost++ === 0)
          throw Object.assign(new Error('busy'), { name: 'Lambda.TooManyRequestsException' });
      },
    };
    await scenario.run({ mode: 'switchover', reason: 'there' });
    expect(lost).toBe(2);
    expect(await decided(scenario)).toMatchObject([{ outcome: 'Switched', times: 1 }]);
  });

  it('that cannot be told or kept do not fail the run', async () => {
    const { scenario } = await watched();
    scenario.meddling = {
      world: ({ key }, world) => {
        const down = async () => {
          throw new Error('down');
        };
        return key === 'report'
          ? { ...world, announcer: { announce: down }, notes: { add: down, replace: down, read: down, list: down } }
          : world;
      },
    };
    expect((await scenario.run({ mode: 'switchover', reason: 'there' })).outcome).toBe('Switched');
  });
});
