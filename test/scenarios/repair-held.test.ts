import { describe, expect, it } from 'vitest';
import { Crash, given, PIVOT, type Scenario } from './scenario.ts';

/** A switchover that died with users on both sides, and a zone that takes no change: every repair is Held. */
async function cutOffAndLocked(): Promise<Scenario> {
  const scenario = await given();
  const arn = scenario.start({ mode: 'switchover', reason: 'CNI upgrade' });
  await scenario.untilState(arn, 'Verify');
  scenario.meddling = {
    before: () => {
      throw new Crash('the service failed');
    },
  };
  await scenario.end(arn);
  scenario.meddling = {};
  scenario.world.route53.setLocked(PIVOT, true);
  return scenario;
}

function repairs(scenario: Scenario) {
  return scenario.executions().filter(({ name }) => name.endsWith('-repair'));
}

describe('a repair that is held', () => {
  it('is tried again after 1, 2, 4, 8 and then every 15 minutes, and says why', async () => {
    const scenario = await cutOffAndLocked();
    const first = await scenario.end(await scenario.started('repair'));
    expect(first.outcome).toBe('Held');
    await scenario.pass(3_600);
    const began = repairs(scenario).map(({ arn }) => scenario.world.stepFunctions.executionOf(arn).startedAt);
    const minutes = began.slice(1).map((at, index) => Math.round((at - (began[index] ?? 0)) / 60_000));
    // what a repair itself takes, up to a minute and a half here, comes on top of each wait
    expect(minutes.length).toBeLessThanOrEqual(7);
    for (const [index, wait] of [1, 2, 4, 8, 15].entries()) {
      expect(minutes[index]).toBeGreaterThanOrEqual(wait);
      expect(minutes[index]).toBeLessThanOrEqual(wait + 3);
    }
    expect((await scenario.ledger()).repair).toMatchObject({
      tries: began.length,
      because: expect.stringContaining('pivot.test takes no change'),
    });
  });

  it('brings the pair to rest once it can, and is forgotten', async () => {
    const scenario = await cutOffAndLocked();
    await scenario.started('repair');
    await scenario.pass(600);
    scenario.world.route53.setLocked(PIVOT, false);
    await scenario.pass(1_200);
    expect(scenario.standing()).toBe('blue');
    expect((await scenario.ledger()).repair).toBeUndefined();
    expect((await scenario.ledger()).interrupted).toBeUndefined();
  });

  it('does not keep a person’s repair waiting', async () => {
    const scenario = await cutOffAndLocked();
    await scenario.started('repair');
    await scenario.pass(1_500);
    scenario.world.route53.setLocked(PIVOT, false);
    const ended = await scenario.run({ mode: 'repair', reason: 'the zone is unlocked' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect((await scenario.ledger()).repair).toBeUndefined();
  });
});
