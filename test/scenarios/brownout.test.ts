/** Slow against its own past: the watch remembers how long answers usually take, and pages; it never moves anybody for that. */
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../core/notices/notice.ts';
import { given, type Scenario } from './scenario.ts';

function situationsTold(scenario: Scenario): string[] {
  const told: string[] = [];
  const { eventBridge } = scenario.world;
  const { putEvents } = eventBridge;
  eventBridge.putEvents = (input) => {
    for (const { DetailType, Detail } of input.Entries ?? []) {
      const { situation } = JSON.parse(Detail ?? '{}') as Notice['detail'] & { situation?: string };
      if (DetailType === 'Situation Changed' && situation !== undefined) told.push(situation);
    }
    return putEvents.call(eventBridge, input);
  };
  return told;
}

const MINUTES = 60;
const slow = (scenario: Scenario, slowMs: number) => {
  for (const name of ['blue', 'green']) scenario.cluster(name).inflict('slow', { slowMs });
};
const failovers = (scenario: Scenario) => scenario.executions().filter(({ name }) => name.endsWith('-failover'));

describe('both clusters become slow at once', () => {
  it('pages within ten minutes, although neither is worse than the other, and moves nobody', async () => {
    const scenario = await given();
    const told = situationsTold(scenario);
    await scenario.pass(40 * MINUTES);
    expect(told).toEqual([]);
    slow(scenario, 1_500);
    await scenario.pass(10 * MINUTES);
    expect(told).toContain('Brownout');
    expect(failovers(scenario)).toEqual([]);
    expect(scenario.standing()).toBe('blue');
  });

  it('for two minutes tells nobody: that is no trend', async () => {
    const scenario = await given();
    const told = situationsTold(scenario);
    await scenario.pass(40 * MINUTES);
    slow(scenario, 1_500);
    await scenario.pass(2 * MINUTES);
    for (const name of ['blue', 'green']) scenario.cluster(name).heal('slow');
    await scenario.pass(20 * MINUTES);
    expect(told).toEqual([]);
  });

  it('in the first half hour is told to nobody: nothing is usual yet', async () => {
    const scenario = await given();
    const told = situationsTold(scenario);
    slow(scenario, 1_500);
    await scenario.pass(20 * MINUTES);
    expect(told).toEqual([]);
  });
});
