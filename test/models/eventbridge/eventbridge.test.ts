import { describe, expect, it } from 'vitest';
import { EventBridge } from '../../../models/eventbridge/eventbridge.ts';
import { Lambda } from '../../../models/lambda.ts';
import { seeded } from '../../../models/random.ts';
import { ServiceError } from '../../../models/service-error.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { refusal } from '../refusal.ts';

const Arn = 'arn:aws:lambda:eu-west-1:123456789012:function:on-alarm';
const EventPattern = '{"source":["throwover"]}';
const entry = { Source: 'throwover', DetailType: 'Switched', Detail: '{"pair":"shop"}' };

function bus(refuses: () => Error | undefined = () => undefined) {
  const clock = new SteppedClock(Date.UTC(2026, 10, 20, 7, 0, 40, 123));
  const delivered: { arn: string; event: unknown; at: number }[] = [];
  const events = new EventBridge({
    clock,
    async deliver(arn, event) {
      const refusing = refuses();
      if (refusing !== undefined) throw refusing;
      delivered.push({ arn, event, at: clock.now() });
    },
  });
  events.putRule({ Name: 'switched', EventPattern });
  events.putTargets({ Rule: 'switched', Targets: [{ Id: 'notify', Arn }] });
  return { clock, events, delivered };
}

describe('putEvents', () => {
  it("brings an event to the targets of every rule that matches, in EventBridge's shape", async () => {
    const { clock, events, delivered } = bus();
    events.putRule({ Name: 'other', EventPattern: '{"source":["elsewhere"]}' });
    events.putTargets({ Rule: 'other', Targets: [{ Id: 'x', Arn }] });
    const answer = events.putEvents({ Entries: [{ ...entry, Resources: ['arn:aws:eks:x'] }] });
    const id = '00000000-0000-4000-8000-000000000001';
    expect(answer).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: id }] });
    await clock.run(1_000);
    expect(delivered.map(({ arn, event }) => [arn, event])).toEqual([
      [
        Arn,
        {
          version: '0',
          id,
          'detail-type': 'Switched',
          source: 'throwover',
          account: '123456789012',
          time: '2026-11-20T07:00:40Z',
          region: 'eu-west-1',
          resources: ['arn:aws:eks:x'],
          detail: { pair: 'shop' },
        },
      ],
    ]);
  });

  it('refuses entries one by one and still answers for the others', async () => {
    const { clock, events, delivered } = bus();
    const answer = events.putEvents({
      Entries: [
        { ...entry, Detail: '[1]' },
        { ...entry, Detail: '{' },
        { ...entry, Source: '' },
        { ...entry, Source: 'aws.cloudwatch' },
        { ...entry, EventBusName: 'other' },
        entry,
      ],
    });
    expect(answer.FailedEntryCount).toBe(5);
    expect(answer.Entries.map((each) => ('ErrorCode' in each ? each.ErrorCode : 'taken'))).toEqual([
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
      'ResourceNotFoundException',
      'taken',
    ]);
    await clock.run(1_000);
    expect(delivered).toHaveLength(1);
  });

  it('takes 1 to 10 entries and 256 KB', () => {
    const { events } = bus();
    expect(refusal(() => events.putEvents({ Entries: [] }))[1]).toMatch(/greater than or equal to 1/);
    const eleven = Array.from({ length: 11 }, () => entry);
    expect(events.putEvents({ Entries: eleven.slice(1) }).FailedEntryCount).toBe(0);
    expect(refusal(() => events.putEvents({ Entries: eleven }))[1]).toMatch(/less than or equal to 10/);
    const large = (length: number) => ({ ...entry, Detail: JSON.stringify({ a: 'x'.repeat(length) }) });
    const others = 'throwoverSwitched{"a":""}'.length;
    expect(events.putEvents({ Entries: [large(256 * 1024 - others)] }).FailedEntryCount).toBe(0);
    expect(refusal(() => events.putEvents({ Entries: [large(256 * 1024 - others + 1)] }))).toEqual([
      'ValidationException',
      'Total size of the entries in the request is over the limit.',
    ]);
  });
});

describe('a rule', () => {
  it('is described as it was put, and can be put again without losing its targets', async () => {
    const { clock, events, delivered } = bus();
    events.putRule({ Name: 'switched', EventPattern: '{"detail-type":["Switched"]}', Description: 'all of them' });
    expect(events.describeRule({ Name: 'switched' })).toEqual({
      Name: 'switched',
      Arn: 'arn:aws:events:eu-west-1:123456789012:rule/switched',
      EventPattern: '{"detail-type":["Switched"]}',
      State: 'ENABLED',
      Description: 'all of them',
      EventBusName: 'default',
    });
    expect(events.listRules({ NamePrefix: 'sw' }).Rules).toHaveLength(1);
    expect(events.listRules({ NamePrefix: 'x' }).Rules).toEqual([]);
    events.putEvents({ Entries: [entry] });
    await clock.run(0);
    expect(delivered).toHaveLength(1);
  });

  it('delivers nothing while it is disabled, and what it missed stays lost', async () => {
    const { clock, events, delivered } = bus();
    events.disableRule({ Name: 'switched' });
    events.putEvents({ Entries: [entry] });
    events.enableRule({ Name: 'switched' });
    await clock.run(1_000);
    expect(delivered).toEqual([]);
  });

  it('sends a constant input instead of the event when its target says so', async () => {
    const { clock, events, delivered } = bus();
    events.putTargets({ Rule: 'switched', Targets: [{ Id: 'notify', Arn, Input: '{"mode":"failover"}' }] });
    events.putEvents({ Entries: [entry] });
    await clock.run(0);
    expect(delivered.map(({ event }) => event)).toEqual([{ mode: 'failover' }]);
  });

  it('sends what a transformer makes of the event: texts as they are, all else as JSON, nothing for what is absent', async () => {
    const { clock, events, delivered } = bus();
    const InputPathsMap = { type: '$.detail-type', all: '$.detail', none: '$.detail.nobody' };
    const InputTemplate = '{"text":"<type> \\"<none>\\"","detail":<all>}';
    events.putTargets({
      Rule: 'switched',
      Targets: [{ Id: 'notify', Arn, InputTransformer: { InputPathsMap, InputTemplate } }],
    });
    events.putEvents({ Entries: [entry] });
    await clock.run(0);
    expect(delivered.map(({ event }) => event)).toEqual([
      { text: `${entry.DetailType} ""`, detail: JSON.parse(entry.Detail) },
    ]);
  });

  it('refuses bad patterns, bad targets, a sixth target, and names what it does not have', () => {
    const { events } = bus();
    expect(refusal(() => events.putRule({ Name: 'a b', EventPattern }))[0]).toBe('ValidationException');
    expect(refusal(() => events.putRule({ Name: 'ab' }))[0]).toBe('ValidationException');
    expect(refusal(() => events.putRule({ Name: 'ab', EventPattern: '{}' }))[0]).toBe('InvalidEventPatternException');
    expect(refusal(() => events.putRule({ Name: 'ab', EventPattern, EventBusName: 'mine' }))[0]).toBe('NotImplemented');
    const scheduled = { Name: 'ab', ScheduleExpression: 'rate(1 minute)' };
    expect(refusal(() => events.putRule(scheduled))[1]).toMatch(/does not have ScheduleExpression in PutRule/);
    expect(refusal(() => events.describeRule({ Name: 'nobody' }))[0]).toBe('ResourceNotFoundException');
    const target = (more: object) => () =>
      events.putTargets({ Rule: 'switched', Targets: [{ Id: 'a', Arn, ...more }] });
    expect(refusal(target({ InputPath: '$.detail' }))).toEqual([
      'NotImplemented',
      'This stand-in for EventBridge does not have InputPath in PutTargets.',
    ]);
    expect(refusal(target({ Arn: 'on-alarm' }))[1]).toMatch(/not in correct format/);
    expect(refusal(target({ Input: '{' }))[1]).toMatch(/JSON syntax error/);
    expect(refusal(target({ RetryPolicy: { MaximumRetryAttempts: 186 } }))[1]).toMatch(/between 0 and 185/);
    const six = Array.from({ length: 5 }, (_, at) => ({ Id: `t${at}`, Arn }));
    expect(refusal(() => events.putTargets({ Rule: 'switched', Targets: six }))[0]).toBe('LimitExceededException');
    expect(events.listTargetsByRule({ Rule: 'switched' }).Targets).toEqual([{ Id: 'notify', Arn }]);
  });
});

describe('delivery', () => {
  it('is retried until the target takes it', async () => {
    let refusals = 3;
    const busy = () =>
      refusals-- > 0 ? new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429) : undefined;
    const { clock, events, delivered } = bus(busy);
    events.putEvents({ Entries: [entry] });
    await clock.run(60_000);
    expect(delivered).toHaveLength(1);
    expect(events.deadLetters).toEqual([]);
  });

  it('ends in the dead letters, with the reason, when the policy is exhausted', async () => {
    const { clock, events } = bus(() => new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429));
    const queue = 'arn:aws:sqs:eu-west-1:123456789012:late';
    const RetryPolicy = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 300 };
    events.putTargets({
      Rule: 'switched',
      Targets: [{ Id: 'notify', Arn, RetryPolicy, DeadLetterConfig: { Arn: queue } }],
    });
    events.putEvents({ Entries: [entry] });
    await clock.run(300_000);
    expect(events.deadLetters).toMatchObject([
      {
        ruleArn: 'arn:aws:events:eu-west-1:123456789012:rule/switched',
        targetArn: Arn,
        queueArn: queue,
        errorCode: 'TooManyRequestsException',
        retries: 2,
        exhausted: 'MaximumRetryAttempts',
        event: { detail: { pair: 'shop' } },
      },
    ]);
  });

  it('goes wrong as the faults say: lost, doubled, late', async () => {
    const { clock, events, delivered } = bus();
    events.passage.faults = { random: seeded(3), lost: 0.3, duplicated: 0.3, late: 0.5, lateMsMax: 60_000 };
    for (let sent = 0; sent < 100; sent++) events.putEvents({ Entries: [{ ...entry, Detail: `{"n":${sent}}` }] });
    await clock.run(120_000);
    const order = delivered.map(({ event }) => (event as { detail: { n: number } }).detail.n);
    expect(new Set(order).size).toBeLessThan(100);
    expect(order.length).toBeGreaterThan(new Set(order).size);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
  });

  it('starts a function of the modelled Lambda', async () => {
    const clock = new SteppedClock(0);
    const lambda = new Lambda({ clock });
    const heard: unknown[] = [];
    const { FunctionArn } = lambda.createFunction({
      name: 'on-alarm',
      timeoutSeconds: 10,
      handler: async (event) => {
        heard.push(event);
      },
    });
    const deliver = (FunctionName: string, Payload: unknown) =>
      lambda.invoke({ FunctionName, InvocationType: 'Event', Payload });
    const events = new EventBridge({ clock, deliver });
    events.putRule({ Name: 'all', EventPattern });
    events.putTargets({
      Rule: 'all',
      Targets: [
        { Id: 'a', Arn: FunctionArn },
        { Id: 'b', Arn: `${FunctionArn}-gone` },
      ],
    });
    events.putEvents({ Entries: [entry] });
    await clock.run(1_000);
    expect(heard).toMatchObject([{ source: 'throwover' }]);
    expect(events.deadLetters).toMatchObject([{ errorCode: 'ResourceNotFoundException', exhausted: 'NoRetry' }]);
    expect(Object.fromEntries(events.calls)).toEqual({ PutRule: 1, PutTargets: 1, PutEvents: 1 });
  });
});
