import { describe, expect, it } from 'vitest';
import { EXAMPLE, given, PIVOT, type Scenario } from './scenario.ts';

const NAME = 'shop.example.test.';

/** Types of the events on the bus from now on. */
function announcedBy(scenario: Scenario): string[] {
  const announced: string[] = [];
  const { putEvents } = scenario.world.eventBridge;
  scenario.world.eventBridge.putEvents = (input) => {
    announced.push(...(input.Entries ?? []).map((entry) => entry.DetailType ?? ''));
    return putEvents.call(scenario.world.eventBridge, input);
  };
  return announced;
}

/** A pair at rest, and somebody who gives half of a name to the other cluster by hand. */
async function edited(): Promise<{ scenario: Scenario; announced: string[] }> {
  const scenario = await given();
  // the settling after the first accept has a judgement of its own
  await scenario.pass(600);
  // it would correct the names of its own cluster
  for (const dns of Object.values(scenario.world.externalDns)) dns?.suspend();
  const announced = announcedBy(scenario);
  scenario.editWeights(EXAMPLE, NAME, { blue: 50, green: 50 });
  // a name of ring 1: each is looked at within ten minutes
  await scenario.pass(660);
  return { scenario, announced };
}

describe('weights that nobody of us wrote', () => {
  it('pause automation; the pause says which record, which weights, and how to find who wrote', async () => {
    const { scenario, announced } = await edited();
    const { pause } = await scenario.ledger();
    expect(pause).toMatchObject({ by: 'automation' });
    expect(pause?.reason).toContain(`${NAME} A has blue 50, green 50, the fence says blue`);
    expect(pause?.reason).toContain('aws cloudtrail lookup-events --region us-east-1');
    expect(pause?.reason).toContain('throwover accept');
    expect(announced.filter((type) => type === 'Foreign Writer Seen')).toHaveLength(1);
    // and it fights nobody
    expect(scenario.weights(EXAMPLE).get(`${NAME} A`)).toEqual({ blue: 50, green: 50 });
  });

  it('hold the automatic failover, which offers repair, and accept where every name is on one side only', async () => {
    const { scenario } = await edited();
    scenario.cluster('blue').inflict('kill');
    const held = await scenario.end(await scenario.started('failover'));
    expect(held.outcome).toBe('Held');
    const gate = held.record.gates.find(({ name }) => name === 'NotPaused');
    expect(gate).toMatchObject({ state: 'closed', because: expect.stringContaining('paused by automation') });
    expect(gate?.opensWhen).toContain('`throwover repair --pair shop`; names stand on both clusters');
    expect(gate?.opensWhen).not.toContain('throwover accept');
  });

  it('are not paused for again after a person resumed, until something else is written', async () => {
    const { scenario, announced } = await edited();
    expect((await scenario.run({ mode: 'resume' })).outcome).toBe('Recorded');
    await scenario.pass(300);
    expect((await scenario.ledger()).pause).toBeUndefined();
    scenario.editWeights(PIVOT, 'live-1.pivot.test.', { blue: 10, green: 90 });
    await scenario.pass(120);
    expect((await scenario.ledger()).pause?.reason).toContain('live-1.pivot.test. A has blue 10, green 90');
    expect(announced.filter((type) => type === 'Foreign Writer Seen')).toHaveLength(2);
  });

  it('are answered by repair, which ends the pause', async () => {
    const { scenario } = await edited();
    const repaired = await scenario.run({ mode: 'repair', to: 'blue', reason: 'a slip in the console' });
    expect(repaired.outcome, repaired.record.because.join('; ')).toBe('Switched');
    expect(await scenario.ledger()).not.toHaveProperty('pause');
    expect(scenario.standing()).toBe('blue');
  });

  it('are answered by accept where every name is on one side', async () => {
    const { scenario } = await edited();
    for (const name of [NAME, 'cart.example.test.']) {
      scenario.editWeights(EXAMPLE, name, { blue: 0, green: 100 });
      await scenario.pass(2);
    }
    scenario.editWeights(PIVOT, 'live-1.pivot.test.', { blue: 0, green: 100 });
    const accepted = await scenario.run({ mode: 'accept', active: 'blue', reason: 'ring 1 was moved by hand' });
    expect(accepted.outcome, accepted.record.because.join('; ')).toBe('Recorded');
    expect(await scenario.ledger()).toMatchObject({ rings: { 1: 'green' } });
    expect(await scenario.ledger()).not.toHaveProperty('pause');
    expect(await scenario.ledger()).not.toHaveProperty('disputed');
  });

  it('leave a person’s pause as it is, and are told of all the same', async () => {
    const scenario = await given();
    await scenario.pass(600);
    await scenario.run({ mode: 'pause', reason: 'network maintenance' });
    const announced = announcedBy(scenario);
    scenario.editWeights(PIVOT, 'live-1.pivot.test.', { blue: 50, green: 50 });
    await scenario.pass(120);
    expect((await scenario.ledger()).pause).toMatchObject({ reason: 'network maintenance' });
    expect(announced).toContain('Foreign Writer Seen');
  });
});

describe('a fence that nobody of us wrote', () => {
  it('pauses automation, with the ledger, the epoch and the run that it names', async () => {
    const scenario = await given();
    await scenario.pass(600);
    const record = scenario.fenceRecord(EXAMPLE);
    const text = '"v=1 by=0badcafe epoch=99 seq=1 active=blue run=somebody-elses"';
    scenario.edit(EXAMPLE, [{ Action: 'UPSERT', set: { ...record, ResourceRecords: [{ Value: text }] } }]);
    await scenario.pass(120);
    const { pause } = await scenario.ledger();
    expect(pause).toMatchObject({ by: 'automation' });
    expect(pause?.reason).toContain('by=0badcafe epoch=99 run=somebody-elses');
  });
});
