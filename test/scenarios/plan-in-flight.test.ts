/**
 * The old side is dead for users and its ExternalDNS lives. It planned something before Fence: the records' owner was read
 * when it still was itself. The seconds after which that lands are swept, so that it lands in every part of the move.
 */
import { describe, expect, it } from 'vitest';
import { EXAMPLE, given, type Scenario } from './scenario.ts';

const NAME = 'shop.example.test.';
const MINUTES = 10;

/** A failover from a zombie that has a plan in its hand; when Fence was over. */
async function givenPlanAtFence(): Promise<{ scenario: Scenario; arn: string; fencedAt: number }> {
  const scenario = await given();
  scenario.cluster('blue').inflict('ingress-down');
  scenario.cluster('blue').inflict('api-down');
  const arn = await scenario.started('failover');
  await scenario.untilState(arn, 'Fence');
  // something to write: an alias that somebody changed
  const [set] = scenario
    .records(EXAMPLE)
    .filter((one) => one.Name === NAME && one.Type === 'A' && one.SetIdentifier === 'blue');
  if (set?.AliasTarget === undefined) throw new Error('no such record');
  scenario.edit(EXAMPLE, [
    { Action: 'UPSERT', set: { ...set, AliasTarget: { ...set.AliasTarget, EvaluateTargetHealth: true } } },
  ]);
  const dns = scenario.world.externalDns.blue;
  void dns?.loop();
  dns?.suspend();
  await scenario.until(() => (scenario.fence()?.epoch ?? 0) > 1);
  return { scenario, arn, fencedAt: scenario.clock.now() };
}

/** Settle looks half a minute after the commit, and again with every tick of the watch. */
const WRITTEN_BACK_SECONDS = 120;

describe('a plan that is in flight at Fence', () => {
  it.each([1, 5, 15, 30, 45, 59])(
    'and lands %i s later lands once, and what it did is written back once',
    async (seconds) => {
      const { scenario, arn } = await givenPlanAtFence();
      const dns = scenario.world.externalDns.blue;
      const applied = dns?.written.appliedCalls ?? 0;
      const landed: number[] = [];
      const raised: number[] = [];
      let steered = false;
      for (let second = 1; second <= MINUTES * 60; second++) {
        await scenario.pass(1);
        if (second === seconds) dns?.resume();
        if ((dns?.written.appliedCalls ?? 0) - applied > landed.length) landed.push(second);
        const { blue } = scenario.weights(EXAMPLE).get(`${NAME} A`) ?? {};
        steered ||= blue === 0;
        if (steered && blue !== 0) raised.push(second);
      }
      expect(scenario.seen(arn).outcome).toMatch(/Switched|Uncertain/);
      expect(landed).toEqual([seconds + 1]);
      // before Steer it changes nothing that Steer does not take back
      expect(raised.length).toBeLessThanOrEqual(WRITTEN_BACK_SECONDS);
      expect(Math.max(0, ...raised)).toBeLessThanOrEqual(seconds + WRITTEN_BACK_SECONDS);
      expect(scenario.standing()).toBe('green');
      expect((await scenario.ledger()).pause).toBeUndefined();
    },
  );
});
