/** Every event is lost: no alarm, no alert. What the watch sees by itself has to do. */
import { describe, expect, it } from 'vitest';
import { keptIn, SIGNALS } from '../../core/signals/kept.ts';
import type { Fault } from '../../models/kubernetes/faults.ts';
import { EXAMPLE, type Given, given, PIVOT, type Scenario } from './scenario.ts';

async function deaf(setup: Given = {}): Promise<Scenario> {
  const scenario = await given(setup);
  scenario.meddling = {
    before: ({ key }) => {
      if (key === 'on-alarm') throw new Error('lost');
    },
  };
  return scenario;
}

const failovers = (scenario: Scenario) => scenario.executions().filter(({ name }) => name.endsWith('-failover'));

describe('with every alarm lost', () => {
  it.each<Fault>(['kill', 'partition', 'ingress-down'])(
    '%s of the active cluster: users are moved within the objective',
    async (fault) => {
      const scenario = await deaf();
      const died = scenario.clock.now();
      scenario.cluster('blue').inflict(fault);
      const { withdrawSecondsMax, restoreSecondsMax } = scenario.world.pair.objectives;
      const ended = await scenario.end(await scenario.started('failover'));
      expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
      const { withdraw = 0 } = ended.record.timeline ?? {};
      expect((withdraw - died) / 1000).toBeLessThanOrEqual(withdrawSecondsMax);
      expect((scenario.clock.now() - died) / 1000).toBeLessThanOrEqual(restoreSecondsMax);
      expect(scenario.standing()).toBe('green');
      // who cannot be reached is told what he is when he can
      scenario.cluster('blue').heal();
      await scenario.pass(120);
      expect(scenario.atRest()).toEqual([]);
      expect(failovers(scenario)).toHaveLength(1);
    },
  );

  it('the run claims by what the watch has seen, and does not look for another minute', async () => {
    const scenario = await deaf();
    scenario.cluster('blue').inflict('kill');
    const arn = await scenario.started('failover');
    const began = scenario.clock.now();
    await scenario.untilState(arn, 'Fence');
    expect((scenario.clock.now() - began) / 1000).toBeLessThanOrEqual(10);
  });

  it('the tick that sees the first unhealthy vote stays, and looks every 10 s until the run begins', async () => {
    const scenario = await deaf();
    await scenario.pass(900);
    const looks: number[] = [];
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'on-alarm') throw new Error('lost');
        if (key === 'observe-outside') looks.push(scenario.clock.now());
      },
    };
    await scenario.pass(180);
    const betweenTicks = looks.slice(1).map((at, nth) => Math.round((at - (looks[nth] ?? 0)) / 1000));
    expect(betweenTicks).toEqual([60, 60]);
    looks.length = 0;
    scenario.cluster('blue').inflict('kill');
    await scenario.started('failover');
    const apart = looks.slice(1).map((at, nth) => (at - (looks[nth] ?? 0)) / 1000);
    expect(apart.length).toBeGreaterThanOrEqual(6);
    for (const seconds of apart) expect(seconds).toBeCloseTo(10, 0);
  });

  it('a run that could not move is followed by another ever more seldom', async () => {
    const scenario = await deaf();
    // nobody may claim: each run fails on its way
    scenario.meddling = {
      before: ({ key }) => {
        if (key === 'on-alarm' || key === 'claim') throw new Error('lost');
      },
    };
    scenario.cluster('blue').inflict('kill');
    await scenario.pass(1_800);
    const count = failovers(scenario).length;
    expect(count).toBeGreaterThanOrEqual(3);
    expect(count).toBeLessThanOrEqual(7);
    expect(scenario.standing()).toBe('blue');
  });

  it('what was said last is known in every container: nobody hears the same twice in a quarter of an hour', async () => {
    const scenario = await deaf({ topology: ({ pairs: { shop } }) => Object.assign(shop, { mode: 'observe' }) });
    const told: string[] = [];
    const { putEvents } = scenario.world.eventBridge;
    scenario.world.eventBridge.putEvents = (input) => {
      const said = (input.Entries ?? []).filter(({ DetailType }) => DetailType === 'Situation Changed');
      told.push(...said.map(({ Detail }) => JSON.parse(Detail ?? '{}').situation as string));
      return putEvents.call(scenario.world.eventBridge, input);
    };
    scenario.cluster('blue').inflict('kill');
    // no two ticks share anything but the table
    await scenario.pass(840);
    expect(told).toEqual(['ActiveDead']);
    await scenario.pass(180);
    expect(told).toEqual(['ActiveDead', 'ActiveDead']);
  });
});

describe('a signal that somebody died over', () => {
  const kept = async (scenario: Scenario) => (await scenario.notes(SIGNALS)).map((note) => keptIn(note));

  async function died(): Promise<Scenario> {
    const scenario = await given();
    scenario.meddling = {
      world: ({ key }, world) => {
        if (key !== 'on-alarm') return world;
        const start = async () => {
          throw new Error('died before it started anything');
        };
        return { ...world, executions: { ...world.executions, start } };
      },
    };
    const event = { suggest: 'look', pair: 'shop', by: 'anna', reason: 'it feels slow' };
    await expect(scenario.call('on-alarm', event)).rejects.toThrow('died before');
    expect(await kept(scenario)).toMatchObject([{ did: 'taken' }]);
    return scenario;
  }

  it('is closed by the watch, which has looked since, and starts nothing', async () => {
    const scenario = await died();
    await scenario.pass(300);
    expect(await kept(scenario)).toMatchObject([
      { did: 'answered', because: expect.stringContaining('the watch has looked since: Healthy') },
    ]);
    expect(failovers(scenario)).toEqual([]);
  });

  it('is left to its second try for three minutes', async () => {
    const scenario = await died();
    await scenario.pass(170);
    expect(await kept(scenario)).toMatchObject([{ did: 'taken' }]);
  });
});

describe('without anybody’s word', () => {
  it.each([
    ['a fence', 0, 120],
    ['a pivot', 17, 120],
    ['a name of ring 0', 41, 120],
    ['any other name', 55, 600],
  ])('%s that somebody else wrote is seen in time', async (what, phase, secondsMax) => {
    const scenario = await deaf();
    await scenario.pass(600 + phase);
    for (const dns of Object.values(scenario.world.externalDns)) dns?.suspend();
    const written = scenario.clock.now();
    if (what === 'a fence') {
      const set = scenario.fenceRecord(EXAMPLE);
      const Value = set.ResourceRecords?.[0]?.Value.replace(/by=\w+/, 'by=0badcafe') ?? '';
      scenario.edit(EXAMPLE, [{ Action: 'UPSERT', set: { ...set, ResourceRecords: [{ Value }] } }]);
    } else if (what === 'a pivot') scenario.editWeights(PIVOT, 'live-1.pivot.test.', { blue: 50, green: 50 });
    else {
      const name = what === 'a name of ring 0' ? 'example.example.test.' : 'shop.example.test.';
      scenario.editWeights(EXAMPLE, name, { blue: 50, green: 50 });
    }
    let isPaused = false;
    while (!isPaused && scenario.clock.now() - written < secondsMax * 1000) {
      await scenario.pass(5);
      isPaused = (await scenario.ledger()).pause?.by === 'automation';
    }
    expect(isPaused).toBe(true);
  });

  it.each([5, 35])(
    'the parameter in SSM says what the ledger says within two minutes, written over %i s after a tick',
    async (phase) => {
      const scenario = await deaf();
      await scenario.pass(300 + phase);
      const right = scenario.parameter('state');
      scenario.world.ssm.putParameter({ Name: '/throwover/shop/active-cluster', Value: 'green', Overwrite: true });
      scenario.world.ssm.putParameter({ Name: '/throwover/shop/state', Value: '{"v":1,', Overwrite: true });
      await scenario.pass(120);
      expect(scenario.parameter('active-cluster')).toBe('blue');
      expect(scenario.parameter('state')).toBe(right);
    },
  );
});
