/** Every run and every drill leaves its record where it outlives the table; S3 is worth an attempt, and never a run. */
import { describe, expect, it } from 'vitest';
import { RECORDS } from '../../lab/world/names.ts';
import { given, type Scenario } from './scenario.ts';

function kept({ world: { s3 } }: Scenario): Record<string, Record<string, unknown>> {
  const { Contents } = s3.listObjectsV2({ Bucket: RECORDS });
  return Object.fromEntries(
    Contents.map(({ Key }) => {
      const { Body } = s3.getObject({ Bucket: RECORDS, Key });
      return [Key, JSON.parse(Buffer.from(Body).toString())];
    }),
  );
}

const CUT = {
  out: (call: string) => {
    if (call === 's3:PutObject') throw new Error('connect ETIMEDOUT');
  },
};

describe('the record of a run', () => {
  it('is in S3 as the run gave it, by pair and day', async () => {
    const scenario = await given();
    const ended = await scenario.run({ mode: 'switchover', reason: 'there' }, 'by-hand');
    expect(kept(scenario)['shop/runs/2026-01-01/by-hand.json']).toEqual(ended.record);
    expect(ended.record).toMatchObject({ outcome: 'Switched', secondsTo: { withdraw: expect.any(Number) } });
  });

  it('is there also when nobody was moved', async () => {
    const scenario = await given();
    scenario.cluster('green').inflict('kill');
    await scenario.run({ mode: 'switchover', reason: 'there' }, 'in-vain');
    expect(kept(scenario)['shop/runs/2026-01-01/in-vain.json']).toMatchObject({ outcome: 'Held' });
  });

  it('names who started it: a person by name, a person without one, a signal, a drill', async () => {
    const scenario = await given();
    const callers = () =>
      Object.fromEntries(
        Object.entries(kept(scenario)).map(([key, { caller }]) => [
          key.split('/').at(-1)?.replace('.json', ''),
          caller,
        ]),
      );
    await scenario.run({ mode: 'preview', by: 'person:ada@desk' }, 'by-name');
    await scenario.run({ mode: 'preview' }, 'in-the-console');
    await scenario.end(scenario.rehearse({ kind: 'preview', reason: 'x' }));
    scenario.cluster('blue').inflict('kill');
    const moved = await scenario.end(await scenario.started('failover'));
    const [automatic] = Object.values(callers()).slice(-1);
    expect(callers()).toMatchObject({
      'by-name': 'person:ada@desk',
      'in-the-console': 'unnamed, execution in-the-console',
    });
    expect(Object.entries(callers()).find(([name]) => name.endsWith('-out'))?.[1]).toMatch(/^drill drill-\S+$/);
    expect(automatic).toBe(moved.record.caller);
    expect(automatic).toMatch(/^signal \S+ \S+/);
  });

  it('names who paused, and who approved', async () => {
    const scenario = await given();
    const paused = await scenario.run({ mode: 'pause', reason: 'look', by: 'person:ada' });
    expect(paused.record.caller).toBe('person:ada');
    const accepted = await scenario.run({ mode: 'accept', active: 'blue', by: 'person:bob' });
    expect(accepted.record.caller).toBe('person:bob');
  });

  it('that S3 does not take fails no run: its events say so, and nobody tries again', async () => {
    const scenario = await given();
    const before = Object.keys(kept(scenario));
    let tries = 0;
    scenario.meddling = {
      out: (call) => {
        if (call === 's3:PutObject') tries++;
        CUT.out(call);
      },
    };
    const { outcome, record } = await scenario.run({ mode: 'switchover', reason: 'there' }, 'unkept');
    await scenario.pass(300);
    expect([outcome, tries]).toEqual(['Switched', 1]);
    expect(Object.keys(kept(scenario))).toEqual(before);
    expect(record.troubles).toEqual(['not kept in S3: Error: connect ETIMEDOUT']);
    const events = await scenario.events(record.epoch ?? 0);
    expect(events.find(({ key }) => key === 'unkept#unkept')).toMatchObject({
      what: 'not kept in S3: Error: connect ETIMEDOUT',
      facts: { key: 'shop/runs/2026-01-01/unkept.json' },
    });
    expect(events.find(({ key }) => key === 'report#unkept')?.facts.record).toMatchObject({ outcome: 'Switched' });
  });
});

describe('the record of a drill', () => {
  it('is there beside those of its legs', async () => {
    const scenario = await given();
    const { record } = await scenario.end(scenario.rehearse({ kind: 'ring', reason: 'x' }));
    const { name } = record as unknown as { name: string };
    const all = kept(scenario);
    expect(all[`shop/drills/2026-01-01/${name}.json`]).toMatchObject({ outcome: 'Succeeded', kind: 'ring' });
    expect(Object.keys(all)).toEqual(
      expect.arrayContaining(['out', 'back'].map((leg) => `shop/runs/2026-01-01/${name}-${leg}.json`)),
    );
  });

  it('that S3 does not take fails no drill', async () => {
    const scenario = await given();
    scenario.meddling = CUT;
    const { outcome } = await scenario.end(scenario.rehearse({ kind: 'preview', reason: 'x' }));
    expect(outcome).toBe('Succeeded');
  });
});
