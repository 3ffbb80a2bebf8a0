import { describe, expect, it } from 'vitest';
import { EXAMPLE, given, type Scenario, ZONES } from './scenario.ts';

/** Blue is active, and ring 0 stands on green: at rest, nothing owed. */
async function givenRing0OnGreen(): Promise<Scenario> {
  const scenario = await given();
  await scenario.pass(600);
  const moved = await scenario.run({ mode: 'switchover', ring: 0, reason: 'example first' });
  expect(moved.outcome, moved.record.because.join('; ')).toBe('Switched');
  await scenario.pass(200);
  return scenario;
}

const weightsOf = (scenario: Scenario, name: string) => scenario.weights(EXAMPLE).get(`${name}.example.test. A`);

describe('an automatic failover while a ring stands apart from the pair', () => {
  it('leaves the dead active cluster; the ring that stands on the other one stays there', async () => {
    const scenario = await givenRing0OnGreen();
    const before = scenario.changes.length;
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('green');
    expect(await scenario.ledger()).toMatchObject({ active: 'green', rings: {} });
    const touched = scenario.changes
      .slice(before)
      .flatMap(({ groups }) => groups.filter(({ name }) => name.startsWith('example.')));
    expect(touched).toEqual([]);
  });

  it('brings every ring that stands on the dead cluster to the active one, and moves no other', async () => {
    const scenario = await givenRing0OnGreen();
    const before = scenario.changes.length;
    scenario.cluster('green').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(ended.record).toMatchObject({ from: 'green', to: 'blue', active: 'blue' });
    expect(scenario.standing()).toBe('blue');
    expect(await scenario.ledger()).toMatchObject({
      active: 'blue',
      rings: {},
      acknowledged: false,
      lastAutomaticMove: { epoch: ended.record.epoch },
    });
    expect(scenario.fence()).toMatchObject({ active: 'blue' });
    const touched = scenario.changes
      .slice(before)
      .flatMap(({ groups }) => groups.filter(({ name }) => name.startsWith('shop.')));
    expect(touched).toEqual([]);
    expect(weightsOf(scenario, 'shop')).toEqual({ blue: 100, green: 0 });
    scenario.cluster('green').heal('kill');
    await scenario.pass(1_200);
    expect(scenario.atRest()).toEqual([]);
    expect((await scenario.ledger()).debts).toEqual([]);
  });

  it('does nothing of the kind when no ring stands on the cluster that died', async () => {
    const scenario = await given();
    scenario.cluster('green').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome).toBe('Held');
    expect(ended.record).toMatchObject({ from: 'blue', to: 'green' });
    expect(scenario.standing()).toBe('blue');
  });

  it('is done by a person, too, who names the active cluster as the one that shall have everything', async () => {
    const scenario = await givenRing0OnGreen();
    scenario.cluster('green').inflict('kill');
    await scenario.pass(10);
    const override = ['EnoughObservers', 'UserPathAndCanaryFail'];
    const ended = await scenario.run({ mode: 'failover', to: 'blue', reason: 'green is gone', override });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('blue');
    expect(await scenario.ledger()).toMatchObject({ active: 'blue', rings: {} });
  });
});

describe('a pair whose rings are moved one by one', () => {
  async function givenEveryRingMoved(): Promise<Scenario> {
    const scenario = await givenRing0OnGreen();
    const last = await scenario.run({ mode: 'switchover', ring: 1, reason: 'now the rest' });
    expect(last.outcome, last.record.because.join('; ')).toBe('Switched');
    await scenario.pass(200);
    return scenario;
  }

  it('stands on the other cluster, by its ledger and by every fence, when the last ring has moved', async () => {
    const scenario = await givenEveryRingMoved();
    expect(scenario.standing()).toBe('green');
    expect(await scenario.ledger()).toMatchObject({ active: 'green', rings: {} });
    for (const zone of ZONES) expect(scenario.fence(zone)).toMatchObject({ active: 'green' });
    expect(scenario.atRest()).toEqual([]);
  });

  it('is failed over away from the cluster on which everything stands', async () => {
    const scenario = await givenEveryRingMoved();
    scenario.cluster('green').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(ended.record).toMatchObject({ from: 'green', to: 'blue', active: 'blue' });
    expect(scenario.standing()).toBe('blue');
  });

  it('is not moved when a ring has come back since the last one was asked for: that would be taken along', async () => {
    const scenario = await givenRing0OnGreen();
    const before = scenario.changes.length;
    let returned: unknown;
    scenario.meddling = {
      world: ({ key }, world) => {
        if (key !== 'claim') return world;
        const read = async (pair: string) => {
          const ledger = await world.ledger.read(pair);
          returned = ledger?.rings;
          return ledger === undefined ? undefined : { ...ledger, rings: {} };
        };
        return { ...world, ledger: { ...world.ledger, by: world.ledger.by, read } };
      },
    };
    const ended = await scenario.run({ mode: 'switchover', ring: 1, reason: 'now the rest' });
    expect(returned).toEqual({ 0: 'green' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Held');
    expect(ended.record.because.join()).toContain('rings of shop have moved since ring 1 was asked for');
    expect(scenario.changes.slice(before).filter(({ groups }) => groups.length > 0)).toEqual([]);
  });

  it('keeps its active cluster while a ring is still there', async () => {
    const scenario = await givenRing0OnGreen();
    expect(await scenario.ledger()).toMatchObject({ active: 'blue', rings: { 0: 'green' } });
    const back = await scenario.run({ mode: 'switchover', ring: 0, reason: 'back' });
    expect(back.outcome, back.record.because.join('; ')).toBe('Switched');
    expect(await scenario.ledger()).toMatchObject({ active: 'blue', rings: {} });
  });
});
