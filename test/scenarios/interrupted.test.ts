import { describe, expect, it } from 'vitest';
import { TABLE } from '../../lab/world.ts';
import { DynamoDb } from '../../models/dynamodb/dynamodb.ts';
import { blindWatch, Crash, given, givenFailover, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };
const REPAIR = { mode: 'repair', reason: 'it was cut off' };

/** From now on the first call of this function dies, and the execution with it. */
function dieAt(scenario: Scenario, doomed: string, when: 'before' | 'after' = 'before'): void {
  let died = false;
  const die = ({ key }: { key: string }) => {
    if (key === 'on-alarm') throw new Error('no alarm today');
    if (key !== doomed || died) return;
    died = true;
    throw new Crash(`${doomed} died`);
  };
  scenario.meddling = when === 'before' ? { before: die } : { after: die };
}

/** When users were last sent to the other side, and how often. */
function trafficOfUs(scenario: Scenario): number {
  return scenario.changes.filter(({ ours, groups }) => ours && groups.length > 0).length;
}

/** A switchover that died when its first step stood: 10 % on green, 90 % on blue. */
async function givenMixed(): Promise<Scenario> {
  const scenario = await given();
  dieAt(scenario, 'verify');
  const arn = scenario.start(SWITCHOVER);
  await scenario.until(() => scenario.status(arn) === 'FAILED');
  expect(scenario.fence()).toMatchObject({ active: 'blue', to: 'green', share: 10 });
  return scenario;
}

describe('a move that was cut off', () => {
  it('whose commit was lost after the swap is repaired forward within the watch’s third tick, and no user is moved', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.untilState(arn, 'Verify');
    dieAt(scenario, 'commit');
    await scenario.until(() => scenario.status(arn) === 'FAILED');
    expect(await scenario.ledger()).toMatchObject({ active: 'blue' });
    const moved = trafficOfUs(scenario);
    const diedAt = scenario.clock.now();
    const repair = await scenario.end(await scenario.started('repair'));
    expect(repair.record, repair.record.because.join('; ')).toMatchObject({ outcome: 'Unchanged', active: 'green' });
    expect((scenario.clock.now() - diedAt) / 1000).toBeLessThanOrEqual(180);
    expect(trafficOfUs(scenario)).toBe(moved);
    await scenario.pass(120);
    expect(scenario.atRest()).toEqual([]);
    expect(await scenario.ledger()).toMatchObject({ active: 'green', acknowledged: false });
  });

  it('whose commit had its effect, but whose answer was lost, is over', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.untilState(arn, 'Verify');
    dieAt(scenario, 'commit', 'after');
    await scenario.until(() => scenario.status(arn) === 'FAILED');
    await scenario.pass(240);
    expect(scenario.executions().some(({ name }) => name.endsWith('repair'))).toBe(false);
    expect(scenario.atRest()).toEqual([]);
  });

  it('is reaped after two ticks that saw its execution ended, at a new epoch', async () => {
    const scenario = await givenMixed();
    const { epoch } = await scenario.ledger();
    const ticks = () => scenario.invocations.filter(({ key }) => key === 'watch').length;
    const before = ticks();
    await scenario.until(() => scenario.executions().some(({ name }) => name.endsWith('repair')));
    expect(ticks() - before).toBe(2);
    expect((await scenario.ledger()).epoch).toBe(epoch + 1);
  });

  it('by a person who stopped it is not repaired by machine, and by the person on demand', async () => {
    const scenario = await given();
    const arn = scenario.start(SWITCHOVER);
    await scenario.untilState(arn, 'LetStepStand');
    scenario.world.stepFunctions.stopExecution({ executionArn: arn });
    await scenario.pass(600);
    expect(scenario.executions().some(({ name }) => name.endsWith('repair'))).toBe(false);
    expect(scenario.fence()).toMatchObject({ to: 'green', share: 10 });
    expect(await scenario.ledger()).toMatchObject({ awaitsPerson: expect.stringContaining('a person stopped') });
    const ended = await scenario.run(REPAIR);
    expect(ended.record, ended.record.because.join('; ')).toMatchObject({ outcome: 'Switched', to: 'blue' });
    await scenario.pass(120);
    expect(scenario.atRest()).toEqual([]);
    expect(await scenario.ledger()).not.toHaveProperty('awaitsPerson');
  });

  it('planned, both fit: back', async () => {
    const scenario = await givenMixed();
    const ended = await scenario.end(await scenario.started('repair'));
    expect(ended.record, ended.record.because.join('; ')).toMatchObject({ outcome: 'Switched', to: 'blue' });
    expect(scenario.standing()).toBe('blue');
  });

  it('unplanned, both fit again: forward', async () => {
    const { scenario, arn } = await givenFailover();
    // one zone is swapped, the other not yet
    await scenario.untilState(arn, 'Steer');
    scenario.world.route53.setLocked('Z0PIVOT', true);
    await scenario.until(() => scenario.standing('Z0EXAMPLE') === 'green');
    scenario.meddling = { before: ({ key }) => void (key === 'steer' && died()) };
    await scenario.until(() => scenario.status(arn) === 'FAILED');
    scenario.world.route53.setLocked('Z0PIVOT', false);
    scenario.meddling = {};
    expect([scenario.standing('Z0EXAMPLE'), scenario.standing('Z0PIVOT')]).toEqual(['green', 'blue']);
    scenario.cluster('blue').heal('kill');
    const ended = await scenario.end(await scenario.started('repair'));
    expect(ended.record, ended.record.because.join('; ')).toMatchObject({ outcome: 'Switched', to: 'green' });
    expect(scenario.standing()).toBe('green');
  });

  it('with one of the two fit: there', async () => {
    const scenario = await givenMixed();
    scenario.cluster('blue').inflict('kill');
    scenario.meddling = { before: ({ key }) => void (key === 'on-alarm' && died()), world: blindWatch };
    const ended = await scenario.end(await scenario.started('repair'));
    expect(ended.record, ended.record.because.join('; ')).toMatchObject({ outcome: 'Switched', to: 'green' });
    expect(scenario.standing()).toBe('green');
    expect((await scenario.ledger()).acknowledged).toBe(true);
  });

  it('with neither fit: nothing moves, and a person is asked', async () => {
    const scenario = await givenMixed();
    scenario.cluster('blue').inflict('kill');
    scenario.cluster('green').inflict('apps-broken');
    scenario.meddling = { before: ({ key }) => void (key === 'on-alarm' && died()), world: blindWatch };
    const ended = await scenario.end(await scenario.started('repair'));
    expect(ended).toMatchObject({ status: 'FAILED', outcome: 'Uncertain' });
    expect(scenario.fence()).toMatchObject({ to: 'green', share: 10 });
    const runs = scenario.executions().length;
    await scenario.pass(300);
    expect(scenario.executions().length).toBe(runs);
  });

  it('while every observer is blind: nothing moves, and a person is asked', async () => {
    const scenario = await givenMixed();
    scenario.meddling = { before: ({ key }) => void (key.startsWith('observe') && blind()) };
    const ended = await scenario.end(await scenario.started('repair'));
    expect(ended).toMatchObject({ status: 'FAILED', outcome: 'Uncertain' });
    expect(scenario.standing()).toBe('mixed');
  });

  it('is not repaired while automation is paused, and is after `resume`', async () => {
    const scenario = await givenMixed();
    await scenario.run({ mode: 'pause', reason: 'let me look' });
    await scenario.pass(300);
    expect(scenario.executions().some(({ name }) => name.endsWith('repair'))).toBe(false);
    await scenario.run({ mode: 'resume' });
    const ended = await scenario.end(await scenario.started('repair'));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
  });

  it('goes where a person says, when they say where', async () => {
    const scenario = await givenMixed();
    await scenario.run({ mode: 'pause', reason: 'I decide' });
    await scenario.pass(150);
    const ended = await scenario.run({ ...REPAIR, to: 'green' });
    expect(ended.record, ended.record.because.join('; ')).toMatchObject({ outcome: 'Switched', to: 'green' });
    expect(scenario.standing()).toBe('green');
  });

  it('makes a switchover to the cluster that the ledger still names Held, not Unchanged', async () => {
    const scenario = await givenMixed();
    await scenario.run({ mode: 'pause', reason: 'I decide' });
    await scenario.pass(150);
    const ended = await scenario.run({ ...SWITCHOVER, to: 'blue' });
    expect(ended.outcome).toBe('Held');
    expect(ended.record.next).toBe('throwover repair --pair shop --to blue');
  });

  it('is claimed above every epoch that zones and clusters show, when the ledger is one of yesterday', async () => {
    const scenario = await given();
    const { dynamoDb } = scenario.world;
    const Key = { pk: { S: 'pair#shop' }, sk: { S: 'ledger' } };
    const { Item } = dynamoDb.getItem({ TableName: TABLE, Key });
    await scenario.run(SWITCHOVER);
    await scenario.pass(120);
    // a restore is a person's work: no invariant is promised for it
    DynamoDb.prototype.putItem.call(dynamoDb, { TableName: TABLE, Item });
    const ended = await scenario.run(REPAIR);
    expect(ended.record, ended.record.because.join('; ')).toMatchObject({
      outcome: 'Unchanged',
      epoch: 3,
      active: 'green',
    });
    for (const zone of ['Z0EXAMPLE', 'Z0PIVOT']) expect(scenario.fence(zone)?.epoch).toBe(3);
  });

  it('of one ring is repaired as a move of that ring', async () => {
    const scenario = await given();
    dieAt(scenario, 'verify');
    const arn = scenario.start({ ...SWITCHOVER, ring: 0 });
    await scenario.until(() => scenario.status(arn) === 'FAILED');
    const ended = await scenario.end(await scenario.started('repair'));
    expect(ended.record, ended.record.because.join('; ')).toMatchObject({ outcome: 'Switched', to: 'blue' });
    expect(await scenario.ledger()).toMatchObject({ active: 'blue', rings: {} });
    await scenario.pass(120);
    expect(scenario.atRest()).toEqual([]);
  });
});

function blind(): never {
  throw new Error('nothing to see');
}

function died(): never {
  throw new Crash('died');
}
