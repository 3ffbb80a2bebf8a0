import { describe, expect, it } from 'vitest';
import { EXAMPLE, given, givenFailover, PIVOT, type Scenario, ZONES } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };
const PAUSE = { mode: 'pause', reason: 'deploy freeze' };

function trafficBatches(scenario: Scenario) {
  return scenario.changes.filter(({ ours, groups }) => ours && groups.length > 0);
}

/** Green is dead, and nobody has acknowledged that automation moved away from blue before. */
async function givenSecondFailure(acknowledge: boolean, secondsBetween: number): Promise<Scenario> {
  const { scenario, arn } = await givenFailover();
  expect((await scenario.end(arn)).outcome).toBe('Switched');
  scenario.cluster('blue').heal('kill');
  await scenario.pass(400);
  if (acknowledge) expect((await scenario.run({ mode: 'ack' })).outcome).toBe('Recorded');
  await scenario.pass(secondsBetween);
  scenario.cluster('green').inflict('kill');
  return scenario;
}

describe('pause', () => {
  it('holds an automatic failover, and says by whom and why', async () => {
    const scenario = await given();
    expect((await scenario.run(PAUSE)).outcome).toBe('Recorded');
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toContain('deploy freeze');
    expect(ended.record.next).toContain('throwover');
    expect(trafficBatches(scenario)).toEqual([]);
    expect((await scenario.ledger()).epoch).toBe(1);
  });

  it('does not hold a person', async () => {
    const scenario = await given();
    await scenario.run(PAUSE);
    expect((await scenario.run(SWITCHOVER)).outcome).toBe('Switched');
  });

  it('ends by itself at `until`', async () => {
    const scenario = await given();
    const until = new Date(scenario.clock.now() + 120_000).toISOString();
    await scenario.run({ ...PAUSE, until });
    await scenario.pass(150);
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
  });

  it('while an automatic run prepares: no traffic batch leaves, Held, and nothing stays behind', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.untilState(arn, 'Prepare');
    await scenario.run(PAUSE);
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Held');
    expect(trafficBatches(scenario)).toEqual([]);
    // for as long as blue is dead its witness is asked, and kept awake
    scenario.cluster('blue').heal('kill');
    await scenario.pass(600);
    expect(scenario.standing()).toBe('blue');
    expect(scenario.cluster('green').config()).not.toHaveProperty('workloads');
    expect((await scenario.ledger()).debts).toEqual([]);
  });

  it('between two batches of an automatic run: the next one does not leave, Uncertain, and a person decides', async () => {
    const { scenario, arn } = await givenFailover({
      topology: ({ pairs: { shop } }) => {
        shop.services.shop.hosts.push(...Array.from({ length: 400 }, (_, n) => `n${n}.example.test`));
      },
    });
    await scenario.untilState(arn, 'Steer');
    await scenario.until(() => trafficBatches(scenario).length >= 2);
    const paused = scenario.start(PAUSE);
    await scenario.end(paused);
    const at = scenario.clock.now();
    const ended = await scenario.end(arn);
    expect(trafficBatches(scenario).filter((batch) => batch.at > at)).toEqual([]);
    expect(ended).toMatchObject({ status: 'FAILED', outcome: 'Uncertain' });
    expect(ended.record.because.join()).toContain('deploy freeze');
    expect(scenario.standing(EXAMPLE)).toBe('mixed');

    await scenario.run({ mode: 'resume' });
    const repaired = await scenario.run({ mode: 'repair', reason: 'go on' });
    expect(repaired.record, repaired.record.because.join('; ')).toMatchObject({ outcome: 'Switched', to: 'green' });
    expect(scenario.standing()).toBe('green');
  });

  it('and `resume` let an automatic failover act again', async () => {
    const scenario = await given();
    await scenario.run(PAUSE);
    await scenario.run({ mode: 'resume' });
    scenario.cluster('blue').inflict('kill');
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
  });
});

describe('one automatic move, then a person', () => {
  it('a second automatic failover is refused until somebody acknowledged the first, however long ago that was', async () => {
    const scenario = await givenSecondFailure(false, 3_700);
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toContain('Cooldown');
    expect(ended.record.gates.find(({ name }) => name === 'Cooldown')?.opensWhen).toContain(
      'throwover ack --pair shop',
    );
    expect(scenario.standing()).toBe('green');
  });

  it('nor within the cooldown, though it was acknowledged', async () => {
    const scenario = await givenSecondFailure(true, 60);
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toContain('Cooldown');
  });

  it('and is let through when it was acknowledged and the cooldown is over', async () => {
    const scenario = await givenSecondFailure(true, 3_700);
    const ended = await scenario.end(await scenario.started('failover'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('blue');
  });

  it('a person may always move', async () => {
    const scenario = await givenSecondFailure(false, 0);
    await scenario.pass(20);
    const ended = await scenario.run({ mode: 'failover', reason: 'green is dead' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
  });
});

describe('accept', () => {
  it('at first start writes the fences from what the zones say, publishes, and touches no weight', async () => {
    const scenario = await given({ activated: false });
    const before = ZONES.map((zone) => JSON.stringify([...scenario.weights(zone)]));
    const ended = await scenario.run({ mode: 'accept', active: 'blue', reason: 'first start' });
    expect(ended.record, ended.record.because.join('; ')).toMatchObject({
      outcome: 'Recorded',
      active: 'blue',
      epoch: 1,
    });
    for (const zone of ZONES) expect(scenario.fence(zone)).toMatchObject({ active: 'blue', epoch: 1, seq: 1 });
    expect(ZONES.map((zone) => JSON.stringify([...scenario.weights(zone)]))).toEqual(before);
    expect(scenario.parameter('active-cluster')).toBe('blue');
    expect(JSON.parse(scenario.parameter('state') ?? '')).toMatchObject({ v: 1, active: 'blue', epoch: 1 });
    expect(scenario.cluster('green').deployment('shop', 'shop')?.pods.length).toBe(0);
  });

  it('finds that green is active where it is', async () => {
    const scenario = await given({ activated: false, active: 'green' });
    const refused = await scenario.run({ mode: 'accept', active: 'blue', reason: 'wrong' });
    expect(refused.outcome).toBe('Refused');
    expect(ZONES.map((zone) => scenario.fence(zone))).toEqual([undefined, undefined]);
    expect((await scenario.run({ mode: 'accept', active: 'green', reason: 'right' })).outcome).toBe('Recorded');
  });

  it('whose zone does not take the fence is Held, and can be said again', async () => {
    const scenario = await given({ activated: false });
    scenario.world.route53.setLocked(PIVOT, true);
    const held = await scenario.run({ mode: 'accept', active: 'blue', reason: 'first start' });
    expect(held.outcome).toBe('Held');
    expect(held.record.next).toBe('throwover accept --pair shop --active blue');
    scenario.world.route53.setLocked(PIVOT, false);
    const ended = await scenario.run({ mode: 'accept', active: 'blue', reason: 'first start' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Recorded');
    await scenario.pass(120);
    expect(scenario.atRest()).toEqual([]);
  });

  it('is refused while a run holds the pair', async () => {
    const scenario = await given();
    const arn = scenario.start(SWITCHOVER);
    await scenario.untilState(arn, 'LetStepStand');
    const ended = await scenario.run({ mode: 'accept', active: 'blue', reason: 'no' });
    expect(ended.outcome).toBe('Refused');
    expect((await scenario.end(arn)).outcome).toBe('Switched');
  });

  it('after the ledger was lost makes it again from the fences: paused, unacknowledged, at a newer epoch', async () => {
    const scenario = await given();
    await scenario.run(SWITCHOVER);
    await scenario.pass(120);
    scenario.world.dynamoDb.deleteItem({
      TableName: 'throwover-lab',
      Key: { pk: { S: 'pair#shop' }, sk: { S: 'ledger' } },
    });
    const ended = await scenario.run({ mode: 'accept', active: 'green', reason: 'the table is new' });
    expect(ended.record, ended.record.because.join('; ')).toMatchObject({ outcome: 'Recorded', epoch: 3 });
    expect(await scenario.ledger()).toMatchObject({ active: 'green', acknowledged: false, pause: { by: 'throwover' } });
  });
});

describe('who asked', () => {
  it('stands in a pause: the person whom the terminal named, else that it was the console', async () => {
    const scenario = await given();
    await scenario.run({ mode: 'pause', reason: 'incident', by: 'person:anna@desk' });
    expect((await scenario.ledger()).pause).toMatchObject({ by: 'person:anna@desk' });
    await scenario.run({ mode: 'pause', reason: 'incident' }, '5c0c1e9e');
    expect((await scenario.ledger()).pause).toMatchObject({ by: 'console, execution 5c0c1e9e' });
  });
});

describe('an override of a gate that there is not', () => {
  it('is refused before anything is read', async () => {
    const scenario = await given();
    const ended = await scenario.run({ mode: 'switchover', reason: 'x', override: ['Capacty'] });
    expect(ended.record).toMatchObject({
      outcome: 'Refused',
      because: [expect.stringContaining('no gate Capacty; known: ')],
    });
  });
});

describe('a preview of a failover', () => {
  it('asks the gates of a failover and changes nothing', async () => {
    const scenario = await given();
    const before = scenario.changes.length;
    const ended = await scenario.run({ mode: 'preview-failover' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Previewed');
    const shut = ended.record.gates.filter(({ state }) => state !== 'open').map(({ name }) => name);
    // blue is well
    expect(shut).toContain('UserPathAndCanaryFail');
    expect(scenario.changes).toHaveLength(before);
    expect(await scenario.ledger()).toMatchObject({ epoch: 1 });
  });
});

describe('a run that a person stopped', () => {
  it('leaves what it was, and what nobody knows, once the watch has reaped it', async () => {
    const scenario = await given();
    const arn = scenario.start({ mode: 'switchover', reason: 'CNI upgrade' }, 'stopped-one');
    await scenario.untilState(arn, 'Verify');
    const { epoch } = await scenario.ledger();
    scenario.world.stepFunctions.stopExecution({ executionArn: arn });
    await scenario.pass(180);
    const noted = (await scenario.events(epoch)).find(({ key }) => key === 'reaped#stopped-one');
    expect(noted?.facts.record).toMatchObject({
      outcome: 'Uncertain',
      from: 'blue',
      to: 'green',
      epoch,
      because: [expect.stringMatching(/is ABORTED and left no record/), expect.stringContaining('not known')],
      next: 'throwover repair --pair shop',
    });
  });
});
