import { describe, expect, it } from 'vitest';
import { refusal } from '../refusal.ts';
import { emptyAccount, templateOf, ZIPS } from './account.ts';

const topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'notices' } };
const StackName = 'throwover-prod';

const claim = (S3Key: string, more: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'claim',
    Code: { S3Bucket: ZIPS, S3Key },
    Handler: 'dist/claim/index.handler',
    Role: { 'Fn::GetAtt': ['ClaimRole', 'Arn'] },
    Timeout: 25,
    ...more,
  },
});
const claimRole = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, Policies: [] } };

describe('a stack', () => {
  it('is made in the order of its references, whatever the order of the template', () => {
    const { cloudFormation, upload, statusOf, loaded } = emptyAccount();
    upload('claim.zip', 'one');
    const TemplateBody = templateOf({ Claim: claim('claim.zip'), ClaimRole: claimRole });
    cloudFormation.createStack({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] });
    expect(statusOf(StackName)).toBe('CREATE_COMPLETE');
    expect(loaded).toMatchObject([{ functionName: 'claim', handler: 'dist/claim/index.handler', timeoutSeconds: 25 }]);
    const made = cloudFormation.describeStackEvents({ StackName }).StackEvents.reverse();
    expect(made.map((one) => `${one.LogicalResourceId} ${one.ResourceStatus}`)).toEqual([
      'throwover-prod CREATE_IN_PROGRESS',
      'ClaimRole CREATE_IN_PROGRESS',
      'ClaimRole CREATE_COMPLETE',
      'Claim CREATE_IN_PROGRESS',
      'Claim CREATE_COMPLETE',
      'throwover-prod CREATE_COMPLETE',
    ]);
  });

  it('names what has no name of its own, the same at every look, another in every stack', () => {
    const { cloudFormation } = emptyAccount();
    const TemplateBody = templateOf({ Role: claimRole });
    const names = ['one', 'two'].map((name) => {
      cloudFormation.createStack({ StackName: name, TemplateBody, Capabilities: ['CAPABILITY_IAM'] });
      return cloudFormation.listStackResources({ StackName: name }).StackResourceSummaries[0]?.PhysicalResourceId;
    });
    expect(names[0]).toMatch(/^one-Role-[0-9A-Z]{12}$/);
    expect(names[1]).toMatch(/^two-Role-[0-9A-Z]{12}$/);
  });

  it('is nothing when one of its resources fails: what was made before is gone again, but for what is retained', () => {
    const { cloudFormation, upload, statusOf, sns, s3 } = emptyAccount();
    upload('claim.zip', 'broken');
    const bucket = (BucketName: string, DeletionPolicy: string) => ({
      Type: 'AWS::S3::Bucket',
      DeletionPolicy,
      Properties: { BucketName },
    });
    const TemplateBody = templateOf({
      Notices: topic,
      Kept: bucket('kept', 'Retain'),
      Gone: bucket('gone', 'RetainExceptOnCreate'),
      ClaimRole: claimRole,
      Claim: claim('claim.zip'),
    });
    cloudFormation.createStack({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] });
    expect(statusOf(StackName)).toBe('ROLLBACK_COMPLETE');
    expect(sns.listTopics().Topics).toEqual([]);
    expect(s3.listBuckets().Buckets.map(({ Name }) => Name)).toEqual(['kept', ZIPS]);
    const failed = cloudFormation
      .describeStackEvents({ StackName })
      .StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
    expect(failed).toMatchObject({ LogicalResourceId: 'Claim', ResourceStatusReason: 'Could not unzip uploaded file' });
    expect(refusal(() => cloudFormation.updateStack({ StackName, TemplateBody }))[1]).toMatch(
      /is in ROLLBACK_COMPLETE state and can not be updated/,
    );
  });

  it('stays as it was when an update fails', async () => {
    const { cloudFormation, upload, statusOf, lambda, sns } = emptyAccount();
    const Capabilities = ['CAPABILITY_IAM'];
    upload('1.zip', 'one');
    upload('2.zip', 'broken');
    cloudFormation.createStack({
      StackName,
      Capabilities,
      TemplateBody: templateOf({ ClaimRole: claimRole, Claim: claim('1.zip') }),
    });
    const TemplateBody = templateOf({ Notices: topic, ClaimRole: claimRole, Claim: claim('2.zip', { Timeout: 50 }) });
    cloudFormation.updateStack({ StackName, Capabilities, TemplateBody });
    expect(statusOf(StackName)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(sns.listTopics().Topics).toEqual([]);
    expect(lambda.listFunctions().Functions).toMatchObject([{ name: 'claim', timeoutSeconds: 25 }]);
    expect((await lambda.invoke({ FunctionName: 'claim' })).Payload).toBe('one');
  });

  it('updates only what differs, makes another one for another name, and removes what is not wanted any more', async () => {
    const { cloudFormation, upload, lambda, sns } = emptyAccount();
    const Capabilities = ['CAPABILITY_IAM'];
    upload('1.zip', 'one');
    upload('2.zip', 'two');
    const before = templateOf({
      ClaimRole: claimRole,
      Claim: claim('1.zip'),
      Notices: topic,
      Old: { ...topic, Properties: { TopicName: 'old' } },
    });
    cloudFormation.createStack({ StackName, Capabilities, TemplateBody: before });
    const TemplateBody = templateOf({
      ClaimRole: claimRole,
      Claim: claim('2.zip', { ReservedConcurrentExecutions: 2 }),
      Notices: { ...topic, Properties: { TopicName: 'pages' } },
    });
    const set = { ChangeSetName: 'next', StackName };
    cloudFormation.createChangeSet({ ...set, Capabilities, TemplateBody });
    expect(cloudFormation.describeChangeSet(set)).toMatchObject({
      Status: 'CREATE_COMPLETE',
      Changes: [
        { ResourceChange: { Action: 'Modify', LogicalResourceId: 'Claim', Replacement: 'False' } },
        { ResourceChange: { Action: 'Modify', LogicalResourceId: 'Notices', Replacement: 'True' } },
        { ResourceChange: { Action: 'Remove', LogicalResourceId: 'Old' } },
      ],
    });
    expect((await lambda.invoke({ FunctionName: 'claim' })).Payload).toBe('one');
    cloudFormation.executeChangeSet(set);
    expect((await lambda.invoke({ FunctionName: 'claim' })).Payload).toBe('two');
    expect(lambda.listFunctions().Functions).toMatchObject([{ reservedConcurrency: 2 }]);
    expect(sns.listTopics().Topics.map(({ TopicArn }) => TopicArn.split(':').at(-1))).toEqual(['pages']);
    expect(refusal(() => cloudFormation.executeChangeSet(set))[0]).toBe('InvalidChangeSetStatus');
  });

  it('that is deleted leaves what its template retains', () => {
    const { cloudFormation, dynamoDb, sns, statusOf } = emptyAccount();
    const key = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
    const Ledger = {
      Type: 'AWS::DynamoDB::Table',
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: 'ledger',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [key('pk'), key('sk')],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      },
    };
    cloudFormation.createStack({ StackName, TemplateBody: templateOf({ Ledger, Notices: topic }) });
    cloudFormation.deleteStack({ StackName });
    expect(dynamoDb.describeTable({ TableName: 'ledger' }).Table.TableStatus).toBe('ACTIVE');
    expect(sns.listTopics().Topics).toEqual([]);
    expect(refusal(() => statusOf(StackName))).toEqual([
      'ValidationError',
      `Stack with id ${StackName} does not exist`,
    ]);
  });

  it('gives a running execution its old definition and every later one the new', async () => {
    const { cloudFormation, stepFunctions, clock } = emptyAccount();
    const Capabilities = ['CAPABILITY_IAM'];
    const machine = (Output: string) => ({
      Role: claimRole,
      Switch: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: 'switch',
          RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Definition: {
            QueryLanguage: 'JSONata',
            StartAt: 'Hold',
            States: { Hold: { Type: 'Wait', Seconds: 60, Next: 'End' }, End: { Type: 'Pass', Output, End: true } },
          },
        },
      },
    });
    cloudFormation.createStack({ StackName, Capabilities, TemplateBody: templateOf(machine('old')) });
    const stateMachineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:switch';
    const first = stepFunctions.startExecution({ stateMachineArn });
    await clock.run(1_000);
    cloudFormation.updateStack({ StackName, Capabilities, TemplateBody: templateOf(machine('new')) });
    const second = stepFunctions.startExecution({ stateMachineArn });
    await clock.run(120_000);
    expect(stepFunctions.describeExecution(first).output).toBe('"old"');
    expect(stepFunctions.describeExecution(second).output).toBe('"new"');
  });
});

describe('a change set', () => {
  it('without changes fails, as the aws command and serverless expect it', () => {
    const { cloudFormation } = emptyAccount();
    const TemplateBody = templateOf({ Notices: topic });
    cloudFormation.createStack({ StackName, TemplateBody });
    const set = { ChangeSetName: 'same', StackName };
    cloudFormation.createChangeSet({ ...set, TemplateBody });
    expect(cloudFormation.describeChangeSet(set)).toMatchObject({
      Status: 'FAILED',
      StatusReason: expect.stringContaining("The submitted information didn't contain changes."),
      ExecutionStatus: 'UNAVAILABLE',
    });
    expect(refusal(() => cloudFormation.updateStack({ StackName, TemplateBody }))).toEqual([
      'ValidationError',
      'No updates are to be performed.',
    ]);
  });
});

describe('a template', () => {
  const made = (template: string, more: object = {}) => {
    const { cloudFormation } = emptyAccount();
    return refusal(() => cloudFormation.createStack({ StackName, TemplateBody: template, ...more }));
  };

  it('with another kind of resource than ours is refused by its name, and nothing of it is made', () => {
    const { cloudFormation, sns } = emptyAccount();
    const TemplateBody = templateOf({ Notices: topic, Net: { Type: 'AWS::EC2::VPC', Properties: {} } });
    expect(refusal(() => cloudFormation.createStack({ StackName, TemplateBody }))).toEqual([
      'NotImplemented',
      'This stand-in for CloudFormation does not make AWS::EC2::VPC.',
    ]);
    expect(sns.listTopics().Topics).toEqual([]);
  });

  it('with a property that would be left out is refused by its name', () => {
    const Notices = { ...topic, Properties: { TopicName: 'notices', KmsMasterKeyId: 'k' } };
    expect(made(templateOf({ Notices }))[1]).toBe(
      'This stand-in for CloudFormation does not have the property KmsMasterKeyId of AWS::SNS::Topic (Notices).',
    );
  });

  it.each([
    ['is no JSON', 'Resources: {}', /unsupported structure/],
    ['has no resources', templateOf({}), /At least one Resources member/],
    [
      'speaks of nobody',
      templateOf({ Notices: { ...topic, Properties: { TopicName: { Ref: 'Nobody' } } } }),
      /\[Nobody\]/,
    ],
    [
      'goes round in circles',
      templateOf({ A: { ...topic, DependsOn: 'B' }, B: { ...topic, DependsOn: ['A'] } }),
      /Circular/,
    ],
    ['has a section more', templateOf({ Notices: topic }, { Transform: 'x' }), /does not have section Transform/],
    [
      'asks for an attribute that is not',
      templateOf({ A: topic, B: { ...topic, Properties: { TopicName: { 'Fn::GetAtt': ['A', 'Colour'] } } } }),
      /Colour/,
    ],
    ['is too long for a request', templateOf({ Notices: { ...topic, Metadata: 'x'.repeat(51_200) } }), /51200/],
  ])('that %s is refused', (_, template, message) => {
    expect(made(template)[1]).toMatch(message);
  });

  it('makes roles only for who says that he knows', () => {
    expect(made(templateOf({ Role: claimRole }))).toEqual([
      'InsufficientCapabilitiesException',
      'Requires capabilities : [CAPABILITY_IAM]',
    ]);
    const named = { ...claimRole, Properties: { ...claimRole.Properties, RoleName: 'me' } };
    expect(made(templateOf({ Role: named }), { Capabilities: ['CAPABILITY_IAM'] })[1]).toContain(
      'CAPABILITY_NAMED_IAM',
    );
  });

  it('has its parameters from whoever deploys it, within their patterns, and no others', () => {
    const Parameters = { Name: { Type: 'String', AllowedPattern: '^[a-z]+$', ConstraintDescription: 'say a name' } };
    const template = templateOf({ Notices: { ...topic, Properties: { TopicName: { Ref: 'Name' } } } }, { Parameters });
    const given = (ParameterKey: string, ParameterValue: string) => ({
      Parameters: [{ ParameterKey, ParameterValue }],
    });
    expect(made(template)[1]).toBe('Parameters: [Name] must have values');
    expect(made(template, given('Name', 'A'))[1]).toBe('Parameter Name failed to satisfy constraint: say a name');
    expect(made(template, given('Other', 'a'))[1]).toBe('Parameters: [Other] do not exist in the template');
    const { cloudFormation, sns } = emptyAccount();
    cloudFormation.createStack({ StackName, TemplateBody: template, ...given('Name', 'pages') });
    const UsePreviousValue = { Parameters: [{ ParameterKey: 'Name', UsePreviousValue: true }] };
    expect(
      refusal(() => cloudFormation.updateStack({ StackName, TemplateBody: template, ...UsePreviousValue }))[1],
    ).toBe('No updates are to be performed.');
    expect(sns.listTopics().Topics[0]?.TopicArn).toMatch(/:pages$/);
  });

  it('makes a resource with a condition only where it holds', () => {
    const { cloudFormation, sns } = emptyAccount();
    const region = (name: string) => ({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, name] });
    const TemplateBody = templateOf(
      { Here: { ...topic, Condition: 'Ireland' }, There: { ...topic, Condition: 'Ohio' } },
      { Conditions: { Ireland: region('eu-west-1'), Ohio: region('us-east-2') } },
    );
    cloudFormation.createStack({ StackName, TemplateBody });
    expect(sns.listTopics().Topics.length).toBe(1);
    expect(
      cloudFormation.listStackResources({ StackName }).StackResourceSummaries.map((one) => one.LogicalResourceId),
    ).toEqual(['Here']);
  });
});
