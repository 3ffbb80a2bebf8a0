import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { recordsBucket } from '../../adapters/aws/names.ts';
import { functionTimeoutSeconds, taskTimeoutSeconds } from '../../core/topology/index.ts';
import { functions, pascal } from '../../functions/list.ts';
import { type TemplateResource as Resource, type Resources, TEMPLATE } from '../../scripts/build/compiled.ts';
import { logicalId } from '../../scripts/build/deployment.ts';
import { unnamed } from '../../scripts/build/roles.ts';
import { packaged } from '../packaged.ts';
import { peer } from '../peers.ts';
import { root } from '../tree/sources.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

let folder: string;
let resources: Resources = {};
let templatePath = '';

beforeAll(async () => {
  folder = await packaged();
  templatePath = join(folder, TEMPLATE);
  resources = JSON.parse(readFileSync(templatePath, 'utf8')).Resources;
}, 180_000);

const named = (logicalName: string): Resource => {
  const resource = resources[logicalName];
  if (resource === undefined) throw new Error(`the template has no ${logicalName}`);
  return resource;
};
const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
const machineText = readFileSync(join(root, 'statemachines/switch.asl.yaml'), 'utf8');

/** Every task of the state machine with the function it calls. */
function tasks(): { state: string; calls: string; timeoutSeconds: number }[] {
  const found: { state: string; calls: string; timeoutSeconds: number }[] = [];
  const walk = (states: Record<string, Record<string, unknown>>) => {
    for (const [state, body] of Object.entries(states)) {
      const { FunctionName } = (body.Arguments ?? {}) as { FunctionName?: string };
      if (FunctionName !== undefined)
        found.push({ state, calls: FunctionName.slice(2, -1), timeoutSeconds: Number(body.TimeoutSeconds) });
      for (const inner of [body.ItemProcessor, ...((body.Branches ?? []) as unknown[])])
        if (inner !== undefined) walk((inner as { States: Record<string, Record<string, unknown>> }).States);
    }
  };
  walk(parse(machineText).States);
  return found;
}

describe('the package', () => {
  it('has a zip for each function', () => {
    for (const { key } of functions) expect(existsSync(join(folder, `${key}.zip`)), key).toBe(true);
  });

  it('has no finding of a CloudFormation linter', (context) => {
    // W3005: osls writes a DependsOn beside each reference to a role
    const { stdout, status } = spawnSync(peer('cfn-lint', context), ['-i', 'W3005', '-t', templatePath], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  }, 120_000);
});

describe('the functions', () => {
  it('are all in the template, called as their code expects', () => {
    for (const { key, timeoutSeconds, memoryMb } of functions) {
      expect(named(logicalId(key)).Properties).toMatchObject({
        FunctionName: `throwover-prod-${key}`,
        Timeout: timeoutSeconds,
        MemorySize: memoryMb,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: `dist/${key}/index.handler`,
      });
    }
    expect(ofType('AWS::Lambda::Function').length).toBe(functions.length);
  });

  it('have a role of their own each, and there is no shared one', () => {
    const roles = functions.map(({ key }) => named(logicalId(key)).Properties.Role['Fn::GetAtt'][0]);
    expect(roles).toEqual(functions.map(({ role }) => role));
    expect(new Set(roles).size).toBe(functions.length);
    expect(resources.IamRoleLambdaExecution).toBeUndefined();
  });

  it('have nothing in their environment', () => {
    expect(functions.filter(({ key }) => named(logicalId(key)).Properties.Environment !== undefined)).toEqual([]);
  });

  it('that probe clusters stand inside the VPC; those that move DNS do not', () => {
    const inside = functions.filter(({ key }) => named(logicalId(key)).Properties.VpcConfig !== undefined);
    expect(inside.map(({ key }) => key)).toEqual([
      'observe-inside',
      'ask-inside',
      'prepare',
      'tend-reserve',
      'tend-cluster',
    ]);
    expect(inside.filter(({ uses }) => uses.some((use) => use.startsWith('zones')))).toEqual([]);
  });

  it('that change zones in a run may run twice per pair at once, who looks out once, the others as often as they like', () => {
    const limited = functions.filter(
      ({ key }) => named(logicalId(key)).Properties.ReservedConcurrentExecutions !== undefined,
    );
    expect(limited.map(({ key }) => key)).toEqual(['fence', 'own', 'steer', 'look-out']);
    expect(named('LookDashoutLambdaFunction').Properties.ReservedConcurrentExecutions).toBe(1);
    expect(named('SteerLambdaFunction').Properties.ReservedConcurrentExecutions).toBe(2);
  });

  it('keep their logs for a bounded time', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBe(functions.length);
    expect(groups.every(([, { Properties }]) => Properties.RetentionInDays > 0)).toBe(true);
  });
});

describe('the state machine', () => {
  it('has a substitution for every name in it, and uses every one', () => {
    const inText = [...machineText.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    const given = named('SwitchMachine').Properties.DefinitionSubstitutions;
    expect(Object.keys(given).sort()).toEqual([...new Set(inText)].sort());
    for (const [name, value] of Object.entries(given)) {
      const [logicalName] = (value as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
      expect(named(logicalName ?? '').Type, name).toBe('AWS::Lambda::Function');
    }
  });

  it('may call the functions in it and no others', () => {
    const [{ PolicyDocument }] = named('SwitchRole').Properties.Policies;
    const [statement] = PolicyDocument.Statement;
    expect(statement.Action).toBe('lambda:InvokeFunction');
    expect(statement.Resource).toEqual(Object.values(named('SwitchMachine').Properties.DefinitionSubstitutions));
  });

  it('waits for each function longer than the function may run', () => {
    const timeoutOf = new Map(functions.map(({ key, timeoutSeconds }) => [pascal(key), timeoutSeconds]));
    expect(tasks().length).toBeGreaterThan(20);
    for (const { state, calls, timeoutSeconds } of tasks())
      expect(timeoutOf.get(calls), `${state} waits ${timeoutSeconds} s for ${calls}`).toBeLessThan(timeoutSeconds);
  });

  it('gives most tasks the times that the topology is checked against', () => {
    expect(functions.filter(({ timeoutSeconds }) => timeoutSeconds === functionTimeoutSeconds).length).toBeGreaterThan(
      5,
    );
    expect(tasks().filter(({ timeoutSeconds }) => timeoutSeconds === taskTimeoutSeconds).length).toBeGreaterThan(5);
  });
});

describe('alarms', () => {
  const rule = () => ofType('AWS::Events::Rule')[0]?.[1].Properties;

  it('of every pair reach on-alarm, and only those that are in ALARM', () => {
    expect(rule().EventPattern).toEqual({
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      detail: { alarmName: [{ prefix: 'throwover-prod-shop-' }], state: { value: ['ALARM'] } },
    });
    expect(rule().Targets[0].Arn).toEqual({ 'Fn::GetAtt': ['OnDashalarmLambdaFunction', 'Arn'] });
  });

  it('may call it: without the permission they would be lost in silence', () => {
    const FunctionName = { 'Fn::GetAtt': ['OnDashalarmLambdaFunction', 'Arn'] };
    const permissions = ofType('AWS::Lambda::Permission')
      .map(([, { Properties }]) => Properties)
      .filter((one) => JSON.stringify(one.FunctionName) === JSON.stringify(FunctionName));
    expect(permissions.every((one) => one.Action === 'lambda:InvokeFunction')).toBe(true);
    expect(permissions.map(({ Principal }) => Principal).sort()).toEqual([
      'events.amazonaws.com',
      'lambda.alarms.cloudwatch.amazonaws.com',
      'sns.amazonaws.com',
    ]);
    const ofRule = permissions.find(({ Principal }) => Principal === 'events.amazonaws.com');
    expect(JSON.stringify(ofRule.SourceArn)).toContain(rule().Name);
  });

  it('may call it directly from this account only, and through our own topic only', () => {
    expect(named('AlarmsMayCall').Properties.SourceAccount).toEqual({ Ref: 'AWS::AccountId' });
    expect(JSON.stringify(named('AlarmsMayCall').Properties.SourceArn)).toContain(':alarm:throwover-prod-*');
    expect(named('SignalsMayCall').Properties.SourceArn).toEqual({ Ref: 'SignalsTopic' });
  });

  it('and alerts reach it through a topic that only this account publishes to', () => {
    expect(named('SignalsTopic').Properties.TopicName).toBe('throwover-prod-signals');
    const { Statement } = named('SignalsTopicPolicy').Properties.PolicyDocument;
    for (const { Principal, Condition, Action } of Statement) {
      expect(Action).toBe('sns:Publish');
      const own = { Ref: 'AWS::AccountId' };
      expect(Principal.AWS ?? Condition.StringEquals['aws:SourceAccount']).toEqual(own);
    }
    expect(named('SignalsSubscription').Properties).toMatchObject({
      TopicArn: { Ref: 'SignalsTopic' },
      Endpoint: { 'Fn::GetAtt': ['OnDashalarmLambdaFunction', 'Arn'] },
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } },
    });
    expect(JSON.stringify(named('DeadLettersPolicy').Properties)).toContain('sns.amazonaws.com');
  });

  it('come by no public way: nothing in the template listens to the internet', () => {
    const types = new Set(Object.values(resources).map(({ Type }) => Type));
    const listening = /^AWS::(ApiGateway|AppSync|CloudFront|ElasticLoadBalancing|Lambda::Url|IoT|Cognito)/;
    expect([...types].filter((type) => listening.test(type))).toEqual([]);
    const principals = ofType('AWS::Lambda::Permission').map(([, { Properties }]) => Properties.Principal);
    expect(principals.length).toBeGreaterThan(2);
    for (const principal of principals) expect(principal).toMatch(/^[a-z.]+\.amazonaws\.com$/);
  });

  it('are dropped when they are late, and kept for people when they could not be taken', () => {
    expect(rule().Targets[0]).toMatchObject({
      RetryPolicy: { MaximumEventAgeInSeconds: 300 },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } },
    });
    expect(named('OnDashalarmLambdaEvConf').Properties).toMatchObject({
      MaximumEventAgeInSeconds: 120,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } } },
    });
  });
});

describe('the alarms of CloudWatch', () => {
  const alarms = () => ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
  const onAlarm = { 'Fn::GetAtt': ['OnDashalarmLambdaFunction', 'Arn'] };

  it('suggest a look for each cluster: hosts, errors, and what our own observers see', () => {
    const suggesting = alarms().filter(
      ({ AlarmActions }) => JSON.stringify(AlarmActions) === JSON.stringify([onAlarm]),
    );
    expect(suggesting.map(({ AlarmName, MetricName }) => [AlarmName, MetricName]).sort()).toEqual(
      ['blue', 'green'].flatMap((cluster) => [
        [`throwover-prod-shop-${cluster}-answers-5xx`, 'HTTPCode_ELB_5XX_Count'],
        [`throwover-prod-shop-${cluster}-no-healthy-hosts`, 'HealthyHostCount'],
        [`throwover-prod-shop-${cluster}-seen-dead`, 'DeadVotes'],
      ]),
    );
  });

  it('have names that the rule hands on only where a run shall look', () => {
    for (const { AlarmName, AlarmActions } of alarms())
      expect(AlarmName.startsWith('throwover-'), AlarmName).toBe(!JSON.stringify(AlarmActions).includes('Notices'));
  });

  it('are at metrics that the functions write, by exactly their dimensions', () => {
    const own = alarms().filter(({ Namespace }) => Namespace === 'Throwover');
    const dimensions = own.map(({ MetricName, Dimensions }) => [
      MetricName,
      Dimensions.map(({ Name }: { Name: string }) => Name),
    ]);
    for (const [metric, names] of dimensions)
      expect(names, metric).toEqual(metric === 'DeadVotes' ? ['pair', 'cluster'] : ['pair']);
    expect(new Set(dimensions.map(([metric]) => metric))).toEqual(new Set(['DeadVotes', 'DrillMissed', 'Watched']));
  });

  it('say each what they speak of: one cluster, or the pair', () => {
    expect(alarms().length).toBeGreaterThan(9);
    for (const { AlarmName, AlarmDescription } of alarms())
      expect(AlarmDescription, AlarmName).toMatch(/^Scope: the (cluster (blue|green)|pair shop)\. [A-Z]/);
  });

  it('take silence of either half of the watch for an alarm, and tell people', () => {
    const silent = alarms().filter(({ AlarmName }) => AlarmName.includes('-is-silent/'));
    expect(silent.map(({ AlarmName }) => AlarmName)).toEqual([
      'throwover/prod/watch-is-silent/shop',
      'throwover/prod/look-out-is-silent/shop',
    ]);
    for (const one of silent)
      expect(one).toMatchObject({
        Statistic: 'SampleCount',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
        AlarmActions: [{ Ref: 'Notices' }],
      });
  });

  it('never take silence of a balancer for death', () => {
    const balancers = alarms().filter(({ Namespace }) => Namespace !== undefined && Namespace !== 'Throwover');
    expect(balancers.length).toBe(4);
    for (const { TreatMissingData } of balancers) expect(['missing', 'notBreaching']).toContain(TreatMissingData);
  });
});

describe('the rest', () => {
  it('ticks the watch once a minute', () => {
    expect(named('WatchSchedule').Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Target: {
        Arn: { 'Fn::GetAtt': ['WatchLambdaFunction', 'Arn'] },
        RetryPolicy: { MaximumEventAgeInSeconds: 60 },
      },
    });
  });

  it('keeps the ledger when the stack goes', () => {
    expect(named('LedgerTable').DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(named('LedgerTable').Properties.TableName).toBe('throwover-prod');
  });

  it('keeps records for good: every version, encrypted, behind TLS, open to nobody, also when the stack goes', () => {
    const bucket = named('RecordsBucket');
    expect([bucket.DeletionPolicy, bucket.UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
    const { VersioningConfiguration, PublicAccessBlockConfiguration, BucketEncryption } = bucket.Properties;
    expect(VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(Object.values(PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(JSON.stringify(BucketEncryption)).toContain('AES256');
    expect(JSON.stringify(named('RecordsBucketPolicy').Properties.PolicyDocument)).toContain(
      '"Condition":{"Bool":{"aws:SecureTransport":"false"}}',
    );
  });

  it('calls the bucket of records as the function that writes there calls it', () => {
    const deployment = { partition: 'aws', region: 'eu-west-1', accountId: '123456789012', stage: 'prod' };
    const { BucketName } = named('RecordsBucket').Properties;
    const ours = recordsBucket(deployment);
    const parts = String(BucketName['Fn::Sub']).split(/\$\{AWS::(?:AccountId|Region)\}/);
    expect(parts).toEqual(ours.split(/123456789012|eu-west-1/));
    expect(JSON.stringify(named('KeepRecordRole').Properties.Policies)).toContain('"Action":["s3:PutObject"]');
  });

  it('lets the table forget what says when it may go', () => {
    expect(named('LedgerTable').Properties.TimeToLiveSpecification).toEqual({
      AttributeName: 'expiresAt',
      Enabled: true,
    });
  });
});

describe('rights', () => {
  const statementsOf = ({ Properties: { Policies = [] } }: Resource): Statement[] =>
    Policies.flatMap(({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }) => PolicyDocument.Statement);
  const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
  const roles = () => ofType('AWS::IAM::Role');

  it('name their resources, but for the actions that cannot', () => {
    for (const [role, resource] of roles()) {
      for (const { Action, Resource } of statementsOf(resource)) {
        const open = listed(Resource).some((one) => JSON.stringify(one).includes('*'));
        const unexplained = open ? listed(Action).filter((action) => !(String(action) in unnamed)) : [];
        expect(unexplained, role).toEqual([]);
      }
    }
  });

  it('never hold a wildcard for an action, nor anything of IAM', () => {
    const actions = roles().flatMap(([, resource]) => statementsOf(resource).flatMap(({ Action }) => listed(Action)));
    expect(actions.filter((action) => /\*|^iam:/.test(String(action)))).toEqual([]);
  });

  it('to change zones are those of the functions that change them', () => {
    const changing = roles().filter(([, resource]) =>
      JSON.stringify(statementsOf(resource)).includes('route53:ChangeResourceRecordSets'),
    );
    expect(changing.map(([role]) => role).sort()).toEqual(
      ['ControlRole', 'FenceRole', 'OwnRole', 'PayDebtsRole', 'SteerRole', 'WatchRole'].sort(),
    );
  });

  it('are managed by nobody else: no role has a policy of AWS, and one has one of ours', () => {
    const managed = roles().flatMap(
      ([
        role,
        {
          Properties: { ManagedPolicyArns = [] },
        },
      ]) => ManagedPolicyArns.map((arn: unknown) => [role, arn]),
    );
    expect(managed).toEqual(['BreakGlassPolicy', 'BreakGlassLedgerPolicy'].map((Ref) => ['BreakGlassRole', { Ref }]));
  });
});
