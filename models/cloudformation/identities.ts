/**
 * What `Ref` and `Fn::GetAtt` give of the resources that our template has, once for who makes them and for who only reads the
 * template. A type that is not here is refused by name. Source: CloudFormation template reference, "Return values" of each type.
 */
import { ServiceError } from '../service-error.ts';
import type { Account } from '../sts.ts';

export type Properties = Readonly<Record<string, unknown>>;

export interface Identity {
  /** The physical id. */
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Place extends Account {
  /** The name that CloudFormation makes for a resource whose own name is left out. */
  nameFor(logicalId: string): string;
}

interface Form {
  /** The property that names the resource; changed, it is another resource. */
  readonly named?: string;
  identity(name: string, place: Place, properties: Properties): Identity;
}

const onlyRef: Form = { identity: (name) => ({ ref: name, attributes: {} }) };

const FORMS: Readonly<Record<string, Form>> = {
  'AWS::CloudWatch::Alarm': {
    named: 'AlarmName',
    identity: (name, place) => byName(name, arn(place, 'cloudwatch', `alarm:${name}`)),
  },
  'AWS::CloudWatch::Dashboard': { ...onlyRef, named: 'DashboardName' },
  'AWS::DynamoDB::Table': {
    named: 'TableName',
    identity: (name, place) => byName(name, arn(place, 'dynamodb', `table/${name}`)),
  },
  'AWS::Events::Rule': { named: 'Name', identity: (name, place) => byName(name, arn(place, 'events', `rule/${name}`)) },
  'AWS::IAM::ManagedPolicy': {
    named: 'ManagedPolicyName',
    identity: (name, { accountId }) => byArn(`arn:aws:iam::${accountId}:policy/${name}`, 'PolicyArn'),
  },
  'AWS::IAM::Role': {
    named: 'RoleName',
    identity: (name, { accountId }) => byName(name, `arn:aws:iam::${accountId}:role/${name}`),
  },
  'AWS::Lambda::EventInvokeConfig': onlyRef,
  'AWS::Lambda::Function': {
    named: 'FunctionName',
    identity: (name, place) => byName(name, arn(place, 'lambda', `function:${name}`)),
  },
  'AWS::Lambda::Permission': onlyRef,
  'AWS::Logs::LogGroup': {
    named: 'LogGroupName',
    identity: (name, place) => byName(name, arn(place, 'logs', `log-group:${name}:*`)),
  },
  'AWS::S3::Bucket': {
    named: 'BucketName',
    // everybody's buckets share their names, which have no capitals
    identity: (name) => byName(name.toLowerCase(), `arn:aws:s3:::${name.toLowerCase()}`),
  },
  'AWS::S3::BucketPolicy': onlyRef,
  'AWS::SNS::Subscription': { identity: (name, _, { TopicArn }) => ({ ref: `${TopicArn}:${name}`, attributes: {} }) },
  'AWS::SNS::Topic': {
    named: 'TopicName',
    identity: (name, place) => byArn(arn(place, 'sns', name), 'TopicArn', { TopicName: name }),
  },
  'AWS::SNS::TopicPolicy': onlyRef,
  'AWS::SQS::Queue': {
    named: 'QueueName',
    identity: (name, place) => ({
      ref: `https://sqs.${place.region}.amazonaws.com/${place.accountId}/${name}`,
      attributes: { Arn: arn(place, 'sqs', name), QueueName: name },
    }),
  },
  'AWS::SQS::QueuePolicy': onlyRef,
  'AWS::Scheduler::Schedule': {
    named: 'Name',
    identity: (name, place) => byName(name, arn(place, 'scheduler', `schedule/default/${name}`)),
  },
  'AWS::StepFunctions::StateMachine': {
    named: 'StateMachineName',
    identity: (name, place) => byArn(arn(place, 'states', `stateMachine:${name}`), 'Arn', { Name: name }),
  },
};

/** @param properties with every function in them done */
export function identityOf(type: string, logicalId: string, properties: Properties, place: Place): Identity {
  const form = formOf(type);
  const given = form.named === undefined ? undefined : properties[form.named];
  return form.identity(given === undefined ? place.nameFor(logicalId) : String(given), place, properties);
}

/** The property by which a resource of this type is named. */
export function namingProperty(type: string): string | undefined {
  return formOf(type).named;
}

export function pseudoParameters({ accountId, region }: Account): Readonly<Record<string, string>> {
  return {
    'AWS::AccountId': accountId,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::URLSuffix': 'amazonaws.com',
  };
}

function formOf(type: string): Form {
  const form = FORMS[type];
  if (form !== undefined) return form;
  throw new ServiceError('NotImplemented', `This stand-in for CloudFormation does not make ${type}.`, 501);
}

function byName(name: string, arnOfIt: string): Identity {
  return { ref: name, attributes: { Arn: arnOfIt } };
}

function byArn(arnOfIt: string, attribute: string, more: Readonly<Record<string, string>> = {}): Identity {
  return { ref: arnOfIt, attributes: { ...more, Arn: arnOfIt, [attribute]: arnOfIt } };
}

function arn({ region, accountId }: Account, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
