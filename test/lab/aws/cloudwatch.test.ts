import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aws } from '../program.ts';
import { refusal, startsAt, startWorld } from './world.ts';

let world: Awaited<ReturnType<typeof startWorld>>;
let client: CloudWatchClient;
const Dimensions = [{ Name: 'cluster', Value: 'blue' }];
const metric = { Namespace: 'Throwover', MetricName: 'Errors', Dimensions };
const range = { StartTime: new Date(startsAt - 600_000), EndTime: new Date(startsAt + 600_000) };

beforeAll(async () => {
  world = await startWorld();
  client = new CloudWatchClient(world.client);
  await client.send(
    new PutMetricAlarmCommand({
      AlarmName: 'blue-5xx',
      ...metric,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: ['arn:aws:lambda:eu-west-1:123456789012:function:on-alarm'],
    }),
  );
});

afterAll(async () => {
  client.destroy();
  await world.server.close();
  expect(world.faults).toEqual([]);
});

describe('CloudWatch through the SDK', () => {
  it('describes an alarm with the lab’s times', async () => {
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['blue-5xx'] }));
    expect(MetricAlarms).toMatchObject([
      { AlarmName: 'blue-5xx', StateValue: 'INSUFFICIENT_DATA', Threshold: 10, Dimensions },
    ]);
    expect(MetricAlarms?.[0]?.StateUpdatedTimestamp).toEqual(new Date(startsAt));
  });

  it('sets the state of an alarm', async () => {
    const set = { AlarmName: 'blue-5xx', StateValue: 'ALARM' as const, StateReason: 'a drill' };
    await client.send(new SetAlarmStateCommand(set));
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
    expect(MetricAlarms).toMatchObject([{ AlarmName: 'blue-5xx', StateReason: 'a drill' }]);
  });

  it('takes metric data, also when they are sent packed, and gives them back', async () => {
    const MetricData = Array.from({ length: 400 }, () => ({
      MetricName: 'Errors',
      Dimensions,
      Value: 0.5,
      Timestamp: new Date(startsAt),
      Unit: 'Count' as const,
    }));
    await client.send(new PutMetricDataCommand({ Namespace: 'Throwover', MetricData }));
    const data = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [
          { Id: 'errors', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } },
          { Id: 'twice', Expression: 'errors * 2' },
        ],
        ...range,
      }),
    );
    expect(data.MetricDataResults?.map(({ Id, Values }) => [Id, Values])).toEqual([
      ['errors', [200]],
      ['twice', [400]],
    ]);
    expect(data.MetricDataResults?.[0]?.Timestamps).toEqual([new Date('2026-11-20T07:00:00Z')]);
    const statistics = await client.send(
      new GetMetricStatisticsCommand({ ...metric, ...range, Period: 60, Statistics: ['Sum', 'SampleCount'] }),
    );
    expect(statistics.Datapoints).toMatchObject([{ Sum: 200, SampleCount: 400 }]);
  });

  it('puts composite alarms, switches actions and deletes', async () => {
    const AlarmNames = ['blue-sick'];
    await client.send(new PutCompositeAlarmCommand({ AlarmName: 'blue-sick', AlarmRule: 'ALARM("blue-5xx")' }));
    await client.send(new DisableAlarmActionsCommand({ AlarmNames }));
    const composite = new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ['CompositeAlarm'] });
    expect((await client.send(composite)).CompositeAlarms).toMatchObject([{ ActionsEnabled: false }]);
    await client.send(new EnableAlarmActionsCommand({ AlarmNames }));
    expect((await client.send(composite)).CompositeAlarms).toMatchObject([{ ActionsEnabled: true }]);
    await client.send(new DeleteAlarmsCommand({ AlarmNames }));
    expect((await client.send(composite)).CompositeAlarms).toEqual([]);
  });

  it('refuses in the words of the service', async () => {
    const set = { AlarmName: 'nobody', StateValue: 'OK' as const, StateReason: 'x' };
    expect(await refusal(client.send(new SetAlarmStateCommand(set)))).toMatchObject({
      name: 'ResourceNotFound',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('CloudWatch through the aws command', () => {
  it('describes alarms and sets their state', async (context) => {
    const call = (...args: string[]) => aws(context, world.server.endpoint, ['cloudwatch', ...args]);
    await call('set-alarm-state', '--alarm-name', 'blue-5xx', '--state-value', 'OK', '--state-reason', 'it is over');
    const { MetricAlarms } = (await call('describe-alarms')) as { MetricAlarms: unknown[] };
    expect(MetricAlarms).toMatchObject([{ AlarmName: 'blue-5xx', StateValue: 'OK', StateReason: 'it is over' }]);
  });
});

/** As older aws commands speak: forms in, XML out. */
async function form(parameters: Record<string, string>): Promise<{ status: number; text: string }> {
  const answer = await fetch(world.server.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      authorization:
        'AWS4-HMAC-SHA256 Credential=a/20261120/eu-west-1/monitoring/aws4_request, SignedHeaders=h, Signature=0',
    },
    body: new URLSearchParams({ Version: '2010-08-01', ...parameters }),
  });
  return { status: answer.status, text: await answer.text() };
}

describe('CloudWatch in forms and XML', () => {
  it('describes alarms by name, with times in ISO 8601', async () => {
    const { status, text } = await form({ Action: 'DescribeAlarms', 'AlarmNames.member.1': 'blue-5xx' });
    expect(status).toBe(200);
    expect(text).toContain('<DescribeAlarmsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">');
    expect(text).toContain('<MetricAlarms><member><AlarmName>blue-5xx</AlarmName>');
    expect(text).toContain('<Dimensions><member><Name>cluster</Name><Value>blue</Value></member></Dimensions>');
    expect(text).toContain('2026-11-20T07:00:00.123Z</StateTransitionedTimestamp>'.slice(-30));
    expect(text).toMatch(/<ResponseMetadata><RequestId>[\da-f-]{36}<\/RequestId>/);
  });

  it('reads lists, structures, numbers and times', async () => {
    const { text } = await form({
      Action: 'GetMetricData',
      StartTime: range.StartTime.toISOString(),
      EndTime: range.EndTime.toISOString(),
      'MetricDataQueries.member.1.Id': 'errors',
      'MetricDataQueries.member.1.MetricStat.Metric.Namespace': 'Throwover',
      'MetricDataQueries.member.1.MetricStat.Metric.MetricName': 'Errors',
      'MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Name': 'cluster',
      'MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value': 'blue',
      'MetricDataQueries.member.1.MetricStat.Period': '60',
      'MetricDataQueries.member.1.MetricStat.Stat': 'Sum',
      'MetricDataQueries.member.1.ReturnData': 'true',
    });
    expect(text).toContain('<Timestamps><member>2026-11-20T07:00:00.000Z</member></Timestamps>');
    expect(text).toContain('<Values><member>200</member></Values>');
  });

  it('refuses with an ErrorResponse', async () => {
    const { status, text } = await form({
      Action: 'SetAlarmState',
      AlarmName: 'nobody',
      StateValue: 'MAYBE',
      StateReason: 'x',
    });
    expect(status).toBe(400);
    expect(text).toContain('<Error><Type>Sender</Type><Code>ValidationError</Code>');
    expect((await form({ Action: 'SetAlarmState', 'AlarmName.member': 'x' })).text).toContain('MalformedQueryString');
  });
});
