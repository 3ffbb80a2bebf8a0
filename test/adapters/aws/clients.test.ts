import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeNodegroupCommand, EKSClient, ListNodegroupsCommand } from '@aws-sdk/client-eks';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { announcerOver } from '../../../adapters/aws/announcer.ts';
import { balancerMetricsOver } from '../../../adapters/aws/balancer-metrics.ts';
import { cloudWatchClient } from '../../../adapters/aws/clients/cloudwatch.ts';
import type { Connection } from '../../../adapters/aws/clients/connection.ts';
import { settings } from '../../../adapters/aws/clients/connection.ts';
import { dynamoDbClient } from '../../../adapters/aws/clients/dynamodb.ts';
import { eksClient } from '../../../adapters/aws/clients/eks.ts';
import { eventBridgeClient } from '../../../adapters/aws/clients/event-bridge.ts';
import { lambdaClient } from '../../../adapters/aws/clients/lambda.ts';
import { route53Client } from '../../../adapters/aws/clients/route53.ts';
import { stepFunctionsClient } from '../../../adapters/aws/clients/step-functions.ts';
import { assumedRole } from '../../../adapters/aws/clients/sts.ts';
import { clusterMetricsOver } from '../../../adapters/aws/cluster-metrics.ts';
import { executionsOver } from '../../../adapters/aws/executions.ts';
import { functionsOver } from '../../../adapters/aws/functions.ts';
import { ledgerStoreOver } from '../../../adapters/aws/ledger-store.ts';
import { nodeGroupsOver } from '../../../adapters/aws/node-groups.ts';
import { notesOver } from '../../../adapters/aws/notes.ts';
import { zonesOver } from '../../../adapters/aws/zones.ts';
import { emptyLedger } from '../../../core/ledger/ledger.ts';
import { notice } from '../../../core/notices/notice.ts';
import { HandClock } from '../hand-clock.ts';

const route53 = mockClient(Route53Client);
const dynamoDb = mockClient(DynamoDBClient);
const stepFunctions = mockClient(SFNClient);
const eventBridge = mockClient(EventBridgeClient);
const lambda = mockClient(LambdaClient);
const eks = mockClient(EKSClient);
const cloudWatch = mockClient(CloudWatchClient);
const sts = mockClient(STSClient);

let clock: HandClock;
let connection: Connection;
beforeEach(() => {
  for (const mock of [route53, dynamoDb, stepFunctions, eventBridge, lambda, eks, cloudWatch, sts]) mock.reset();
  clock = new HandClock();
  connection = { clock, region: 'eu-west-1', timeoutMilliseconds: 5_000 };
});

const failure = (name: string) => Object.assign(new Error(`it is ${name}`), { name });
const never = () => new Promise<never>(() => {});
const batch = { why: 'a test', epoch: 1, seq: 1, changes: [] };

describe('every client', () => {
  it('sends once: what is tried again is decided by us', () => {
    expect(settings(connection).maxAttempts).toBe(1);
  });

  it('leaves connections alone that were idle for longer than the other end may keep them', () => {
    const { httpsAgent, httpAgent } = settings(connection).requestHandler;
    expect([httpsAgent.keepAlive, httpsAgent.timeout, httpAgent.timeout]).toEqual([true, 4_000, 4_000]);
  });

  it('gives up on our clock, and aborts what it sent', async () => {
    dynamoDb.on(GetItemCommand).callsFake(never);
    const asked = dynamoDbClient(connection).getItem({ TableName: 't', Key: {}, ConsistentRead: true });
    clock.pass(5_000);
    await expect(asked).rejects.toMatchObject({ name: 'TimedOut' });
    const sent = dynamoDb.commandCalls(GetItemCommand)[0]?.args as unknown as [unknown, { abortSignal: AbortSignal }];
    expect(sent[1].abortSignal.aborted).toBe(true);
  });
});

describe('a change call', () => {
  const zones = () => zonesOver(route53Client(connection), clock);

  it.each([
    ['InvalidChangeBatch', 'refused'],
    ['PriorRequestNotComplete', 'busy'],
    ['Throttling', 'throttled'],
    ['ThrottlingException', 'throttled'],
    ['AccessDenied', 'denied'],
    ['NoSuchHostedZone', 'denied'],
    ['InternalFailure', 'unknown'],
    ['ECONNRESET', 'unknown'],
  ])('that ends in %s is %s', async (name, kind) => {
    route53.on(ChangeResourceRecordSetsCommand).rejects(failure(name));
    expect((await zones().apply('Z0', batch)).kind).toBe(kind);
    expect(route53.commandCalls(ChangeResourceRecordSetsCommand).length).toBe(1);
  });

  it('without an answer in time is unknown: it may still land', async () => {
    route53.on(ChangeResourceRecordSetsCommand).callsFake(never);
    const asked = zones().apply('Z0', batch);
    clock.pass(5_000);
    expect((await asked).kind).toBe('unknown');
  });

  it('with an answer that has no ChangeId is unknown', async () => {
    route53.on(ChangeResourceRecordSetsCommand).resolves({});
    expect((await zones().apply('Z0', batch)).kind).toBe('unknown');
  });

  it('reads again as often as it is throttled, each time later', async () => {
    route53
      .on(ListResourceRecordSetsCommand)
      .rejectsOnce(failure('Throttling'))
      .rejectsOnce(failure('Throttling'))
      .resolves({
        ResourceRecordSets: [],
        IsTruncated: false,
        MaxItems: 300,
      });
    const asked = zones().read('Z0');
    for (const wait of [500, 1_000]) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.pass(wait);
    }
    expect(await asked).toEqual([]);
  });
});

describe('a zone in another account', () => {
  const role = 'arn:aws:iam::210987654321:role/throwover';
  const calls = () => route53Client(connection, new Map([['Z0FOREIGN', role]]));

  it('is asked with the credentials of its role, and those expire when STS says so', async () => {
    const Expiration = new Date(clock.now() + 3_600_000);
    sts.on(AssumeRoleCommand).resolves({
      Credentials: { AccessKeyId: 'A', SecretAccessKey: 'S', SessionToken: 'T', Expiration },
    });
    expect(await assumedRole(connection, role)()).toEqual({
      accessKeyId: 'A',
      secretAccessKey: 'S',
      sessionToken: 'T',
      expiration: Expiration,
    });
    expect(sts.commandCalls(AssumeRoleCommand)[0]?.args[0].input).toMatchObject({ RoleArn: role });
  });

  it('has changes that only its own account knows', async () => {
    route53
      .on(GetChangeCommand)
      .rejectsOnce(failure('NoSuchChange'))
      .resolvesOnce({ ChangeInfo: { Id: 'C', Status: 'INSYNC', SubmittedAt: new Date(0) } });
    expect((await calls().getChange({ Id: 'C' })).ChangeInfo?.Status).toBe('INSYNC');
  });

  it('does not hide another error of its own account', async () => {
    route53.on(GetChangeCommand).rejects(failure('InternalFailure'));
    await expect(calls().getChange({ Id: 'C' })).rejects.toMatchObject({ name: 'InternalFailure' });
    expect(route53.commandCalls(GetChangeCommand).length).toBe(1);
  });
});

describe('the ledger', () => {
  const store = () => ledgerStoreOver(dynamoDbClient(connection), 't', '1ab01ab0');

  it('does not know whether a write happened whose answer was lost', async () => {
    dynamoDb.on(PutItemCommand).rejects(failure('ECONNRESET'));
    expect(await store().write({ ...emptyLedger('shop'), rev: 1 }, 0)).toBe('unknown');
    expect(dynamoDb.commandCalls(PutItemCommand).length).toBe(1);
  });

  it('is unreachable when its item is not a ledger', async () => {
    dynamoDb.on(GetItemCommand).resolves({ Item: { pk: { S: 'pair#shop' }, rev: { S: 'one' } } });
    await expect(store().read('shop')).rejects.toMatchObject({ name: 'LedgerUnreachable' });
  });
});

describe('notes', () => {
  const notes = () => notesOver(dynamoDbClient(connection), 't');

  it('do not know whether one was added whose answer was lost', async () => {
    dynamoDb.on(PutItemCommand).rejects(failure('ECONNRESET'));
    await expect(notes().add('shop', 'signal#1', {})).rejects.toMatchObject({ name: 'LedgerUnreachable' });
    expect(await notes().replace('shop', { key: 'signal#1', rev: 1 }, {})).toBe('unknown');
  });

  it('are not made of an item that is none', async () => {
    dynamoDb.on(GetItemCommand).resolves({ Item: { pk: { S: 'pair#shop' }, sk: { S: 'ledger' }, rev: { N: '4' } } });
    await expect(notes().read('shop', 'ledger')).rejects.toThrow('ledger of shop is no note');
  });
});

describe('executions', () => {
  it.each([
    ['RUNNING', 'RUNNING'],
    ['PENDING_REDRIVE', 'RUNNING'],
    ['ABORTED', 'ABORTED'],
    ['TIMED_OUT', 'TIMED_OUT'],
    ['SOMETHING_NEW', undefined],
  ])('that are %s count as %s', async (status, told) => {
    stepFunctions.on(DescribeExecutionCommand).resolves({ status: status as never });
    const executions = executionsOver(stepFunctionsClient(connection), { switch: 'arn' });
    expect(await executions.status('x')).toBe(told);
  });
});

describe('an announcement', () => {
  it('that the bus did not take is an error: it is owed again', async () => {
    eventBridge.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorMessage: 'too busy' }] });
    const missing = notice('Fence Missing', { pair: 'shop', zone: 'example.test' });
    await expect(announcerOver(eventBridgeClient(connection)).announce(missing)).rejects.toThrow('too busy');
  });
});

describe('a function inside', () => {
  const called = () => functionsOver(lambdaClient(connection), (key) => `throwover-prod-${key}`);

  it.each(['TooManyRequestsException', 'ServiceException', 'ECONNRESET'])(
    'that cannot be called (%s) leaves its clusters out of reach',
    async (name) => {
      lambda.on(InvokeCommand).rejects(failure(name));
      await expect(called().call('tend-cluster', {})).rejects.toMatchObject({ name: 'ClusterUnreachable' });
    },
  );

  it('that died without a word of its own is an error with Lambda’s', async () => {
    const Payload = new TextEncoder().encode('{"errorType":"Sandbox.Timedout","errorMessage":"after 70.00 seconds"}');
    lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload: Payload as never });
    await expect(called().call('tend-cluster', {})).rejects.toMatchObject({ name: 'Sandbox.Timedout' });
  });
});

describe('node groups', () => {
  const nodesMax = () => nodeGroupsOver(() => ({ name: 'blue', eks: eksClient(connection) })).nodesMax('blue');

  it('each say how many nodes they may have, over all pages', async () => {
    eks
      .on(ListNodegroupsCommand)
      .resolvesOnce({ nodegroups: ['a', 'b'], nextToken: 't' })
      .resolves({ nodegroups: ['c'] });
    eks.on(DescribeNodegroupCommand).resolves({ nodegroup: { scalingConfig: { maxSize: 4 } } });
    expect(await nodesMax()).toEqual({ a: 4, b: 4, c: 4 });
    expect(eks.commandCalls(ListNodegroupsCommand)[1]?.args[0].input).toMatchObject({ nextToken: 't' });
  });

  it.each([
    ['there is none: something else makes the nodes', () => eks.on(ListNodegroupsCommand).resolves({ nodegroups: [] })],
    ['EKS does not answer', () => eks.on(ListNodegroupsCommand).rejects(failure('ServerException'))],
  ])('are not known when %s', async (_, given) => {
    given();
    expect(await nodesMax()).toBeUndefined();
  });
});

describe('metrics of a balancer', () => {
  const MINUTE = 60_000;
  const metrics = () =>
    balancerMetricsOver(
      () => ({
        cloudWatch: cloudWatchClient(connection),
        namespace: 'AWS/ApplicationELB',
        dimensions: { LoadBalancer: 'app/blue/1' },
      }),
      clock,
    );
  /** Datapoints by how many minutes ago their minute began. */
  const given = (hosts: Record<number, number>, requests: Record<number, number>) => {
    const series = (Id: string, points: Record<number, number>) => ({
      Id,
      Timestamps: Object.keys(points).map((ago) => new Date(clock.now() - Number(ago) * MINUTE)),
      Values: Object.values(points),
    });
    cloudWatch.on(GetMetricDataCommand).resolves({
      MetricDataResults: [series('healthyHostCount', hosts), series('requestCount', requests)],
    });
  };

  it('are asked for under the namespace and dimensions of the topology', async () => {
    given({}, {});
    await metrics().healthyHosts('blue-lb');
    const [query] = cloudWatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input.MetricDataQueries ?? [];
    expect(query?.MetricStat?.Metric).toEqual({
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HealthyHostCount',
      Dimensions: [{ Name: 'LoadBalancer', Value: 'app/blue/1' }],
    });
  });

  it('are as old as they are: CloudWatch is late', async () => {
    given({ 4: 3, 3: 2 }, {});
    expect(await metrics().healthyHosts('blue-lb')).toEqual({ at: clock.now() - 2 * MINUTE, count: 2 });
  });

  it('come by the minute, with what users got in it, and without for the one that still runs', async () => {
    const at = clock.now() - 2 * MINUTE;
    const point = (Id: string, ...values: [minutesAgo: number, value: number][]) => ({
      Id,
      Timestamps: values.map(([ago]) => new Date(clock.now() - ago * MINUTE)),
      Values: values.map(([, value]) => value),
    });
    cloudWatch.on(GetMetricDataCommand).resolves({
      MetricDataResults: [
        point('healthyHostCount', [0.5, 1], [2, 2], [3, 0]),
        point('requestCount', [0.5, 50], [2, 100]),
        point('hTTPCode_Target_5XX_Count', [2, 7]),
        point('hTTPCode_ELB_5XX_Count', [2, 3], [3, 9]),
      ],
    });
    expect(await metrics().minutes('blue-lb')).toEqual([
      { at: at, hosts: 0 },
      { at: at + MINUTE, hosts: 2, users: { asked: 100, failed: 10 } },
      { at: clock.now(), hosts: 1 },
    ]);
  });

  it('of a control plane say how many requests were answered 5xx, in the newest minute', async () => {
    const point = (Id: string, ...values: [minutesAgo: number, value: number][]) => ({
      Id,
      Timestamps: values.map(([ago]) => new Date(clock.now() - ago * MINUTE)),
      Values: values.map(([, value]) => value),
    });
    const over = clusterMetricsOver(
      (cluster) =>
        cluster === 'blue' ? { eksName: 'prod-blue', cloudWatch: cloudWatchClient(connection) } : undefined,
      clock,
    );
    cloudWatch.on(GetMetricDataCommand).resolves({
      MetricDataResults: [point('all', [3, 500], [2, 600]), point('errors', [2, 6], [3, 500])],
    });
    expect(await over.controlPlane('blue')).toEqual({ asked: 600, failed: 6 });
    const [asked] = cloudWatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input.MetricDataQueries ?? [];
    expect(asked?.MetricStat?.Metric).toEqual({
      Namespace: 'AWS/EKS',
      MetricName: 'apiserver_request_total',
      Dimensions: [{ Name: 'ClusterName', Value: 'prod-blue' }],
    });
    cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [point('datapoint', [3, 1], [2, 12.5])] });
    expect(await over.datapoint('blue', { namespace: 'AWS/RDS', name: 'Lag', dimensions: {} })).toBe(12.5);
    expect([await over.controlPlane('red'), await over.datapoint('red', asked as never)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('without a datapoint are unknown, not zero', async () => {
    given({}, {});
    expect(await metrics().healthyHosts('blue-lb')).toBeUndefined();
    expect(await metrics().requests('blue-lb', 300)).toBeUndefined();
  });

  it('count no requests only while the same balancer reports its hosts', async () => {
    given({ 3: 2, 4: 2, 5: 2, 6: 2, 7: 2 }, {});
    expect(await metrics().requests('blue-lb', 300)).toBe(0);
    given({ 9: 2, 10: 2 }, {});
    expect(await metrics().requests('blue-lb', 300)).toBeUndefined();
  });

  it('count the requests of as many seconds before the newest minute, and no older ones', async () => {
    given({ 2: 1 }, { 2: 5, 6: 7, 7: 100 });
    expect(await metrics().requests('blue-lb', 300)).toBe(12);
  });
});
