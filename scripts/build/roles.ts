/**
 * One role per function, made of what it uses: a function that only claims cannot touch a zone. Every resource is named; the
 * few that AWS cannot name are in `unnamed`, each with its reason.
 */
import { activeName, stateName } from '../../adapters/aws/published.ts';
import type { Topology } from '../../core/topology/index.ts';
import { workspaceAt } from '../../core/topology/managed-prometheus.ts';
import type { FunctionOnList, Use } from '../../functions/list.ts';
import { allow, type Resource, type Statement } from './statement.ts';
import { zoneRights } from './zone-rights.ts';

/** Actions without resource-level permissions, or whose resource has no name before it exists. */
export const unnamed: Readonly<Record<string, string>> = {
  'cloudwatch:GetMetricData': 'CloudWatch has no resources for it',
  'cloudwatch:DescribeAlarms': 'CloudWatch leaves composite alarms out for whoever may not describe all',
  'route53:GetChange': 'the id of a change is given when it is made',
  'states:DescribeExecution': 'executions of our own state machines only; their names come later',
  's3:PutObject': 'the objects of one bucket only; their names come later',
  'states:SendTaskSuccess': 'what waits has no name but its token',
  'states:SendTaskHeartbeat': 'the same',
  'eks:DescribeNodegroup': 'the groups of our own clusters only; a cluster may get new ones',
  'eks:UpdateNodegroupConfig': 'the same',
  'eks:DescribeAddon': 'the add-ons of our own clusters only; a cluster may get new ones',
  'eks:ListUpdates': 'the groups and add-ons of our own clusters only',
  'eks:DescribeUpdate': 'the same',
  'ec2:CreateNetworkInterface': 'Lambda makes them for functions inside the VPC',
  'ec2:DescribeNetworkInterfaces': 'the same',
  'ec2:DeleteNetworkInterface': 'the same',
  'ec2:AssignPrivateIpAddresses': 'the same',
  'ec2:UnassignPrivateIpAddresses': 'the same',
  'logs:CreateLogStream': 'the streams of the function’s own log group only',
  'logs:PutLogEvents': 'the same',
};

/** What these uses need, each statement once. */
export function rightsFor(
  uses: readonly Use[],
  topology: Topology,
  namesRoom?: number,
  vpc: FunctionOnList['vpc'] = 'outside',
): Statement[] {
  const statements = uses.flatMap((use) => statementsFor[use](topology, vpc, namesRoom));
  return [...new Map(statements.map((one) => [JSON.stringify(one), one])).values()];
}

/** The roles, by their logical ids. */
export function roles(functions: readonly FunctionOnList[], topology: Topology): Record<string, object> {
  return Object.fromEntries(functions.map((one) => [one.role, roleOf(one, topology)]));
}

function roleOf({ key, uses, vpc, calledBy }: FunctionOnList, topology: Topology): object {
  const statements = [
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [regional('logs', `log-group:/aws/lambda/${named(key)}:*`)]),
    ...(vpc === 'inside' ? [allow(NETWORK, ['*'])] : []),
    ...(calledBy === 'alarms' ? [allow(['sqs:SendMessage'], [{ 'Fn::GetAtt': ['DeadLetters', 'Arn'] }])] : []),
    ...rightsFor(uses, topology, undefined, vpc),
  ];
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: key, PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

const NETWORK = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Ledger and notes stand in one table, whose sort keys a policy cannot tell apart. */
const table = allow(
  ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
  [{ 'Fn::GetAtt': ['LedgerTable', 'Arn'] }],
);

const executionsRead = allow(
  ['states:DescribeExecution'],
  ['switch', 'drill'].map((machine) => regional('states', `execution:${named(machine)}:*`)),
);

const tableList = allow(['dynamodb:Query'], [{ 'Fn::GetAtt': ['LedgerTable', 'Arn'] }]);

const tableRead = allow(['dynamodb:GetItem'], [{ 'Fn::GetAtt': ['LedgerTable', 'Arn'] }]);

/** @param namesRoom how many characters the names of zones may take */
type StatementsFor = (topology: Topology, vpc: FunctionOnList['vpc'], namesRoom?: number) => Statement[];

const statementsFor: Readonly<Record<Use, StatementsFor>> = {
  alarms: () => [allow(['cloudwatch:DescribeAlarms'], ['*'])],
  announcer: () => [allow(['events:PutEvents'], [regional('events', 'event-bus/default')])],
  'announcer, by a function': () => [
    allow(['lambda:InvokeFunction'], [regional('lambda', `function:${named('announce')}`)]),
  ],
  clusters: (topology) => [allow(['eks:DescribeCluster'], clusterArns(topology))],
  controlPlanes: (topology) => [
    allow(
      ['eks:DescribeCluster', 'eks:ListAddons', 'eks:ListNodegroups', 'eks:ListUpdates', 'eks:DescribeUpdate'],
      clusterArns(topology),
    ),
    allow(
      ['eks:DescribeNodegroup', 'eks:DescribeAddon', 'eks:ListUpdates', 'eks:DescribeUpdate'],
      clustersIn(topology).flatMap(({ region, eksName }) =>
        ['nodegroup', 'addon'].map((kind) => eksArn(region, `${kind}/${eksName}/*/*`)),
      ),
    ),
  ],
  dns: () => [],
  executions: () => [
    allow(['states:StartExecution'], [regional('states', `stateMachine:${named('switch')}`)]),
    executionsRead,
  ],
  'executions, read only': () => [executionsRead],
  inside: () => [
    allow(
      ['lambda:InvokeFunction'],
      [
        'ask-inside',
        'check-drills',
        'observe-inside',
        'tend-approvals',
        'tend-capacity',
        'tend-cluster',
        'tend-reserve',
      ].map((key) => regional('lambda', `function:${named(key)}`)),
    ),
  ],
  ledger: () => [table],
  'ledger, read only': () => [tableRead],
  metrics: () => [allow(['cloudwatch:GetMetricData'], ['*'])],
  nodeGroups: (topology) => nodeGroups(topology, ['eks:DescribeNodegroup', 'eks:UpdateNodegroupConfig']),
  'nodeGroups, read only': (topology) => nodeGroups(topology, ['eks:DescribeNodegroup']),
  notes: () => [table],
  'notes, read only': () => [tableRead, tableList],
  observers: () => [
    allow(
      ['lambda:InvokeFunction'],
      ['observe-aws', 'observe-inside', 'observe-outside'].map((key) => regional('lambda', `function:${named(key)}`)),
    ),
  ],
  probe: workspaces,
  published: (topology) => [allow(['ssm:GetParameters', 'ssm:PutParameter'], parameters(topology))],
  'published, read only': (topology) => [allow(['ssm:GetParameters'], parameters(topology))],
  records: () => [allow(['s3:PutObject'], [{ 'Fn::Sub': `\${RecordsBucket.Arn}/*` }])],
  'records, by a function': () => [
    allow(['lambda:InvokeFunction'], [regional('lambda', `function:${named('keep-record')}`)]),
  ],
  waiting: () => [allow(['states:SendTaskSuccess', 'states:SendTaskHeartbeat'], ['*'])],
  zones: (topology, _, namesRoom) => zoneRights(topology, ['traffic', 'ownership'], namesRoom),
  'zones, fence only': (topology) => zoneRights(topology, ['fence']),
  'zones, ownership only': (topology) => zoneRights(topology, ['ownership']),
  'zones, read only': (topology) => zoneRights(topology, []),
  'zones, traffic only': (topology) => zoneRights(topology, ['traffic']),
};

function nodeGroups(topology: Topology, actions: string[]): Statement[] {
  return [
    allow(['eks:ListNodegroups'], clusterArns(topology)),
    allow(
      actions,
      clustersIn(topology).map(({ region, eksName }) => eksArn(region, `nodegroup/${eksName}/*/*`)),
    ),
  ];
}

/** Each Prometheus is asked by one of the observers; those that are not managed are asked without any right. */
function workspaces(topology: Topology, vpc: FunctionOnList['vpc']): Statement[] {
  const asked = Object.values(topology.pairs).flatMap(({ prometheus }) =>
    prometheus?.askedFrom === vpc ? (workspaceAt(prometheus.url) ?? []) : [],
  );
  if (asked.length === 0) return [];
  const arns = asked.map(({ region, id }) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:aps:${region}:\${AWS::AccountId}:workspace/${id}`,
  }));
  return [allow(['aps:QueryMetrics'], arns)];
}

function parameters(topology: Topology): Resource[] {
  const names = Object.keys(topology.pairs)
    .sort()
    .flatMap((pair) => [activeName(pair), stateName(pair)]);
  return names.map((name) => regional('ssm', `parameter${name}`));
}

function clustersIn(topology: Topology) {
  return Object.values(topology.pairs).flatMap((pair) => Object.values(pair.clusters));
}

function clusterArns(topology: Topology): Resource[] {
  return clustersIn(topology).map(({ region, eksName }) => eksArn(region, `cluster/${eksName}`));
}

function eksArn(region: string, resource: string): Resource {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:eks:${region}:\${AWS::AccountId}:${resource}` };
}

export function regional(service: string, resource: string): Resource {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}` };
}

/** As adapters/aws/names.ts calls it; the stage is filled in by serverless.yml's own variables. */
export function named(key: string): string {
  return `throwover-\${sls:stage}-${key}`;
}
