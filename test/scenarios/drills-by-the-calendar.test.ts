/** Who starts drills, what happens when they are started twice, and what becomes of one that breaks in the middle. */
import { describe, expect, it } from 'vitest';
import type { DrillRecord } from '../../core/drill/drill.ts';
import { Crash, given, type Scenario } from './scenario.ts';

const SLOT = '2026-01-01T04:00:00Z';

function drillsOf({ world }: Scenario): { arn: string; status: string }[] {
  const { executions } = world.stepFunctions.listExecutions({ stateMachineArn: world.machines.drill });
  return executions.map(({ executionArn, status }) => ({ arn: executionArn, status })).reverse();
}

describe('the schedule', () => {
  it('begins a drill of the ring at its slot, which goes there and comes back', async () => {
    const scenario = await given({
      // 2026-01-01 is a Thursday
      topology: ({ pairs: { shop } }) => {
        shop.drills = { cadence: 'weekly', weekday: 'thursday', hourUtc: 4, bakeSeconds: 120 };
      },
    });
    await scenario.until(() => drillsOf(scenario).length === 1);
    const [drill] = drillsOf(scenario);
    const record = (await scenario.end(drill?.arn ?? '')).record as unknown as DrillRecord;
    expect(record).toMatchObject({
      outcome: 'Succeeded',
      kind: 'ring',
      at: Date.parse(SLOT),
      startedBy: 'machine',
      reason: 'by the schedule',
      secondsToWithdraw: expect.any(Number),
      secondsToReturn: expect.any(Number),
    });
    expect(scenario.standing()).toBe('blue');
  });

  it('lets a full drill that stays go the other way each time', async () => {
    const scenario = await given();
    const ways: string[] = [];
    for (const slot of ['2026-01-01T04:00:00Z', '2026-01-02T04:00:00Z', '2026-01-03T04:00:00Z']) {
      const ended = await scenario.end(scenario.rehearse({ kind: 'full', returns: false, slot }));
      const { outcome, from, to } = ended.record as unknown as DrillRecord;
      ways.push(`${from} -> ${to} ${outcome}`);
      await scenario.pass(900);
    }
    expect(ways).toEqual(['blue -> green Succeeded', 'green -> blue Succeeded', 'blue -> green Succeeded']);
  });

  it.each([{ kind: 'ring' }, { kind: 'full', returns: true }])(
    'rehearses both directions where users come back, from wherever they stand: %o',
    async (input) => {
      const scenario = await given({ active: 'green' });
      const ended = await scenario.end(scenario.rehearse({ ...input, slot: SLOT }));
      expect(ended.record).toMatchObject({
        ...{ outcome: 'Succeeded', from: 'green', to: 'blue' },
        runs: [
          { leg: 'out', outcome: 'Switched' },
          { leg: 'back', outcome: 'Switched' },
        ],
        ...{ secondsToWithdraw: expect.any(Number), secondsToReturn: expect.any(Number) },
      });
      expect(scenario.standing()).toBe('green');
    },
  );

  it('that fires twice for a slot begins one drill: the second finds it taken and leaves no record', async () => {
    const scenario = await given();
    const input = { pair: 'shop', slot: SLOT };
    const [one, other] = [scenario.rehearse(input), scenario.rehearse(input)];
    const outcomes = [(await scenario.end(one)).outcome, (await scenario.end(other)).outcome];
    expect(outcomes.sort()).toEqual(['Skipped', 'Succeeded']);
    expect((await scenario.notes('drill#')).map(({ item }) => item.outcome)).toEqual(['Succeeded']);
    expect(scenario.executions().filter(({ name }) => name.startsWith('drill-'))).toHaveLength(2);
  });

  it('begins nothing that is not understood', async () => {
    const scenario = await given();
    for (const input of [{ kind: 'dry' }, { ring: 0 }, [], 'ring', { pair: 'nobody' }])
      expect((await scenario.end(scenario.rehearse(input))).outcome, JSON.stringify(input)).toBe('Refused');
    expect(await scenario.notes('drill#')).toEqual([]);
  });
});

describe('a drill that breaks in the middle', () => {
  it('whose leg died is Failed, and repair brings the users back', async () => {
    const scenario = await given();
    const drill = scenario.rehearse({ kind: 'full', reason: 'x' });
    let judged = 0;
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'judge-step' && ++judged === 1) throw new Crash('the service failed');
      },
    };
    const record = (await scenario.end(drill)).record;
    expect(record.outcome).toBe('Failed');
    const repair = await scenario.end(await scenario.started('repair'));
    expect(repair.outcome, repair.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('blue');
    await scenario.pass(900);
    expect(scenario.atRest()).toEqual([]);
  });

  it('whose looks all fail is Interrupted after minutes, and its leg goes on without it', async () => {
    const scenario = await given();
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'look-at-drill') throw new Error('no sight');
      },
    };
    const record = (await scenario.end(scenario.rehearse({ kind: 'ring', reason: 'x' }))).record;
    expect(record).toMatchObject({ outcome: 'Interrupted' });
    expect(record.because.join()).toContain('nobody could look at it any more');
  });

  it('whose functions were called twice each is the same drill', async () => {
    const scenario = await given();
    const seen = new Set<string>();
    scenario.meddling = {
      after: ({ key, input }) => {
        const once = `${key} ${JSON.stringify(input)}`;
        if (!['admit-drill', 'start-leg', 'report-drill'].includes(key) || seen.has(once)) return;
        seen.add(once);
        // its answer is lost, and the machine asks again
        throw Object.assign(new Error('socket hang up'), { name: 'LedgerUnreachable' });
      },
    };
    const ended = await scenario.end(scenario.rehearse({ kind: 'ring', reason: 'x' }));
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Succeeded');
    expect(scenario.executions().filter(({ name }) => name.startsWith('drill-'))).toHaveLength(2);
    expect((await scenario.notes('drill#')).map(({ item }) => item.outcome)).toEqual(['Succeeded']);
  });
});
