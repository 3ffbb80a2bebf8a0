/**
 * What our things are called on AWS. A function learns all of it from its own ARN, so that nothing has to be told through its
 * environment: `arn:aws:lambda:eu-west-1:123456789012:function:throwover-prod-claim`.
 */
import { createHash } from 'node:crypto';
import { ConfigInvalid } from '../../core/errors.ts';

export interface Deployment {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly stage: string;
}

/** @param key of the function whose ARN it is; a version or alias at the end is no part of its name */
export function deploymentOf(functionArn: string, key: string): Deployment {
  const [, partition = '', service, region = '', accountId = '', , name = ''] = functionArn.split(':');
  const [start, end] = ['throwover-', `-${key}`];
  const stage = name.slice(start.length, name.length - end.length);
  if (service !== 'lambda' || !name.startsWith(start) || !name.endsWith(end) || stage === '')
    throw new ConfigInvalid(`a function is called throwover-<stage>-${key}, found ${functionArn}`);
  return { partition, region, accountId, stage };
}

export function functionName({ stage }: Deployment, key: string): string {
  return `throwover-${stage}-${key}`;
}

export function tableName({ stage }: Deployment): string {
  return `throwover-${stage}`;
}

/** For everybody in the world there is one bucket of a name. */
export function recordsBucket({ stage, accountId, region }: Deployment): string {
  return `throwover-${stage}-records-${accountId}-${region}`;
}

/** The machines of statemachines/, by the ends of their names. */
export const MACHINES = ['switch', 'drill', 'answer'] as const;
export type MachineName = (typeof MACHINES)[number];

export function machineArn(deployment: Deployment, machine: MachineName): string {
  const { partition, region, accountId, stage } = deployment;
  return `arn:${partition}:states:${region}:${accountId}:stateMachine:throwover-${stage}-${machine}`;
}

/** Which ledger it is, as in `by=` of a fence: 8 hex digits of the SHA-256 of the table's ARN. */
export function ledgerId(deployment: Deployment): string {
  const { partition, region, accountId } = deployment;
  const arn = `arn:${partition}:dynamodb:${region}:${accountId}:table/${tableName(deployment)}`;
  return createHash('sha256').update(arn).digest('hex').slice(0, 8);
}
