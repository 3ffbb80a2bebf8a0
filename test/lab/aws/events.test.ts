import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aws } from '../program.ts';
import { refusal, startWorld } from './world.ts';

let world: Awaited<ReturnType<typeof startWorld>>;
const target = 'arn:aws:lambda:eu-west-1:123456789012:function:on-alarm';

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => {
  await world.server.close();
  expect(world.faults).toEqual([]);
});

describe('EventBridge through the SDK', () => {
  it('keeps rules and their targets, and delivers events with their time', async () => {
    const client = new EventBridgeClient(world.client);
    const EventPattern = JSON.stringify({ source: ['throwover'] });
    const { RuleArn } = await client.send(new PutRuleCommand({ Name: 'ours', EventPattern, State: 'DISABLED' }));
    await client.send(
      new PutTargetsCommand({
        Rule: 'ours',
        Targets: [{ Id: '1', Arn: target, RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 2 } }],
      }),
    );
    await client.send(new EnableRuleCommand({ Name: 'ours' }));
    expect(await client.send(new DescribeRuleCommand({ Name: 'ours' }))).toMatchObject({
      Arn: RuleArn,
      State: 'ENABLED',
    });
    expect((await client.send(new ListRulesCommand({ NamePrefix: 'o' }))).Rules).toHaveLength(1);
    expect((await client.send(new ListTargetsByRuleCommand({ Rule: 'ours' }))).Targets).toMatchObject([
      { Arn: target },
    ]);
    const put = await client.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: 'throwover',
            DetailType: 'Moved',
            Detail: '{"to":"green"}',
            Time: new Date('2026-11-20T06:00:00Z'),
          },
          { Source: 'aws.ec2', DetailType: 'No', Detail: '{}' },
        ],
      }),
    );
    expect(put).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'NotAuthorizedForSourceException' }],
    });
    await expect
      .poll(() => world.delivered)
      .toMatchObject([{ arn: target, event: { detail: { to: 'green' }, time: '2026-11-20T06:00:00Z' } }]);
    await client.send(new DisableRuleCommand({ Name: 'ours' }));
    expect(await refusal(client.send(new DescribeRuleCommand({ Name: 'theirs' })))).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    client.destroy();
  });

  it('takes events from the aws command', async (context) => {
    const entries = JSON.stringify([{ Source: 'me', DetailType: 'x', Detail: '{}' }]);
    const put = await aws(context, world.server.endpoint, ['events', 'put-events', '--entries', entries]);
    expect(put).toMatchObject({ FailedEntryCount: 0 });
  });
});

describe('Lambda through the SDK', () => {
  const invoke = (FunctionName: string, payload: unknown, InvocationType?: 'Event') => {
    const client = new LambdaClient(world.client);
    return client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload), InvocationType }));
  };

  it('invokes by name and by ARN, and the answer takes the lab’s time', async () => {
    const before = world.clock.now();
    const answer = await invoke('throwover-lab-steer', { pair: 'shop' });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toEqual({ seen: { pair: 'shop' } });
    expect(world.clock.now()).toBeGreaterThanOrEqual(before + 1_000);
    const byArn = await invoke('arn:aws:lambda:eu-west-1:123456789012:function:throwover-lab-steer', 1);
    expect(byArn.Payload?.transformToString()).toBe('{"seen":1}');
  });

  it('says in a header that the function failed', async () => {
    const failed = await invoke('throwover-lab-steer', 'fail');
    expect(failed).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(failed.Payload?.transformToString()).toBe('{"errorType":"Superseded","errorMessage":"blue still has it"}');
  });

  it('takes events without waiting', async () => {
    expect(await invoke('throwover-lab-steer', {}, 'Event')).toMatchObject({ StatusCode: 202 });
  });

  it('refuses in the words of the service', async () => {
    expect(await refusal(invoke('nobody', {}))).toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('STS', () => {
  const identity = { Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/throwover' };

  it('says who calls', async (context) => {
    expect(await new STSClient(world.client).send(new GetCallerIdentityCommand({}))).toMatchObject(identity);
    expect(await aws(context, world.server.endpoint, ['sts', 'get-caller-identity'])).toMatchObject(identity);
  });
});

describe('SNS and Scheduler through the aws command', () => {
  it('publish to the function that subscribed', async (context) => {
    const call = (...args: string[]) => aws(context, world.server.endpoint, ['sns', ...args]);
    const { TopicArn } = (await call('create-topic', '--name', 'alerts')) as { TopicArn: string };
    const queue = JSON.stringify({ RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:1:dead"}' });
    const topic = ['--topic-arn', TopicArn];
    await call('subscribe', ...topic, '--protocol', 'lambda', '--notification-endpoint', target, '--attributes', queue);
    const attributes = JSON.stringify({ severity: { DataType: 'String', StringValue: 'page' } });
    const message = ['--subject', 'blue is sick', '--message', 'a & b', '--message-attributes', attributes];
    expect(await call('publish', ...topic, ...message)).toMatchObject({ MessageId: expect.any(String) });
    const Sns = { Message: 'a & b', MessageAttributes: { severity: { Type: 'String', Value: 'page' } } };
    await expect.poll(() => world.delivered.at(-1)).toMatchObject({ arn: target, event: { Records: [{ Sns }] } });
    const missing = await refusal(call('publish', '--topic-arn', `${TopicArn}x`, '--message', 'x'));
    expect(missing.message).toContain('(NotFound)');
  });

  it('keep schedules', async (context) => {
    const call = (...args: string[]) => aws(context, world.server.endpoint, ['scheduler', ...args]);
    const definition = [
      ...['--name', 'drill', '--schedule-expression', 'rate(1 hour)', '--flexible-time-window', 'Mode=OFF'],
      ...['--target', JSON.stringify({ Arn: target, RoleArn: 'arn:aws:iam::1:role/x', Input: '{}' })],
    ];
    await call('create-schedule', ...definition, '--start-date', '2026-11-21T00:00:00Z');
    const [got, listed] = await Promise.all([
      call('get-schedule', '--name', 'drill'),
      call('list-schedules'),
      refusal(call('create-schedule', ...definition)),
    ]);
    expect(got).toMatchObject({ ScheduleExpression: 'rate(1 hour)', Target: { Arn: target } });
    expect(got).toMatchObject({ StartDate: Date.parse('2026-11-21T00:00:00Z') / 1000 });
    expect(listed).toMatchObject({ Schedules: [{ Name: 'drill' }] });
    await call('update-schedule', ...definition, '--state', 'DISABLED');
    await call('delete-schedule', '--name', 'drill');
    expect((await refusal(call('get-schedule', '--name', 'drill'))).message).toContain('ResourceNotFoundException');
  });
});
