import { describe, expect, it } from 'vitest';
import type { World } from '../../functions/world.ts';
import { EXAMPLE, given, type Meddling, PIVOT, type Scenario } from './scenario.ts';

const SWITCHOVER = { mode: 'switchover', reason: 'CNI upgrade' };
const FAILOVER = { mode: 'failover', reason: 'blue is in trouble' };

/** The change calls of the first `steer` wait until `release`, however long that is: a process that was suspended. */
function holdFirstSteer(scenario: Scenario): { held: () => number; release: () => void } {
  const gate = Promise.withResolvers<void>();
  let [steers, held] = [0, 0];
  const world: Meddling['world'] = ({ key }, given: World) => {
    if (key !== 'steer' || ++steers > 1) return given;
    const apply: World['zones']['apply'] = async (zone, batch) => {
      held++;
      await gate.promise;
      return given.zones.apply(zone, batch);
    };
    return { ...given, zones: { ...given.zones, apply } };
  };
  scenario.meddling = { world };
  return { held: () => held, release: gate.resolve };
}

describe('a run that meets another one', () => {
  it('two switchovers at the same moment: exactly one moves', async () => {
    const scenario = await given();
    const both = [scenario.start(SWITCHOVER), scenario.start(SWITCHOVER)];
    const ended = [await scenario.end(both[0] ?? ''), await scenario.end(both[1] ?? '')];
    expect(ended.map(({ outcome }) => outcome).sort()).toEqual(['Held', 'Switched']);
    expect(scenario.standing()).toBe('green');
  });

  it('a second run while one runs is Held, and says who holds the pair', async () => {
    const scenario = await given();
    const first = scenario.start(SWITCHOVER, 'first-one');
    await scenario.untilState(first, 'Prepare');
    const second = await scenario.run({ mode: 'switchover', reason: 'me too' });
    expect(second.outcome).toBe('Held');
    expect(second.record.because.join()).toContain('first-one');
    expect((await scenario.end(first)).outcome).toBe('Switched');
  });

  it('who asks for the cluster that a run is just leaving is not told that there is nothing to do', async () => {
    const scenario = await given();
    const first = scenario.start(SWITCHOVER, 'first-one');
    await scenario.untilState(first, 'LetStepStand');
    const back = await scenario.run({ mode: 'failover', to: 'blue', reason: 'green is no good' });
    expect(back.outcome).toBe('Held');
    expect(back.record.because.join()).toContain('first-one (switchover) is moving users to green');
    expect(back.record.next).toMatch(/^throwover abort .*--back/);
    expect((await scenario.end(first)).outcome).toBe('Switched');
  });

  it('a failover by a person takes the pair from a switchover, which ends Superseded', async () => {
    const scenario = await given();
    const planned = scenario.start(SWITCHOVER);
    // early enough: at its next step the switchover would see the same, and finish by itself
    await scenario.untilState(planned, 'Verify');
    scenario.cluster('blue').inflict('cni-broken');
    const failover = await scenario.run({ ...FAILOVER, override: ['EnoughObservers', 'UserPathAndCanaryFail'] });
    expect(failover.outcome, failover.record.because.join('; ')).toBe('Switched');
    expect((await scenario.end(planned)).outcome).toBe('Superseded');
    expect(scenario.standing()).toBe('green');
    expect((await scenario.ledger()).interrupted).toBeUndefined();
  });

  it('an alarm during a planned switchover starts a failover, which takes the pair when the switchover hangs', async () => {
    const scenario = await given();
    const planned = scenario.start(SWITCHOVER);
    await scenario.untilState(planned, 'LetStepStand');
    // the switchover would finish this by itself; here it cannot
    scenario.meddling = {
      before: ({ key }) => (key === 'judge-step' ? new Promise(() => {}) : undefined),
    };
    scenario.cluster('blue').inflict('kill');
    const failover = await scenario.end(await scenario.started('failover'));
    expect(failover.outcome, failover.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('green');
    await scenario.end(planned);
    expect(await scenario.ledger()).toMatchObject({ active: 'green' });
  });

  it('who finds a newer run in the anchor stops before it touches another zone', async () => {
    const scenario = await given();
    const other = JSON.stringify(scenario.fenceRecord(PIVOT));
    scenario.meddling = {
      before: ({ key }) => {
        if (key !== 'fence') return;
        const record = scenario.fenceRecord(EXAMPLE);
        const newer = (text: string) => text.replace(/epoch=\d+/, 'epoch=99').replace(/run=[^"]+/, 'run=a-newer-run');
        const values = record.ResourceRecords?.map(({ Value = '' }) => ({ Value: newer(Value) })) ?? [];
        scenario.edit(EXAMPLE, [{ Action: 'UPSERT', set: { ...record, ResourceRecords: values } }]);
      },
    };
    const ended = await scenario.run(SWITCHOVER);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Superseded');
    expect(ended.record.because.join()).toContain('example.test is fenced by a newer run');
    expect(JSON.stringify(scenario.fenceRecord(PIVOT))).toBe(other);
    expect(scenario.standing()).toBe('blue');
  });

  it('the last batch of a run that has lost the pair does not end the one that took it: nobody would be moved', async () => {
    const scenario = await given();
    let overtaken = 0;
    scenario.meddling = {
      world: ({ key }, world) => {
        if (key !== 'fence') return world;
        const apply: World['zones']['apply'] = async (zone, batch) => {
          if (++overtaken === 1) {
            const record = scenario.fenceRecord(EXAMPLE);
            const landed = (text: string) => text.replace(/seq=\d+/, 'seq=2').replace(/run=[^"]+/, 'run=the-older-one');
            const values = record.ResourceRecords?.map(({ Value = '' }) => ({ Value: landed(Value) })) ?? [];
            scenario.edit(EXAMPLE, [{ Action: 'UPSERT', set: { ...record, ResourceRecords: values } }]);
          }
          return world.zones.apply(zone, batch);
        };
        return { ...world, zones: { ...world.zones, apply } };
      },
    };
    const failover = await scenario.run({ ...FAILOVER, override: ['EnoughObservers', 'UserPathAndCanaryFail'] });
    expect(overtaken).toBeGreaterThan(2);
    expect(failover.outcome, failover.record.because.join('; ')).toBe('Switched');
    expect(scenario.standing()).toBe('green');
  });

  it('a person who holds the pair is never reaped by a machine, and keeps it for hours', async () => {
    const scenario = await given();
    const run = {
      pair: 'shop',
      mode: 'failover',
      kind: 'break-glass',
      startedBy: 'person',
      from: 'blue',
      to: 'green',
      reason: 'nothing else works',
      override: [],
      execution: 'person:ada@laptop',
      run: 'person:ada@laptop',
      nonce: 'ada',
    };
    const claimed = await scenario.call('claim', { run, judgedAt: scenario.clock.now(), epochsSeen: [] });
    expect(claimed).toMatchObject({ claimed: true });
    await scenario.pass(7_200);
    expect(await scenario.ledger()).toMatchObject({ holder: { id: 'person:ada@laptop', nonce: 'ada' } });
    expect(scenario.standing()).toBe('blue');
  });

  it('a writer that was superseded and comes back is refused by Route 53 itself, in every zone', async () => {
    const scenario = await given();
    const zombie = holdFirstSteer(scenario);
    const planned = scenario.start(SWITCHOVER);
    await scenario.until(() => zombie.held() === 2);
    const failover = await scenario.run({ ...FAILOVER, override: ['EnoughObservers', 'UserPathAndCanaryFail'] });
    expect(failover.outcome, failover.record.because.join('; ')).toBe('Switched');
    const before = scenario.world.route53.counters.of('throwover').refusedBatches.InvalidChangeBatch ?? 0;
    zombie.release();
    await scenario.pass(120);
    expect(scenario.world.route53.counters.of('throwover').refusedBatches.InvalidChangeBatch).toBe(before + 2);
    expect(scenario.standing()).toBe('green');
    expect((await scenario.end(planned)).outcome).toBe('Superseded');
  });

  it('a writer that comes back after the watch has reaped its run is refused as well', async () => {
    const scenario = await given();
    const zombie = holdFirstSteer(scenario);
    const planned = scenario.start(SWITCHOVER);
    await scenario.until(() => zombie.held() === 2);
    scenario.world.stepFunctions.stopExecution({ executionArn: planned });
    await scenario.pass(150);
    expect((await scenario.ledger()).holder).toBeUndefined();
    const repaired = await scenario.run({ mode: 'repair', reason: 'I stopped it' });
    expect(repaired.record, repaired.record.because.join('; ')).toMatchObject({ outcome: 'Switched', to: 'blue' });
    zombie.release();
    await scenario.pass(120);
    expect(scenario.standing()).toBe('blue');
    expect(scenario.atRest()).toEqual([]);
  });

  it('a redrive of an old run ends Superseded and changes nothing', async () => {
    const scenario = await given();
    const old = scenario.start(SWITCHOVER);
    await scenario.untilState(old, 'Steer');
    scenario.world.stepFunctions.stopExecution({ executionArn: old });
    await scenario.pass(150);
    await scenario.run({ mode: 'repair', reason: 'I stopped it' });
    await scenario.pass(120);
    const before = [scenario.standing(), JSON.stringify(scenario.fence())];
    scenario.world.stepFunctions.redriveExecution({ executionArn: old });
    const ended = await scenario.end(old);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Superseded');
    expect([scenario.standing(), JSON.stringify(scenario.fence())]).toEqual(before);
  });

  it.each(['prepare', 'tend-cluster'] as const)(
    'a call of %s that was held up until its run had lost the pair writes nothing into a cluster',
    async (late) => {
      const scenario = await given();
      const gate = Promise.withResolvers<void>();
      let held = 0;
      scenario.meddling = { before: ({ key }) => (key === late && ++held === 1 ? gate.promise : undefined) };
      const planned = scenario.start(SWITCHOVER);
      await scenario.until(() => held === 1);
      scenario.world.stepFunctions.stopExecution({ executionArn: planned });
      await scenario.pass(150);
      expect(await scenario.ledger()).toMatchObject({ epoch: 3 });
      const says = () => ['blue', 'green'].map((name) => scenario.cluster(name).config());
      const before = says();
      gate.resolve();
      await scenario.pass(30);
      expect(says()).toEqual(before);
    },
  );

  it('a redrive of a run that ended in Prepare is Superseded as well, and wakes no pod', async () => {
    const scenario = await given();
    scenario.meddling = { before: ({ key }) => (key === 'prepare' ? new Promise(() => {}) : undefined) };
    const old = scenario.start(SWITCHOVER);
    await scenario.untilState(old, 'Prepare');
    await scenario.pass(5);
    scenario.world.stepFunctions.stopExecution({ executionArn: old });
    await scenario.pass(150);
    scenario.meddling = {};
    scenario.world.stepFunctions.redriveExecution({ executionArn: old });
    const ended = await scenario.end(old);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Superseded');
    expect(scenario.cluster('green').config()?.epoch).toBe('1');
  });

  it('what is owed is not paid by a call that comes after the next claim', async () => {
    const scenario = await given();
    const { epoch } = await scenario.ledger();
    const debt = { pair: 'shop', cluster: 'green', epoch, run: 'first', become: 'active', touch: 'everything' };
    const running = scenario.start(SWITCHOVER);
    await scenario.untilState(running, 'Fence');
    const before = scenario.cluster('green').config();
    await expect(scenario.call('tend-cluster', debt)).rejects.toMatchObject({ name: 'Superseded' });
    expect(scenario.cluster('green').config()).toEqual(before);
    expect((await scenario.end(running)).outcome).toBe('Switched');
  });

  it('an alarm that is delivered twice starts one run', async () => {
    const scenario = await given();
    const event = {
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      time: new Date(scenario.clock.now()).toISOString(),
      detail: { alarmName: 'throwover-lab-shop-blue-no-healthy-hosts', state: { value: 'ALARM' } },
    };
    await scenario.call('on-alarm', event);
    await scenario.call('on-alarm', event);
    expect(scenario.executions().filter(({ name }) => name.endsWith('-failover'))).toHaveLength(1);
  });

  it('alarms that are old, not in ALARM, or of nobody start nothing', async () => {
    const scenario = await given();
    const event = (minutesAgo: number, value: string, alarmName: string) => ({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      time: new Date(scenario.clock.now() - minutesAgo * 60_000).toISOString(),
      detail: { alarmName, state: { value } },
    });
    for (const [one, did] of [
      [event(6, 'ALARM', 'throwover-lab-shop-blue-no-healthy-hosts'), 'stale'],
      [event(0, 'OK', 'throwover-lab-shop-blue-no-healthy-hosts'), 'not an alarm'],
      [event(0, 'ALARM', 'billing'), 'no pair'],
    ] as const)
      expect(await scenario.call('on-alarm', one)).toMatchObject({ signals: [{ did }] });
    await expect(scenario.call('on-alarm', { source: 'aws.cloudwatch' })).rejects.toMatchObject({ name: 'Refused' });
    expect(scenario.executions().filter(({ name }) => name.endsWith('-failover'))).toEqual([]);
  });
});
