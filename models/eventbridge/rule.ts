/** Rules and targets as they are put, and what is refused in them. */
import type { TargetRetryPolicy } from '../delivery.ts';
import { ServiceError } from '../service-error.ts';

export interface Target {
  Id: string;
  Arn: string;
  RoleArn?: string | undefined;
  /** Constant JSON text instead of the event. */
  Input?: string | undefined;
  /** Parts of the event by their paths, put into a text or JSON with `<name>` in it. */
  InputTransformer?: { InputPathsMap?: Readonly<Record<string, string>>; InputTemplate: string } | undefined;
  RetryPolicy?: TargetRetryPolicy | undefined;
  DeadLetterConfig?: { Arn?: string | undefined } | undefined;
}

export interface RuleInput {
  Name: string;
  EventPattern?: string | undefined;
  State?: 'ENABLED' | 'DISABLED' | undefined;
  Description?: string | undefined;
  EventBusName?: string | undefined;
}

export interface Rule {
  Name: string;
  Arn: string;
  EventPattern: string;
  State: 'ENABLED' | 'DISABLED';
  Description?: string;
  EventBusName: 'default';
}

const RULE_MEMBERS = new Set(['Name', 'EventPattern', 'State', 'Description', 'EventBusName']);
const TARGET_MEMBERS = new Set([
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputTransformer',
  'RetryPolicy',
  'DeadLetterConfig',
]);

export function checkedRule(input: RuleInput, Arn: string): Rule {
  onlyMembers(input, 'PutRule', RULE_MEMBERS);
  const { Name, EventPattern, State = 'ENABLED', Description, EventBusName = 'default' } = input;
  if (EventBusName !== 'default') throw notImplemented('event buses other than default');
  if (!/^[\w.-]{1,64}$/.test(Name)) throw validation(`Rule name ${Name} is not valid.`);
  if (EventPattern === undefined) {
    throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  const described = Description === undefined ? {} : { Description };
  return { Name, Arn, EventPattern, State, ...described, EventBusName };
}

export function checkedTarget(target: Target): Target {
  onlyMembers(target, 'PutTargets', TARGET_MEMBERS);
  if (!target.Arn.startsWith('arn:')) {
    throw validation(`Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  if (target.Input === undefined) return target;
  try {
    JSON.parse(target.Input);
    return target;
  } catch {
    throw validation(`JSON syntax error in input for target ${target.Id}.`);
  }
}

function onlyMembers(input: object, operation: string, members: ReadonlySet<string>): void {
  for (const member in input) {
    const given = input[member as keyof typeof input] !== undefined;
    if (given && !members.has(member)) throw notImplemented(`${member} in ${operation}`);
  }
}

function notImplemented(what: string): ServiceError {
  return new ServiceError('NotImplemented', `This stand-in for EventBridge does not have ${what}.`, 501);
}

export function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
