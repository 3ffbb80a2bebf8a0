/** The block of commands, typed against a lab that runs: programs nobody here wrote find what they know. */
import { join } from 'node:path';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { aws, run } from '../lab/program.ts';
import { type StartedLab, startedLab, until } from './process.ts';

let lab: StartedLab;
let client: SFNClient;
beforeAll(async () => {
  lab = await startedLab(['--speed', '60']);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SFNClient({ endpoint: lab.file.endpoint, region: lab.file.region, credentials });
}, 120_000);
afterAll(() => lab.end());

type Context = Pick<TestContext, 'skip'>;

/** What `aws <line>` answers; the line is split at blanks, further arguments are taken as they are. */
async function asked<Answer>(context: Context, line: string, ...more: string[]): Promise<Answer> {
  return (await aws(context, lab.file.endpoint, [...line.split(' '), ...more])) as Answer;
}

interface Execution {
  executionArn: string;
  status: string;
  output?: string;
}

async function started(context: Context, input: object): Promise<string> {
  const line = `stepfunctions start-execution --state-machine-arn ${lab.file.stateMachineArn} --input`;
  return (await asked<Execution>(context, line, JSON.stringify(input))).executionArn;
}

/** What describe-execution says at the end; who looks often does it by a client that starts faster than the command. */
async function ended(context: Context, arn: string): Promise<Record<string, unknown>> {
  await until(
    () => client.send(new DescribeExecutionCommand({ executionArn: arn })),
    (execution) => execution.status !== 'RUNNING',
  );
  const line = `stepfunctions describe-execution --execution-arn ${arn}`;
  const { status, output = '{}' } = await asked<Execution>(context, line);
  return { status, ...JSON.parse(output) };
}

async function zone(context: Context): Promise<string> {
  return JSON.stringify(
    await asked(context, `route53 list-resource-record-sets --hosted-zone-id ${lab.file.zones['example.test']}`),
  );
}

async function parameter(context: Context): Promise<string> {
  const { Parameter } = await asked<{ Parameter: { Value: string } }>(
    context,
    'ssm get-parameter --name /throwover/shop/active-cluster',
  );
  return Parameter.Value;
}

async function dig(context: Context, ...question: string[]): Promise<string> {
  const [address = '', port = ''] = lab.file.dns.split(':');
  return (await run('dig', context, [`@${address}`, '-p', port, '+short', ...question])).stdout.trim();
}

async function kubectl(context: Context, cluster: string, ...args: string[]): Promise<string> {
  const config = join(lab.folder, 'kubeconfig');
  const { code, stdout, stderr } = await run('kubectl', context, [
    '--kubeconfig',
    config,
    '--context',
    cluster,
    ...args,
  ]);
  expect(code, stderr).toBe(0);
  return stdout;
}

describe('aws', () => {
  it('ssm: the parameter says which cluster is active', async (context) => {
    expect(await until(() => parameter(context), Boolean)).toBe('blue');
  });

  it('stepfunctions: {} is a preview, which changes nothing', async (context) => {
    const before = await zone(context);
    const arn = await started(context, {});
    expect(await ended(context, arn)).toMatchObject({ status: 'SUCCEEDED', outcome: 'Previewed', active: 'blue' });
    expect(await zone(context)).toBe(before);
    const { events } = await asked<{ events: { type: string; id: number }[] }>(
      context,
      `stepfunctions get-execution-history --execution-arn ${arn}`,
    );
    expect(events[0]).toMatchObject({ type: 'ExecutionStarted', id: 1 });
    expect(events.at(-1)).toMatchObject({ type: 'ExecutionSucceeded' });
  }, 60_000);

  it('stepfunctions: the names of the machines end in switch, drill and answer', async (context) => {
    const { stateMachines } = await asked<{ stateMachines: { name: string; stateMachineArn: string }[] }>(
      context,
      'stepfunctions list-state-machines',
    );
    const names = stateMachines.map(({ name }) => name).sort();
    expect(names).toEqual(['throwover-lab-answer', 'throwover-lab-drill', 'throwover-lab-switch']);
    const moves = stateMachines.find(({ name }) => name.endsWith('switch'));
    expect(moves?.stateMachineArn).toBe(lab.file.stateMachineArn);
  });

  it('route53: a change of one’s own is PENDING and then INSYNC', async (context) => {
    const { HostedZones } = await asked<{ HostedZones: { Name: string }[] }>(context, 'route53 list-hosted-zones');
    expect(HostedZones.map(({ Name }) => Name).sort()).toEqual(['example.test.', 'pivot.test.']);
    const record = { Name: 'note.example.test', Type: 'TXT', TTL: 60, ResourceRecords: [{ Value: '"by hand"' }] };
    const { ChangeInfo } = await asked<{ ChangeInfo: { Id: string; Status: string } }>(
      context,
      `route53 change-resource-record-sets --hosted-zone-id ${lab.file.zones['example.test']} --change-batch`,
      JSON.stringify({ Changes: [{ Action: 'CREATE', ResourceRecordSet: record }] }),
    );
    expect(ChangeInfo.Status).toBe('PENDING');
    await until(
      () => asked<{ ChangeInfo: { Status: string } }>(context, `route53 get-change --id ${ChangeInfo.Id}`),
      (answer) => answer.ChangeInfo.Status === 'INSYNC',
    );
    expect(await dig(context, 'TXT', 'note.example.test')).toBe('"by hand"');
  }, 60_000);

  it('cloudwatch, EventBridge: an alarm set by hand starts a run, which holds because nothing is dead', async (context) => {
    const { MetricAlarms } = await asked<{ MetricAlarms: { AlarmName: string; StateValue: string }[] }>(
      context,
      'cloudwatch describe-alarms',
    );
    expect(MetricAlarms.map(({ AlarmName, StateValue }) => `${AlarmName} ${StateValue}`).sort()).toEqual([
      'throwover-lab-shop-blue-answers-5xx OK',
      'throwover-lab-shop-blue-no-healthy-hosts OK',
      'throwover-lab-shop-green-answers-5xx OK',
      'throwover-lab-shop-green-no-healthy-hosts OK',
    ]);
    const alarm = MetricAlarms.find(({ AlarmName }) => AlarmName.includes('blue'))?.AlarmName ?? '';
    await asked(
      context,
      `cloudwatch set-alarm-state --alarm-name ${alarm} --state-value ALARM --state-reason`,
      'a try',
    );
    const failover = ({ name = '' }: { name?: string | undefined }) => name.endsWith('-failover');
    const { executions = [] } = await until(
      () => client.send(new ListExecutionsCommand({ stateMachineArn: lab.file.stateMachineArn })),
      (answer) => answer.executions?.some(failover) === true,
    );
    const arn = executions.find(failover)?.executionArn ?? '';
    expect(await ended(context, arn)).toMatchObject({ status: 'SUCCEEDED', outcome: 'Held', mode: 'failover' });
    expect(await parameter(context)).toBe('blue');
  }, 60_000);

  it('eks, events, dynamodb answer as their services do', async (context) => {
    const [{ cluster }, { FailedEntryCount }, { Item }] = await Promise.all([
      asked<{ cluster: { endpoint: string; status: string } }>(context, 'eks describe-cluster --name green'),
      asked<{ FailedEntryCount: number }>(
        context,
        'events put-events --entries',
        JSON.stringify([{ Source: 'somebody', DetailType: 'something', Detail: '{}' }]),
      ),
      asked<{ Item: Record<string, { S: string }> }>(
        context,
        'dynamodb get-item --table-name throwover-lab --key',
        JSON.stringify({ pk: { S: 'pair#shop' }, sk: { S: 'ledger' } }),
      ),
    ]);
    expect(cluster).toMatchObject({ endpoint: lab.file.clusters.green?.kubernetes, status: 'ACTIVE' });
    expect(FailedEntryCount).toBe(0);
    expect(Item.active).toEqual({ S: 'blue' });
  });

  it('stepfunctions: a switchover ends Switched, and every face says so', async (context) => {
    const arn = await started(context, { mode: 'switchover', reason: 'CNI upgrade' });
    expect(await ended(context, arn)).toMatchObject({ status: 'SUCCEEDED', outcome: 'Switched', active: 'green' });
    expect(await parameter(context)).toBe('green');
    expect(await dig(context, 'TXT', 'shop._throwover.example.test')).toMatch(/^"v=1 .*active=green/);
    expect(await dig(context, 'shop.example.test')).toBe('127.0.0.12');
    const role = await kubectl(
      context,
      'green',
      ...'--namespace throwover-system get configmap throwover --output jsonpath={.data.role}'.split(' '),
    );
    expect(role).toBe('active');
  }, 90_000);

  it('stepfunctions: an execution can be stopped', async (context) => {
    const arn = await started(context, { mode: 'switchover', reason: 'and back' });
    await asked(context, `stepfunctions stop-execution --execution-arn ${arn}`);
    expect(await ended(context, arn)).toMatchObject({ status: 'ABORTED' });
  }, 60_000);

  it('is told in a sentence what the lab does not have', async (context) => {
    await expect(asked(context, 'route53 list-health-checks')).rejects.toThrow(
      /NotImplemented.*docs\/reference\/lab.md/s,
    );
  });
});

describe('dig and kubectl', () => {
  it.for(['+notcp', '+tcp'])('dig %s: addresses and the fence', async (protocol, context) => {
    expect(await dig(context, protocol, 'shop.pivot.test')).toMatch(/^127\.0\.0\.1[12]$/);
    expect(await dig(context, protocol, 'TXT', 'shop._throwover.pivot.test')).toMatch(/^"v=1 /);
  });

  it('kubectl get shows its usual columns', async (context) => {
    const shown = await kubectl(context, 'blue', 'get', 'deployments,nodes,ingresses', '-A');
    expect(shown).toMatch(/^NAMESPACE +NAME +READY +UP-TO-DATE +AVAILABLE +AGE$/m);
    expect(shown).toMatch(/^NAMESPACE +NAME +STATUS +ROLES +AGE +VERSION$/m);
    expect(shown).toMatch(/^NAMESPACE +NAME +CLASS +HOSTS +ADDRESS +PORTS +AGE$/m);
    expect(shown).toMatch(/^shop +deployment.apps\/shop /m);
  });
});
