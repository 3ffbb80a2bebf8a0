import { describe, expect, it } from 'vitest';
import { given, givenFailover } from './scenario.ts';

describe('the active cluster dies', () => {
  it('is moved away from by the alarm’s run, and everything agrees afterwards', async () => {
    const { scenario, arn } = await givenFailover();
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(ended.record).toMatchObject({ from: 'blue', to: 'green', active: 'green', situation: 'ActiveDead' });
    expect(scenario.standing()).toBe('green');
    expect(scenario.fence()).toMatchObject({ active: 'green', epoch: 2 });
    await scenario.pass(120);
    expect(scenario.atRest()).toEqual([]);
    expect(await scenario.ledger()).toMatchObject({ active: 'green', acknowledged: false });
  });

  it('leaves in its record when it came how far, and how long the parts took', async () => {
    const { scenario, arn } = await givenFailover();
    const { record } = await scenario.end(arn);
    const { signal = 0, began = 0, verdict = 0, claim = 0, fence = 0, steer = 0, withdraw = 0 } = record.timeline ?? {};
    const marks = [signal, began, verdict, claim, fence, steer, withdraw];
    expect(marks.every((at) => at > 0)).toBe(true);
    expect(marks).toEqual([...marks].sort((a, b) => a - b));
    const { restore = 0 } = record.timeline ?? {};
    expect(record.secondsTo).toEqual({
      restore: Math.round(restore - signal) / 1000,
      detect: Math.round(verdict - signal) / 1000,
      decide: Math.round(claim - verdict) / 1000,
      withdraw: Math.round(withdraw - signal) / 1000,
    });
    expect(record.secondsTo?.detect).toBeGreaterThanOrEqual(30);
  });

  it('costs at most 60 state transitions, also when pods take three rounds of Prepare', async () => {
    const { scenario, arn } = await givenFailover({ life: { podStartMs: [120_000, 125_000] } });
    const ended = await scenario.end(arn);
    expect(ended.outcome, ended.record.because.join('; ')).toBe('Switched');
    expect(ended.states.filter((state) => state === 'Prepare').length).toBeGreaterThanOrEqual(3);
    expect(ended.transitions).toBeLessThanOrEqual(60);
  });

  it('is claimed within 75 s of the first signal', async () => {
    const { scenario, arn } = await givenFailover();
    const signal = scenario.clock.now();
    await scenario.untilState(arn, 'Fence');
    expect((scenario.clock.now() - signal) / 1000).toBeLessThanOrEqual(75);
  });

  it('serves honest customers again when the names have moved, and fails none of them after that', async () => {
    const { scenario, arn } = await givenFailover({ customers: true });
    const fault = scenario.clock.now();
    const ended = await scenario.end(arn);
    expect(ended.outcome).toBe('Switched');
    const insync = scenario.clock.now();
    await scenario.pass(180);
    const { failedSince, restoredAt } = await scenario.stage.customers(fault);
    expect(restoredAt).toBeDefined();
    const honestFrom = Object.entries(failedSince).find(([at]) => Number(at) >= insync + 60_000);
    expect(honestFrom?.[1]).toBe(0);
  });

  it('says in its record from when users were served: within one interval of looks of what customers found', async () => {
    const { scenario, arn } = await givenFailover({ customers: true });
    const fault = scenario.clock.now();
    const { record } = await scenario.end(arn);
    await scenario.pass(180);
    const { restoredAt = 0 } = await scenario.stage.customers(fault);
    const { restore = 0 } = record.timeline ?? {};
    const { intervalSeconds } = scenario.world.pair.probe;
    expect(Math.abs(restore - restoredAt) / 1000).toBeLessThanOrEqual(intervalSeconds);
    // an outage that customers felt was seen by our own requests as well, and none failed after it
    const { requests } = record;
    expect(requests).toMatchObject({ looks: expect.any(Number), from: expect.any(Number) });
    expect(requests?.failed).toBeGreaterThan(0);
    expect(requests?.failed).toBeLessThan(requests?.sent ?? 0);
    expect(record.notRestored).toBeUndefined();
  });

  it('is not claimed at all when it comes back within 60 s', async () => {
    for (const seconds of [35, 59]) {
      const scenario = await given();
      scenario.cluster('blue').inflict('kill');
      await scenario.pass(seconds);
      scenario.cluster('blue').heal('kill');
      await scenario.pass(240);
      expect((await scenario.ledger()).epoch).toBe(1);
      expect(scenario.standing()).toBe('blue');
    }
  });
});
