/** A topology without ring 1 is deployed while a planned move has sent a part of its users to the other cluster. */
import { describe, expect, it } from 'vitest';
import { given, PIVOT, type Scenario } from './scenario.ts';

const LIVE = 'live-1.pivot.test. A';
const DIGEST = 'another topology';

const weights = (scenario: Scenario) => scenario.weights(PIVOT).get(LIVE);
const pods = (scenario: Scenario) =>
  ['shop', 'cart'].map((name) => scenario.cluster('green').deployment(name, name)?.wanted ?? 0);

/** From now on functions know ring 0 alone. */
function deployWithoutRing1(scenario: Scenario): void {
  scenario.meddling.world = (_, world) => {
    const pairs = Object.entries(world.topology.pairs).map(([name, pair]) => {
      const services = Object.fromEntries(Object.entries(pair.services).filter(([, { ring }]) => ring === 0));
      return [name, { ...pair, services }];
    });
    return { ...world, topology: { ...world.topology, pairs: Object.fromEntries(pairs) }, digest: DIGEST };
  };
}

async function givenRingLeftBehind(): Promise<Scenario> {
  const scenario = await given();
  const arn = scenario.start({ mode: 'switchover', reason: 'CNI upgrade' });
  await scenario.until(() => (weights(scenario)?.green ?? 0) > 0);
  deployWithoutRing1(scenario);
  await scenario.until(() => scenario.status(arn) !== 'RUNNING');
  expect(scenario.seen(arn).outcome).toBe('Abandoned');
  return scenario;
}

describe('a ring that the topology no longer has, on both clusters', () => {
  it('keeps its pods where some of its users are, and the debt says what they wait for', async () => {
    const scenario = await givenRingLeftBehind();
    await scenario.pass(1_500);
    expect(weights(scenario)).toEqual({ blue: 90, green: 10 });
    expect(pods(scenario).every((wanted) => wanted > 0)).toBe(true);
    const [owed] = (await scenario.ledger()).debts;
    expect(owed?.because).toContain('live-1.pivot.test. still leads to green, and the topology has no such ring');
  });

  it('sleeps there when the topology has it again and repair has brought its users back', async () => {
    const scenario = await givenRingLeftBehind();
    await scenario.pass(900);
    scenario.meddling = {};
    const ended = await scenario.run({ mode: 'repair', to: 'blue', reason: 'ring 1 is ours again' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(weights(scenario)).toEqual({ blue: 100, green: 0 });
    await scenario.pass(1_200);
    expect(pods(scenario)).toEqual([0, 0]);
    expect(scenario.atRest()).toEqual([]);
  });
});
