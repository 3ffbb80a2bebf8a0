/** The resource types of our template, each done by the stand-in of its service. There are no others: see identities.ts. */

import type { PutMetricAlarmInput } from '../cloudwatch/alarm.ts';
import type { CloudWatch } from '../cloudwatch/cloudwatch.ts';
import type { DynamoDb } from '../dynamodb/dynamodb.ts';
import type { CreateTableInput } from '../dynamodb/requests.ts';
import type { EventBridge } from '../eventbridge/eventbridge.ts';
import type { Target } from '../eventbridge/rule.ts';
import type { FunctionDefinition, Lambda } from '../lambda.ts';
import type { S3 } from '../s3.ts';
import type { ScheduleInput, Scheduler } from '../scheduler.ts';
import type { Sns } from '../sns.ts';
import type { StepFunctions } from '../step-functions/step-functions.ts';
import type { Properties } from './identities.ts';
import { keptOnly, type Made, type ResourceType } from './resource-type.ts';

export interface Services {
  readonly cloudWatch: CloudWatch;
  readonly dynamoDb: DynamoDb;
  readonly eventBridge: EventBridge;
  readonly lambda: Lambda;
  readonly s3: S3;
  readonly scheduler: Scheduler;
  readonly sns: Sns;
  readonly stepFunctions: StepFunctions;
  /** Makes a handler of what was uploaded. Throws when it cannot be loaded. */
  readonly load: (code: UploadedCode) => FunctionDefinition['handler'];
}

export interface UploadedCode {
  readonly functionName: string;
  readonly zip: Uint8Array;
  /** `dist/claim/index.handler` */
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly insideVpc: boolean;
}

export function resourceTypes(services: Services): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::CloudWatch::Alarm': alarms(services),
    'AWS::CloudWatch::Dashboard': keptOnly('DashboardName', 'DashboardBody'),
    'AWS::DynamoDB::Table': tables(services),
    'AWS::Events::Rule': rules(services),
    'AWS::IAM::ManagedPolicy': keptOnly('ManagedPolicyName', 'Description', 'PolicyDocument', 'Path'),
    'AWS::IAM::Role': keptOnly('AssumeRolePolicyDocument', 'Description', 'ManagedPolicyArns', 'Policies', 'RoleName'),
    'AWS::Lambda::EventInvokeConfig': eventInvokeConfigs(services),
    'AWS::Lambda::Function': functions(services),
    'AWS::Lambda::Permission': keptOnly('Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount'),
    'AWS::Logs::LogGroup': keptOnly('LogGroupName', 'RetentionInDays'),
    'AWS::S3::Bucket': buckets(services),
    'AWS::S3::BucketPolicy': keptOnly('Bucket', 'PolicyDocument'),
    'AWS::SNS::Subscription': subscriptions(services),
    'AWS::SNS::Topic': topics(services),
    'AWS::SNS::TopicPolicy': keptOnly('Topics', 'PolicyDocument'),
    'AWS::SQS::Queue': keptOnly('QueueName', 'MessageRetentionPeriod', 'SqsManagedSseEnabled'),
    'AWS::SQS::QueuePolicy': keptOnly('Queues', 'PolicyDocument'),
    'AWS::Scheduler::Schedule': schedules(services),
    'AWS::StepFunctions::StateMachine': machines(services),
  };
}

function functions({ lambda, s3, load }: Services): ResourceType {
  const settings = ({ properties, identity }: Made) => {
    const { Code, Handler, MemorySize = 128, Timeout = 3, VpcConfig } = properties;
    const { S3Bucket, S3Key } = Code as { S3Bucket: string; S3Key: string };
    const code = {
      functionName: identity.ref,
      zip: s3.getObject({ Bucket: S3Bucket, Key: S3Key }).Body,
      handler: String(Handler),
      memoryMb: Number(MemorySize),
      timeoutSeconds: Number(Timeout),
      insideVpc: VpcConfig !== undefined,
    };
    return { handler: load(code), timeoutSeconds: code.timeoutSeconds, ...concurrency(properties) };
  };
  return {
    properties: [
      'Architectures',
      'Code',
      'FunctionName',
      'Handler',
      'MemorySize',
      'ReservedConcurrentExecutions',
      'Role',
      'Runtime',
      'Timeout',
      'VpcConfig',
    ],
    create: (made) => void lambda.createFunction({ name: made.identity.ref, ...settings(made) }),
    update: (made) => {
      const FunctionName = made.identity.ref;
      const { handler, timeoutSeconds, reservedConcurrency } = settings(made);
      lambda.updateFunctionCode({ FunctionName, handler });
      lambda.updateFunctionConfiguration({ FunctionName, timeoutSeconds });
      lambda.putFunctionConcurrency({ FunctionName, reservedConcurrency });
    },
    remove: ({ identity }) => lambda.deleteFunction({ FunctionName: identity.ref }),
  };
}

function concurrency({ ReservedConcurrentExecutions: reserved }: Properties) {
  return reserved === undefined ? {} : { reservedConcurrency: Number(reserved) };
}

function eventInvokeConfigs({ lambda }: Services): ResourceType {
  const put = ({ properties }: Made) =>
    lambda.putFunctionEventInvokeConfig({
      FunctionName: String(properties.FunctionName),
      ...optional('maximumRetryAttempts', properties.MaximumRetryAttempts as number | undefined),
      ...optional('maximumEventAgeSeconds', properties.MaximumEventAgeInSeconds as number | undefined),
    });
  return {
    properties: ['DestinationConfig', 'FunctionName', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts', 'Qualifier'],
    create: put,
    update: put,
    remove: ({ properties }) =>
      lambda.deleteFunctionEventInvokeConfig({ FunctionName: String(properties.FunctionName) }),
  };
}

function tables({ dynamoDb }: Services): ResourceType {
  return {
    properties: [
      'AttributeDefinitions',
      'BillingMode',
      'DeletionProtectionEnabled',
      'KeySchema',
      'PointInTimeRecoverySpecification',
      'TableName',
      'TimeToLiveSpecification',
    ],
    create: ({ properties, identity }) => {
      const { AttributeDefinitions, BillingMode, KeySchema } = properties;
      dynamoDb.createTable({
        TableName: identity.ref,
        AttributeDefinitions,
        BillingMode,
        KeySchema,
      } as CreateTableInput);
    },
    // what can change of ours (time to live, recovery, protection) nothing here plays
    update: () => {},
    remove: ({ identity }) => void dynamoDb.deleteTable({ TableName: identity.ref }),
  };
}

function buckets({ s3 }: Services): ResourceType {
  return {
    properties: [
      'BucketEncryption',
      'BucketName',
      'LifecycleConfiguration',
      'OwnershipControls',
      'PublicAccessBlockConfiguration',
      'VersioningConfiguration',
    ],
    create: ({ identity }) => s3.createBucket({ Bucket: identity.ref }),
    update: () => {},
    remove: ({ identity }) => s3.deleteBucket({ Bucket: identity.ref }),
  };
}

function machines({ stepFunctions }: Services): ResourceType {
  const definitionOf = ({ Definition, DefinitionSubstitutions = {} }: Properties) =>
    JSON.stringify(substituted(Definition, DefinitionSubstitutions as Readonly<Record<string, string>>));
  return {
    properties: ['Definition', 'DefinitionSubstitutions', 'RoleArn', 'StateMachineName', 'StateMachineType'],
    create: ({ properties, identity }) =>
      void stepFunctions.createStateMachine({
        name: identity.attributes.Name ?? '',
        definition: definitionOf(properties),
        roleArn: String(properties.RoleArn),
      }),
    update: ({ properties, identity }) =>
      void stepFunctions.updateStateMachine({
        stateMachineArn: identity.ref,
        definition: definitionOf(properties),
        roleArn: String(properties.RoleArn),
      }),
    remove: ({ identity }) => void stepFunctions.deleteStateMachine({ stateMachineArn: identity.ref }),
  };
}

/** `${Claim}` in a definition's texts; a name without a value stays, and the machine is refused by its own check. */
function substituted(value: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return value.replace(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  if (Array.isArray(value)) return value.map((one) => substituted(one, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, substituted(member, values)]));
}

function rules({ eventBridge }: Services): ResourceType {
  const put = ({ properties, identity }: Made) => {
    const { EventPattern, State, Description, Targets = [] } = properties;
    eventBridge.putRule({
      Name: identity.ref,
      EventPattern: JSON.stringify(EventPattern),
      ...optional('State', State as 'ENABLED' | undefined),
      ...optional('Description', Description as string | undefined),
    });
    eventBridge.putTargets({ Rule: identity.ref, Targets: Targets as Target[] });
  };
  const idsIn = ({ properties }: Made) => ((properties.Targets ?? []) as Target[]).map(({ Id }) => Id);
  return {
    properties: ['Description', 'EventPattern', 'Name', 'State', 'Targets'],
    create: put,
    update: (made, before) => {
      const gone = idsIn(before).filter((id) => !idsIn(made).includes(id));
      eventBridge.removeTargets({ Rule: made.identity.ref, Ids: gone });
      put(made);
    },
    remove: (made) => {
      eventBridge.removeTargets({ Rule: made.identity.ref, Ids: idsIn(made) });
      eventBridge.deleteRule({ Name: made.identity.ref });
    },
  };
}

function schedules({ scheduler }: Services): ResourceType {
  const input = ({ properties, identity }: Made) => ({ ...properties, Name: identity.ref }) as unknown as ScheduleInput;
  return {
    properties: ['FlexibleTimeWindow', 'Name', 'ScheduleExpression', 'State', 'Target'],
    create: (made) => void scheduler.createSchedule(input(made)),
    update: (made) => void scheduler.updateSchedule(input(made)),
    remove: ({ identity }) => void scheduler.deleteSchedule({ Name: identity.ref }),
  };
}

function alarms({ cloudWatch }: Services): ResourceType {
  const put = ({ properties, identity }: Made) =>
    cloudWatch.putMetricAlarm({ ...properties, AlarmName: identity.ref } as unknown as PutMetricAlarmInput);
  return {
    properties: [
      'ActionsEnabled',
      'AlarmActions',
      'AlarmDescription',
      'AlarmName',
      'ComparisonOperator',
      'DatapointsToAlarm',
      'Dimensions',
      'EvaluationPeriods',
      'MetricName',
      'Metrics',
      'Namespace',
      'OKActions',
      'Period',
      'Statistic',
      'Threshold',
      'TreatMissingData',
    ],
    create: put,
    update: put,
    remove: ({ identity }) => cloudWatch.deleteAlarms({ AlarmNames: [identity.ref] }),
  };
}

function topics({ sns }: Services): ResourceType {
  return {
    properties: ['TopicName'],
    create: ({ identity }) => void sns.createTopic({ Name: identity.attributes.TopicName ?? '' }),
    update: () => {},
    remove: ({ identity }) => sns.deleteTopic({ TopicArn: identity.ref }),
  };
}

function subscriptions({ sns }: Services): ResourceType {
  const endpointsOf = ({ properties }: Made) => {
    const { TopicArn, Endpoint } = properties as { TopicArn: string; Endpoint: string };
    return sns
      .listSubscriptionsByTopic({ TopicArn })
      .Subscriptions.filter((one) => one.Endpoint === Endpoint)
      .map(({ SubscriptionArn }) => SubscriptionArn);
  };
  const create = ({ properties }: Made) => {
    const { TopicArn, Protocol, Endpoint, RedrivePolicy } = properties;
    sns.subscribe({
      TopicArn: String(TopicArn),
      Protocol: String(Protocol),
      Endpoint: String(Endpoint),
      ...(RedrivePolicy === undefined ? {} : { Attributes: { RedrivePolicy: JSON.stringify(RedrivePolicy) } }),
    });
  };
  const remove = (made: Made) => {
    for (const SubscriptionArn of endpointsOf(made)) sns.unsubscribe({ SubscriptionArn });
  };
  return {
    properties: ['Endpoint', 'Protocol', 'RedrivePolicy', 'TopicArn'],
    create,
    update: (made, before) => {
      remove(before);
      create(made);
    },
    remove,
  };
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
}
