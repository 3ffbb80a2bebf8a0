/**
 * What people may do: managed policies, made from the same topology as the roles of functions. Everybody gets `reader` and
 * what else they are for. No policy but `break-glass` writes the table, a zone or a parameter: moves and answers go through
 * the machines, each of which has rights of its own to be started by.
 */
import { MACHINES, type MachineName } from '../../adapters/aws/names.ts';
import type { Topology } from '../../core/topology/index.ts';
import type { Use } from '../../functions/list.ts';
import { named, regional, rightsFor } from './roles.ts';
import { SLS_STAGE } from './stage.ts';
import { allow, deny, type Resource, type Statement } from './statement.ts';

/** A managed policy has room for 6,144 characters; zones have one of their own, and the second factor stands in each statement. */
const NAMES_ROOM = 4_500;

const READS: readonly Use[] = ['alarms', 'controlPlanes', 'metrics', 'published, read only', 'zones, read only'];
/** What the terminal of break-glass asks of the world: functions and machines are what may be down. */
const BREAKS_GLASS: readonly Use[] = [
  'alarms',
  'announcer',
  'inside',
  'controlPlanes',
  'executions',
  'ledger',
  'metrics',
  'nodeGroups',
  'published',
  'records',
];

/** With which long-term or federated credentials the role was taken does not matter, but that a second factor was shown. */
const WITH_MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

function withMfa(statement: Statement): Statement {
  return { ...statement, Condition: { ...statement.Condition, ...WITH_MFA } };
}

/** By logical id. */
export function peopleResources(topology: Topology): Record<string, object> {
  const apart = Object.values(topology.pairs).some(({ approvals }) => approvals.fourEyes);
  const start = (...machines: MachineName[]) => allow(['states:StartExecution'], machines.map(machineArn));
  // with both policies somebody could still do both: a Deny is what tells two people apart
  const never = (...machines: MachineName[]) =>
    apart ? [deny(['states:StartExecution'], machines.map(machineArn))] : [];
  return {
    ReaderPolicy: policy('reader', 'Sees everything that Throwover knows and did, and changes nothing.', [
      ...FOLLOWS,
      ...rightsFor(READS, topology),
      allow(['dynamodb:GetItem', 'dynamodb:Query'], [TABLE]),
      allow(['s3:GetObject'], [{ 'Fn::Sub': `\${RecordsBucket.Arn}/*` }]),
      allow(['s3:ListBucket'], [{ 'Fn::GetAtt': ['RecordsBucket', 'Arn'] }]),
    ]),
    StarterPolicy: policy('starter', 'Starts moves and drills, pauses, aborts, accepts. Approves nothing.', [
      ...FOLLOWS,
      start('switch', 'drill'),
      ...never('answer'),
    ]),
    ApproverPolicy: policy('approver', 'Answers runs that ask a person. Starts nothing.', [
      ...FOLLOWS,
      allow(['dynamodb:GetItem', 'dynamodb:Query'], [TABLE]),
      start('answer'),
      ...never('switch', 'drill'),
    ]),
    BreakGlassPolicy: policy(
      'break-glass',
      'Moves traffic in the zones from a terminal when nothing else can. With a second factor only; its use is told.',
      rightsFor(['zones'], topology, NAMES_ROOM).map(withMfa),
    ),
    BreakGlassLedgerPolicy: policy(
      'break-glass-ledger',
      'What a move by break-glass reads and writes beside the zones. With a second factor only; its use is told.',
      [...FINDS, ...rightsFor(BREAKS_GLASS, topology)].map(withMfa),
    ),
    BreakGlassRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: breakGlassRole,
        Description:
          'For the night in which Step Functions, Lambda or DynamoDB do not answer: docs/runbook/break-glass.md',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              // whoever of this account has sts:AssumeRole for it
              Principal: { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` } },
              Action: 'sts:AssumeRole',
              Condition: WITH_MFA,
            },
          ],
        },
        ManagedPolicyArns: [{ Ref: 'BreakGlassPolicy' }, { Ref: 'BreakGlassLedgerPolicy' }],
      },
    },
  };
}

export const breakGlassRole = `throwover-${SLS_STAGE}-break-glass`;

export function machineArn(machine: MachineName): Resource {
  return regional('states', `stateMachine:${named(machine)}`);
}

const TABLE = { 'Fn::GetAtt': ['LedgerTable', 'Arn'] };
/** Which stages there are stands in the names of the machines. */
const FINDS = [allow(['states:ListStateMachines'], ['*'])];
const FOLLOWS: readonly Statement[] = [
  ...FINDS,
  allow(['states:ListExecutions', 'states:DescribeStateMachine'], MACHINES.map(machineArn)),
  allow(
    ['states:DescribeExecution', 'states:GetExecutionHistory'],
    MACHINES.map((machine) => regional('states', `execution:${named(machine)}:*`)),
  ),
];

function policy(name: string, Description: string, Statement: readonly Statement[]): object {
  return {
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: {
      ManagedPolicyName: `throwover-${SLS_STAGE}-${name}`,
      Description,
      PolicyDocument: { Version: '2012-10-17', Statement },
    },
  };
}
