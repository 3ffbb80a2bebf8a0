import { describe, expect, it } from 'vitest';
import { EXAMPLE, given, PIVOT } from './scenario.ts';

const TO_BLUE = { mode: 'repair', to: 'blue', reason: 'we looked' };

describe('a fence that cannot be read, and names on both clusters', () => {
  it('waits for a person, who is told both ways out', async () => {
    const scenario = await given();
    garble(scenario, EXAMPLE);
    const ended = await scenario.run({ mode: 'repair', reason: 'what now' });
    expect(ended.outcome).toBe('Held');
    expect(ended.record.because.join()).toContain('cannot be read');
    expect(ended.record.next).toBe('throwover accept --active blue');
    expect(ended.record.because.join()).toContain('`throwover repair --to blue`');
  });

  it('names the cluster where the users are, whatever the ledger says', async () => {
    const scenario = await given();
    garble(scenario, EXAMPLE);
    for (const name of ['example', 'shop', 'cart']) {
      await scenario.pass(1);
      scenario.editWeights(EXAMPLE, `${name}.example.test.`, { blue: 0, green: 100 });
    }
    await scenario.pass(1);
    const ended = await scenario.run({ mode: 'repair', reason: 'what now' });
    expect(ended.outcome).toBe('Held');
    expect(ended.record.next).toBe('throwover accept --active green');
    expect(ended.record.because.join()).toContain('`throwover repair --to green`');
  });

  it('is replaced when a person says where everything belongs, and everything is brought there', async () => {
    const scenario = await given();
    garble(scenario, EXAMPLE);
    scenario.editWeights(PIVOT, 'live-0.pivot.test.', { blue: 50, green: 50 });
    const ended = await scenario.run(TO_BLUE);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    await scenario.pass(120);
    expect(scenario.fence(EXAMPLE)).toMatchObject({ active: 'blue', epoch: 2 });
    expect(scenario.atRest()).toEqual([]);
  });

  it('says where the names are until they have moved, whatever the person wants', async () => {
    const scenario = await given();
    garble(scenario, EXAMPLE);
    scenario.cluster('green').inflict('kill');
    await scenario.pass(60);
    const ended = await scenario.run({ ...TO_BLUE, to: 'green' });
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Held');
    expect(scenario.fence(EXAMPLE)).toMatchObject({ active: 'blue', epoch: 2 });
    expect(scenario.standing()).toBe('blue');
  });

  it('is not replaced by a repair that a machine starts', async () => {
    const scenario = await given();
    garble(scenario, EXAMPLE);
    const signal = { source: 'watch', name: 'repair', at: scenario.clock.now() };
    const ended = await scenario.run({ ...TO_BLUE, signal });
    expect(ended.outcome).toBe('Held');
    expect(scenario.fenceRecord(EXAMPLE).ResourceRecords).toEqual([{ Value: '"v=1 by=somebody else"' }]);
  });

  it('is replaced also where the ledger is lost and another fence with it', async () => {
    const scenario = await given();
    scenario.edit(PIVOT, [{ Action: 'DELETE', set: scenario.fenceRecord(PIVOT) }]);
    await scenario.pass(1);
    scenario.editWeights(PIVOT, 'live-0.pivot.test.', { blue: 50, green: 50 });
    const Key = { pk: { S: 'pair#shop' }, sk: { S: 'ledger' } };
    scenario.world.dynamoDb.deleteItem({ TableName: 'throwover-lab', Key });
    const ended = await scenario.run(TO_BLUE);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    await scenario.pass(120);
    expect(scenario.atRest()).toEqual([]);
  });
});

function garble(scenario: Awaited<ReturnType<typeof given>>, zone: string): void {
  const set = { ...scenario.fenceRecord(zone), ResourceRecords: [{ Value: '"v=1 by=somebody else"' }] };
  scenario.edit(zone, [{ Action: 'UPSERT', set }]);
}
