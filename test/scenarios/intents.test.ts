import { describe, expect, it } from 'vitest';
import { Crash, EXAMPLE, given, givenFailover, PIVOT, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };

/** What was noted of each batch of an epoch: by seq and zone, `open` where nothing was. */
async function fates(scenario: Scenario, epoch: number): Promise<Record<string, string>> {
  const events = await scenario.events(epoch);
  const closed = new Map(events.flatMap(({ facts, what }) => (facts.closes ? [[String(facts.closes), what]] : [])));
  const intents = events.filter(({ facts }) => facts.writes !== undefined);
  return Object.fromEntries(intents.map(({ key }) => [key, closed.get(key) ?? 'open']));
}

/** Batches of an epoch that a zone took, by seq and zone. */
function taken(scenario: Scenario, epoch: number): string[] {
  return scenario.changes.flatMap(({ zone, ours, fence }) =>
    ours && fence.after?.epoch === epoch ? [`${String(fence.after.seq).padStart(6, '0')}#${zone}`] : [],
  );
}

describe('what became of a batch', () => {
  it('is noted by the watch, two minutes after it was sent', async () => {
    const scenario = await given();
    const { record } = await scenario.run(SWITCHOVER);
    const epoch = record.epoch ?? 0;
    expect(new Set(Object.values(await fates(scenario, epoch)))).toEqual(new Set(['open']));
    await scenario.pass(1_800);
    const noted = await fates(scenario, epoch);
    expect(new Set(Object.values(noted))).toEqual(new Set(['applied']));
    expect(Object.keys(noted).sort()).toEqual(taken(scenario, epoch).sort());
    expect(await scenario.ledger()).toMatchObject({ intentsClosed: epoch });
  });

  it('that was lost on its way is that it was not applied', async () => {
    const { scenario, arn } = await givenFailover();
    await scenario.untilState(arn, 'Steer');
    let lost = 0;
    scenario.meddling = {
      out: (call) => {
        if (call === 'route53:ChangeResourceRecordSets' && lost++ === 0) throw new Error('socket hang up');
      },
    };
    const { record, outcome } = await scenario.end(arn);
    expect(outcome).toBe('Switched');
    await scenario.pass(300);
    const noted = Object.entries(await fates(scenario, record.epoch ?? 0)).filter(([, fate]) => fate !== 'open');
    const vain = noted.filter(([, fate]) => fate === 'not applied').map(([key]) => key);
    expect(vain).toHaveLength(1);
    const epoch = record.epoch ?? 0;
    expect(noted.flatMap(([key, fate]) => (fate === 'applied' ? [key] : [])).sort()).toEqual(
      taken(scenario, epoch).sort(),
    );
  });

  it('of a run that crashed is found through the fences that repair put in the place of its own', async () => {
    const scenario = await given();
    const arn = scenario.start(SWITCHOVER);
    await scenario.untilState(arn, 'Verify');
    const { epoch } = await scenario.ledger();
    scenario.meddling = {
      before: () => {
        throw new Crash('the service failed');
      },
    };
    await scenario.end(arn);
    scenario.meddling = {};
    const repaired = await scenario.end(await scenario.started('repair'));
    expect(repaired.outcome, repaired.record.because.join('; ')).toBe('Switched');
    await scenario.pass(1_800);
    const noted = await fates(scenario, epoch);
    expect(new Set(Object.values(noted))).toEqual(new Set(['applied']));
    expect(Object.keys(noted).sort()).toEqual(taken(scenario, epoch).sort());
    expect(scenario.standing(EXAMPLE, PIVOT)).toBe('blue');
  });

  it('of many moves ago is noted, too, when the watch was down for all of them', async () => {
    const scenario = await given();
    await scenario.pass(600);
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'watch') throw new Error('the watch is down');
      },
    };
    for (let move = 0; move < 3; move++) {
      await scenario.run(SWITCHOVER);
      await scenario.call('pay-debts', { pair: 'shop' });
      await scenario.run({ mode: 'accept', active: scenario.standing(), reason: 'an epoch more' });
      await scenario.pass(60);
    }
    const { epoch } = await scenario.ledger();
    expect(epoch).toBeGreaterThan(6);
    scenario.meddling = {};
    await scenario.pass(1_200);
    expect(await scenario.ledger()).toMatchObject({ intentsClosed: epoch });
    for (let one = 2; one <= epoch; one++) {
      const noted = Object.entries(await fates(scenario, one));
      expect(
        noted.filter(([, fate]) => fate === 'open'),
        `epoch ${one}`,
      ).toEqual([]);
      const applied = noted.filter(([, fate]) => fate === 'applied').map(([key]) => key);
      expect(applied.sort(), `epoch ${one}`).toEqual(taken(scenario, one).sort());
    }
  });

  it('at rest is asked of nobody: no events are read, and no zone for it', async () => {
    const scenario = await given();
    await scenario.pass(900);
    expect(await scenario.ledger()).toMatchObject({ intentsClosed: 1, debts: [] });
    const asked: number[] = [];
    scenario.meddling = {
      world: (_, world) => ({
        ...world,
        ledger: {
          ...world.ledger,
          events: (pair, epoch) => {
            asked.push(epoch);
            return world.ledger.events(pair, epoch);
          },
        },
      }),
    };
    await scenario.pass(120);
    expect(asked).toEqual([]);
  });
});
