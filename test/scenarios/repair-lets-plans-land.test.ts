/**
 * A planned move was cut off after its swap, and a weight of the old side stands in the zone again. Its ExternalDNS has a plan
 * in its hand that takes it back to 0. Repair goes back to that side: a swap before the plan lands would leave both at 0.
 */
import { describe, expect, it } from 'vitest';
import { EXAMPLE, given, type Scenario } from './scenario.ts';

const NAME = 'shop.example.test.';

const weights = (scenario: Scenario) => scenario.weights(EXAMPLE).get(`${NAME} A`);

/** Users are on green, one name also on blue, whose ExternalDNS is about to end that. */
async function givenPlanOfTheOldSide(): Promise<Scenario> {
  const scenario = await given();
  const arn = scenario.start({ mode: 'switchover', reason: 'CNI upgrade' });
  scenario.meddling = {
    before: ({ key }) => {
      if (key !== 'commit') return;
      scenario.world.stepFunctions.stopExecution({ executionArn: arn });
      throw new Error('Task timed out after 25.00 seconds');
    },
  };
  await scenario.until(() => scenario.status(arn) === 'ABORTED');
  scenario.meddling = {};
  // machines leave alone what a person stopped; the watch only takes the pair back
  await scenario.pass(240);
  expect((await scenario.ledger()).holder).toBeUndefined();
  expect(weights(scenario)).toEqual({ blue: 0, green: 100 });
  scenario.editWeights(EXAMPLE, NAME, { blue: 50, green: 100 });
  void scenario.world.externalDns.blue?.loop();
  scenario.world.externalDns.blue?.suspend();
  return scenario;
}

describe('repair of a planned move, back to a side whose ExternalDNS has a plan in its hand', () => {
  it.each([5, 45])('lets it land before it swaps, %i s after the annotations were raised', async (seconds) => {
    const scenario = await givenPlanOfTheOldSide();
    const arn = scenario.start({ mode: 'repair', reason: 'it was cut off' });
    await scenario.untilState(arn, 'RaiseAnnotations');
    const lands = scenario.clock.now() + seconds * 1_000;
    let dark = 0;
    await scenario.until(() => {
      if (scenario.clock.now() >= lands) scenario.world.externalDns.blue?.resume();
      const { blue, green } = weights(scenario) ?? {};
      if (blue === 0 && green === 0) dark++;
      return scenario.status(arn) !== 'RUNNING';
    });
    const ended = scenario.seen(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(dark).toBe(0);
    await scenario.pass(120);
    expect(weights(scenario)).toEqual({ blue: 100, green: 0 });
  });
});
