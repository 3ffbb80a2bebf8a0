/**
 * What IAM is asked when one of our calls arrives: action, resource, and the condition keys that our policies use. A call
 * that is not here is refused by name, so that none slips past the roles.
 * Sources: Service Authorization Reference, "Actions, resources, and condition keys" of each service.
 */
import { canonicalName } from '../route53/names.ts';
import type { Account } from '../sts.ts';
import type { AccessRequest } from './evaluator.ts';

// biome-ignore lint/suspicious/noExplicitAny: each call has an input of its own, and a member that is not there fails its test
type Input = any;
type Place = Account;

export type ServiceName = 'cloudwatch' | 'dynamodb' | 'eks' | 'events' | 'lambda' | 'route53' | 's3' | 'ssm' | 'states';

interface Call {
  readonly service: ServiceName;
  readonly action: string;
  /** One, or each of several that have to be allowed. */
  resources(input: Input, place: Place): string[];
  context?(input: Input): AccessRequest['context'];
}

const call = (service: ServiceName, action: string, resources: Call['resources'], context?: Call['context']): Call => ({
  service,
  action,
  resources,
  ...(context === undefined ? {} : { context }),
});

const anything = () => ['*'];
const zone = ({ HostedZoneId }: Input) => [`arn:aws:route53:::hostedzone/${zoneId(HostedZoneId)}`];
const table = ({ TableName }: Input, place: Place) => [arn(place, 'dynamodb', `table/${TableName}`)];
const parameter = (name: string, place: Place) => arn(place, 'ssm', `parameter${name}`);
const cluster = (name: string, place: Place) => arn(place, 'eks', `cluster/${name}`);
/** The last part of such an ARN is an id that EKS makes. */
const partOf = (kind: 'nodegroup' | 'addon', of: string, name: string, place: Place) =>
  arn(place, 'eks', `${kind}/${of}/${name}/0`);

/** By the name of the method, as of the operation on AWS. */
const CALLS: Readonly<Record<string, Call>> = {
  listResourceRecordSets: call('route53', 'ListResourceRecordSets', zone),
  changeResourceRecordSetsInTime: call('route53', 'ChangeResourceRecordSets', zone, ({ ChangeBatch }) =>
    changeContext(
      ChangeBatch.Changes.map(({ Action, ResourceRecordSet: { Name, Type } }: Input) => [Action, Type, Name]),
    ),
  ),
  getChange: call('route53', 'GetChange', ({ Id }) => [`arn:aws:route53:::change/${Id.replace(/^\/change\//, '')}`]),
  getItem: call('dynamodb', 'GetItem', table),
  putItem: call('dynamodb', 'PutItem', table),
  query: call('dynamodb', 'Query', table),
  getParameters: call('ssm', 'GetParameters', ({ Names }, place) =>
    Names.map((name: string) => parameter(name, place)),
  ),
  putParameter: call('ssm', 'PutParameter', ({ Name }, place) => [parameter(Name, place)]),
  startExecution: call('states', 'StartExecution', ({ stateMachineArn }) => [stateMachineArn]),
  describeExecution: call('states', 'DescribeExecution', ({ executionArn }) => [executionArn]),
  sendTaskSuccess: call('states', 'SendTaskSuccess', anything),
  sendTaskHeartbeat: call('states', 'SendTaskHeartbeat', anything),
  describeAlarms: call('cloudwatch', 'DescribeAlarms', anything),
  getMetricData: call('cloudwatch', 'GetMetricData', anything),
  putObject: call('s3', 'PutObject', ({ Bucket, Key }) => [`arn:aws:s3:::${Bucket}/${Key}`]),
  putEvents: call('events', 'PutEvents', (_, place) => [arn(place, 'events', 'event-bus/default')]),
  describeCluster: call('eks', 'DescribeCluster', ({ name }, place) => [cluster(name, place)]),
  listNodegroups: call('eks', 'ListNodegroups', ({ clusterName }, place) => [cluster(clusterName, place)]),
  listAddons: call('eks', 'ListAddons', ({ clusterName }, place) => [cluster(clusterName, place)]),
  describeNodegroup: call('eks', 'DescribeNodegroup', ({ clusterName, nodegroupName }, place) => [
    partOf('nodegroup', clusterName, nodegroupName, place),
  ]),
  updateNodegroupConfig: call('eks', 'UpdateNodegroupConfig', ({ clusterName, nodegroupName }, place) => [
    partOf('nodegroup', clusterName, nodegroupName, place),
  ]),
  describeAddon: call('eks', 'DescribeAddon', ({ clusterName, addonName }, place) => [
    partOf('addon', clusterName, addonName, place),
  ]),
  listUpdates: call('eks', 'ListUpdates', updated),
  describeUpdate: call('eks', 'DescribeUpdate', updated),
  invoke: call('lambda', 'InvokeFunction', ({ FunctionName }, place) => [
    FunctionName.startsWith('arn:') ? FunctionName : arn(place, 'lambda', `function:${FunctionName}`),
  ]),
};

/** @param method `changeResourceRecordSets`… of a service's model or client */
export function accessRequests(method: string, input: unknown, place: Place): AccessRequest[] {
  const known = CALLS[method];
  if (known === undefined) throw new Error(`${method} is a call that IAM is not asked for here`);
  const context = known.context?.(input);
  return known.resources(input, place).map((resource) => ({
    action: `${known.service}:${known.action}`,
    resource,
    ...(context === undefined ? {} : { context }),
  }));
}

const KEY = 'route53:ChangeResourceRecordSets';

/** The three keys as Route 53 fills them from a batch. @param changes action, type and name of each */
export function changeContext(changes: readonly (readonly string[])[]): NonNullable<AccessRequest['context']> {
  return {
    [`${KEY}NormalizedRecordNames`]: changes.map(([, , name = '']) => normalized(name)),
    [`${KEY}RecordTypes`]: changes.map(([, type = '']) => type),
    [`${KEY}Actions`]: changes.map(([action = '']) => action),
  };
}

/** Lower case, octal where needed, no dot at the end, whatever the caller wrote. */
function normalized(name: string): string {
  const canonical = canonicalName(name);
  if (typeof canonical !== 'string') throw new Error(canonical.problem);
  return canonical.slice(0, -1);
}

/** An update is of a node group, of an add-on, or of the cluster itself. */
function updated({ name, nodegroupName, addonName }: Input, place: Place): string[] {
  if (nodegroupName !== undefined) return [partOf('nodegroup', name, nodegroupName, place)];
  return [addonName === undefined ? cluster(name, place) : partOf('addon', name, addonName, place)];
}

function zoneId(id: string): string {
  return id.replace(/^\/hostedzone\//, '');
}

function arn({ region, accountId }: Account, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
