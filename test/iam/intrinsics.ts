/** What CloudFormation makes of `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::Join` in our template, in one account and Region. */
import type { Resources, TemplateResource } from '../../scripts/build/compiled.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** ARN of what our template makes; what has another form than these is refused by name. */
const ARNS: Readonly<Record<string, (properties: TemplateResource['Properties'], logicalId: string) => string>> = {
  'AWS::DynamoDB::Table': ({ TableName }) => arn('dynamodb', `table/${TableName}`),
  'AWS::Events::Rule': ({ Name }) => arn('events', `rule/${Name}`),
  'AWS::IAM::Role': (_, logicalId) => `arn:aws:iam::${ACCOUNT}:role/${logicalId}`,
  'AWS::Lambda::Function': ({ FunctionName }) => arn('lambda', `function:${FunctionName}`),
  'AWS::SNS::Topic': ({ TopicName }) => arn('sns', TopicName),
  'AWS::SQS::Queue': ({ QueueName }) => arn('sqs', QueueName),
  'AWS::StepFunctions::StateMachine': ({ StateMachineName }) => arn('states', `stateMachine:${StateMachineName}`),
};

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** The same value with every intrinsic function in it done. */
export function resolved(value: unknown, resources: Resources): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(one, resources));
  if (typeof value !== 'object' || value === null) return value;
  const [[name, given] = ['', undefined], ...more] = Object.entries(value);
  if (more.length === 0 && name === 'Ref') return PSEUDO[String(given)] ?? arnOf(String(given), resources);
  if (more.length === 0 && name === 'Fn::GetAtt') return attribute(given as readonly string[], resources);
  if (more.length === 0 && name === 'Fn::Sub')
    return String(given).replace(/\$\{([\w:]+)\}/g, (_, key: string) => PSEUDO[key] ?? arnOf(key, resources));
  if (more.length === 0 && name === 'Fn::Join') {
    const [between, parts] = given as [string, unknown[]];
    return parts.map((part) => resolved(part, resources)).join(between);
  }
  if (name.startsWith('Fn::')) throw new Error(`${name} is not known here`);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolved(member, resources)]));
}

function attribute([logicalId = '', name]: readonly string[], resources: Resources): string {
  if (name !== 'Arn') throw new Error(`the attribute ${name} is not known here`);
  return arnOf(logicalId, resources);
}

/** `Ref` of a topic or a machine is its ARN; nothing else of ours stands in a policy by `Ref`. */
function arnOf(logicalId: string, resources: Resources): string {
  const resource = resources[logicalId];
  const make = resource && ARNS[resource.Type];
  if (resource === undefined || make === undefined) throw new Error(`${logicalId} has no ARN that is known here`);
  return make(resource.Properties, logicalId);
}
