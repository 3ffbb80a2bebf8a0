/** How many users did not follow a move: counted while the old side still serves them, and completed in the record when it stands down. */
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../core/record.ts';
import { RECORDS } from '../../lab/world/names.ts';
import { type Given, given, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };

/** Customers some of whose resolvers stretch TTLs for ten minutes, and a tail of any size that may be cut soon. */
const STRETCHED: Given = {
  customers: true,
  topology: ({ pairs: { shop } }) => {
    shop.timing = { ...shop.timing, tailGraceSeconds: 600, tailFractionMax: 1 };
  },
};

async function recordOf(scenario: Scenario, epoch: number): Promise<RunRecord> {
  const events = await scenario.events(epoch);
  const records = events.filter(({ key }) => key.startsWith('report#')).map(({ facts }) => facts.record as RunRecord);
  const found = records.find((record) => record.epoch === epoch);
  if (found === undefined) throw new Error(`no record of epoch ${epoch}`);
  return found;
}

function keptIn({ world: { s3 } }: Scenario, run: string): unknown {
  const { Contents } = s3.listObjectsV2({ Bucket: RECORDS });
  const Key = Contents.map((one) => one.Key).find((key) => key.endsWith(`/${run}.json`)) ?? '';
  return JSON.parse(Buffer.from(s3.getObject({ Bucket: RECORDS, Key }).Body).toString());
}

const owed = async (scenario: Scenario) => (await scenario.ledger()).debts.find(({ what }) => what === 'stand down');

describe('the tail of users on the old side', () => {
  it('is counted after one TTL, and stands in the record once the old side stands down: in the ledger and in S3', async () => {
    const scenario = await given(STRETCHED);
    const { record } = await scenario.run(SWITCHOVER, 'by-hand');
    const epoch = record.epoch ?? 0;
    expect(record.tail).toBeUndefined();
    await scenario.pass(330);
    const { tail } = (await owed(scenario)) ?? {};
    expect(tail).toMatchObject({ seconds: 120, requests: expect.any(Number), of: expect.any(Number) });
    expect(tail?.requests).toBeGreaterThan(0);
    expect(tail?.fraction).toBeGreaterThan(0);
    expect(tail?.fraction).toBeLessThan(0.5);
    expect((await recordOf(scenario, epoch)).tail).toBeUndefined();
    await scenario.until(() => scenario.cluster('blue').deployment('shop', 'shop')?.wanted === 0, 3_600);
    await scenario.pass(90);
    const completed = await recordOf(scenario, epoch);
    expect(completed).toEqual({ ...record, tail: { ...tail, goneAt: expect.any(Number) } });
    expect(keptIn(scenario, 'by-hand')).toEqual(completed);
    expect(await owed(scenario)).toBeUndefined();
  });

  it('follows the debt to the epoch of a run that was held meanwhile', async () => {
    const scenario = await given();
    const { record } = await scenario.run(SWITCHOVER, 'by-hand');
    let fenced = false;
    scenario.meddling = {
      before: ({ key }) => {
        fenced ||= key === 'prepare';
        if (fenced && key === 'observe-inside') throw new Error('blind');
      },
    };
    const held = await scenario.run({ mode: 'switchover', to: 'blue', reason: 'back' });
    scenario.meddling = {};
    expect([held.outcome, held.record.epoch]).toEqual(['Held', (record.epoch ?? 0) + 1]);
    expect(await owed(scenario)).toMatchObject({ epoch: held.record.epoch, made: { epoch: record.epoch } });
    await scenario.pass(1_200);
    expect((await recordOf(scenario, record.epoch ?? 0)).tail).toMatchObject({ goneAt: expect.any(Number) });
  });

  it('is said to be unknown where a person sent the old side to sleep before it could be counted', async () => {
    const scenario = await given();
    const { record } = await scenario.run(SWITCHOVER, 'by-hand');
    await scenario.run({ mode: 'stand-down', reason: 'nobody is there' });
    await scenario.pass(120);
    const { tail } = await recordOf(scenario, record.epoch ?? 0);
    expect(tail).toMatchObject({ goneAt: expect.any(Number), because: expect.stringContaining('before its requests') });
    expect(tail).not.toHaveProperty('fraction');
  });

  it('that S3 does not take is in the ledger all the same, and the old side sleeps', async () => {
    const scenario = await given();
    const { record } = await scenario.run(SWITCHOVER, 'by-hand');
    scenario.meddling = {
      out: (call) => {
        if (call === 's3:PutObject') throw new Error('no bucket');
      },
    };
    await scenario.pass(900);
    expect((await recordOf(scenario, record.epoch ?? 0)).tail).toMatchObject({ goneAt: expect.any(Number) });
    expect(await owed(scenario)).toBeUndefined();
    expect(keptIn(scenario, 'by-hand')).not.toHaveProperty('tail');
    const events = await scenario.events(record.epoch ?? 0);
    expect(events.map(({ key }) => key)).toContain('unkept#by-hand');
  });
});
