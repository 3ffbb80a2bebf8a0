/**
 * In an outage a person gives the standby weight by hand, in a zone that its ExternalDNS tends. It plans to take that back, as
 * its annotation says; meanwhile the run moves users there, and then the plan lands. It is an UPSERT: nobody can refuse it.
 */
import { describe, expect, it } from 'vitest';
import { EXAMPLE, given, type Scenario } from './scenario.ts';

const NAME = 'shop.example.test.';
const INTERVAL_SECONDS = 60;

const weights = (scenario: Scenario) => scenario.weights(EXAMPLE).get(`${NAME} A`);

/** Users have been moved to green. Its ExternalDNS has a plan in its hand from before, which takes a person's weight back. */
async function givenPlanOfTheTarget(): Promise<{ scenario: Scenario; arn: string }> {
  const scenario = await given({ life: { podStartMs: [1_000, 2_000] } });
  scenario.cluster('blue').inflict('kill');
  const arn = await scenario.started('failover');
  await scenario.untilState(arn, 'Fence');
  scenario.editWeights(EXAMPLE, NAME, { blue: 50, green: 50 });
  void scenario.world.externalDns.green?.loop();
  scenario.world.externalDns.green?.suspend();
  await scenario.until(() => weights(scenario)?.green === 100);
  expect(weights(scenario)).toEqual({ blue: 0, green: 100 });
  return { scenario, arn };
}

describe('a weight that a person gave the target by hand, and its ExternalDNS takes back after the swap', () => {
  it.each([1, 20, 45])(
    'is there again with the next loop, %i s after it, because the annotation was raised before',
    async (seconds) => {
      const { scenario, arn } = await givenPlanOfTheTarget();
      await scenario.pass(seconds);
      scenario.world.externalDns.green?.resume();
      const dark = () => weights(scenario)?.green === 0;
      await scenario.until(dark);
      await scenario.pass(INTERVAL_SECONDS);
      expect(weights(scenario)).toEqual({ blue: 0, green: 100 });
      await scenario.pass(120);
      expect(scenario.seen(arn).outcome).toBe('Switched');
      expect(scenario.standing()).toBe('green');
    },
  );

  it('pauses automation and is told to a person, where that ExternalDNS does not come again', async () => {
    const { scenario } = await givenPlanOfTheTarget();
    const told = scenario.overheard();
    await scenario.pass(45);
    const dns = scenario.world.externalDns.green;
    dns?.resume();
    dns?.stop();
    await scenario.pass(120);
    expect(weights(scenario)).toEqual({ blue: 0, green: 0 });
    expect(told.map(({ type }) => type)).toContain('Foreign Writer Seen');
    const { pause } = await scenario.ledger();
    expect(pause?.reason).toContain(`${NAME} A has blue 0, green 0, the fence says green`);
    const ended = await scenario.run({ mode: 'repair', to: 'green', reason: 'as automation said' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(weights(scenario)).toEqual({ blue: 0, green: 100 });
  });
});
