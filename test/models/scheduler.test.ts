import { describe, expect, it } from 'vitest';
import { type ScheduleInput, Scheduler } from '../../models/scheduler.ts';
import { SteppedClock } from '../../models/stepped-clock.ts';
import { refusal } from './refusal.ts';

const START = Date.UTC(2026, 10, 20, 7);
const minutely: ScheduleInput = {
  Name: 'watch',
  ScheduleExpression: 'rate(1 minute)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: 'arn:aws:lambda:eu-west-1:123456789012:function:watch', Input: '{"kind":"watch"}' },
};

function scheduler(refuses: () => Error | undefined = () => undefined) {
  const clock = new SteppedClock(START);
  const called: { at: number; event: unknown }[] = [];
  const schedules = new Scheduler({
    clock,
    async deliver(_, event) {
      const refusing = refuses();
      if (refusing !== undefined) throw refusing;
      called.push({ at: clock.now() - START, event });
    },
  });
  return { clock, schedules, called };
}

describe('a schedule', () => {
  it('by rate calls its target at once and then every so many minutes', async () => {
    const { clock, schedules, called } = scheduler();
    schedules.createSchedule(minutely);
    await clock.run(150_000);
    expect(called).toEqual([0, 60_000, 120_000].map((at) => ({ at, event: { kind: 'watch' } })));
  });

  it('by rate waits for its start date', async () => {
    const { clock, schedules, called } = scheduler();
    schedules.createSchedule({ ...minutely, ScheduleExpression: 'rate(2 hours)', StartDate: START + 600_000 });
    await clock.run(3 * 3_600_000);
    expect(called.map(({ at }) => at)).toEqual([600_000, 600_000 + 7_200_000]);
  });

  it('at a time calls once', async () => {
    const { clock, schedules, called } = scheduler();
    schedules.createSchedule({ ...minutely, ScheduleExpression: 'at(2026-11-20T07:30:00)' });
    await clock.run(86_400_000);
    expect(called.map(({ at }) => at)).toEqual([1_800_000]);
  });

  it('fills in when and by whom it was called', async () => {
    let refusals = 1;
    const { clock, schedules, called } = scheduler(() => (refusals-- > 0 ? new Error('busy') : undefined));
    const Input =
      '{"kind":"drill","ring":"0","schedule":"<aws.scheduler.schedule-arn>","scheduledAt":"<aws.scheduler.scheduled-time>","attempt":"<aws.scheduler.attempt-number>"}';
    schedules.createSchedule({ ...minutely, Target: { ...minutely.Target, Input } });
    await clock.run(10_000);
    expect(called.map(({ event }) => event)).toEqual([
      {
        kind: 'drill',
        ring: '0',
        schedule: 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/watch',
        scheduledAt: '2026-11-20T07:00:00Z',
        attempt: '2',
      },
    ]);
  });

  it('sends its own event when it has no input', async () => {
    const { clock, schedules, called } = scheduler();
    schedules.createSchedule({ ...minutely, Target: { Arn: minutely.Target.Arn } });
    await clock.run(1);
    expect(called[0]?.event).toMatchObject({ source: 'aws.scheduler', 'detail-type': 'Scheduled Event', detail: '{}' });
  });

  it('stops when it is disabled or deleted', async () => {
    const { clock, schedules, called } = scheduler();
    schedules.createSchedule(minutely);
    await clock.run(60_001);
    schedules.updateSchedule({ ...minutely, State: 'DISABLED' });
    await clock.run(300_000);
    expect(called).toHaveLength(2);
    expect(schedules.getSchedule({ Name: 'watch' }).State).toBe('DISABLED');
    schedules.updateSchedule(minutely);
    await clock.run(1);
    schedules.deleteSchedule({ Name: 'watch' });
    await clock.run(300_000);
    expect(called).toHaveLength(3);
    expect(schedules.listSchedules().Schedules).toEqual([]);
  });

  it('gives up by its retry policy and keeps the slot that was missed', async () => {
    const { clock, schedules } = scheduler(() => new Error('busy'));
    const Target = {
      ...minutely.Target,
      RetryPolicy: { MaximumRetryAttempts: 1 },
      DeadLetterConfig: { Arn: 'arn:aws:sqs:x' },
    };
    schedules.createSchedule({ ...minutely, ScheduleExpression: 'at(2026-11-20T07:00:30)', Target });
    await clock.run(60_001);
    expect(schedules.undelivered).toMatchObject([
      { scheduledAt: START + 30_000, retries: 1, queueArn: 'arn:aws:sqs:x', exhausted: 'MaximumRetryAttempts' },
    ]);
  });

  it('may call twice for one slot', async () => {
    const { clock, schedules, called } = scheduler();
    schedules.passage.faults = { random: () => 0, duplicated: 1 };
    schedules.createSchedule(minutely);
    await clock.run(1);
    expect(called).toHaveLength(2);
  });

  it('is refused when it cannot be kept, and names what it does not have', () => {
    const { schedules } = scheduler();
    schedules.createSchedule(minutely);
    expect(refusal(() => schedules.createSchedule(minutely))).toEqual([
      'ConflictException',
      'Schedule watch already exists.',
    ]);
    const create = (more: object) => () => schedules.createSchedule({ ...minutely, Name: 'other', ...more });
    expect(refusal(create({ ScheduleExpression: 'rate(0 minutes)' }))[1]).toBe(
      'Invalid Schedule Expression rate(0 minutes).',
    );
    expect(refusal(create({ ScheduleExpression: 'at(tomorrow)' }))[0]).toBe('ValidationException');
    expect(refusal(create({ ScheduleExpression: 'cron(0 7 * * MON *)' }))[0]).toBe('ValidationException');
    expect(refusal(create({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }))[0]).toBe('NotImplemented');
    expect(refusal(create({ ScheduleExpressionTimezone: 'Europe/Berlin' }))[0]).toBe('NotImplemented');
    expect(refusal(create({ Name: 'a b' }))[0]).toBe('ValidationException');
    expect(refusal(create({ Target: { Arn: 'arn:x', Input: '{' } }))[0]).toBe('ValidationException');
    expect(refusal(() => schedules.getSchedule({ Name: 'nobody' }))[0]).toBe('ResourceNotFoundException');
    expect(refusal(() => schedules.deleteSchedule({ Name: 'nobody' }))[0]).toBe('ResourceNotFoundException');
  });
});
