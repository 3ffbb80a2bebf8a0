/** What serverless.yml reads of the functions: `dist/functions.json` and the names that the state machine calls them by. */
import { alarmPrefix } from '../../core/signals/signal.ts';
import type { Topology } from '../../core/topology/index.ts';
import { asynchronous, type FunctionOnList, pascal } from '../../functions/list.ts';
import { SLS_STAGE } from './stage.ts';

/** Functions inside the VPC stand in subnets and security groups that the deployment is given. */
const VPC = {
  subnetIds: { 'Fn::Split': [',', { Ref: 'SubnetIds' }] },
  securityGroupIds: { 'Fn::Split': [',', { Ref: 'SecurityGroupIds' }] },
};

const RULE_RETRIES = { maximumEventAge: 300, maximumRetryAttempts: 3 };
const DEAD_LETTERS = { 'Fn::GetAtt': ['DeadLetters', 'Arn'] };

/** By key, in the form of osls. */
export function deployedFunctions(functions: readonly FunctionOnList[], topology: Topology): Record<string, object> {
  const pairs = Object.keys(topology.pairs).sort();
  return Object.fromEntries(
    functions.map(({ key, timeoutSeconds, memoryMb, role, vpc, concurrencyPerPair, calledBy }) => [
      key,
      {
        handler: `dist/${key}/index.handler`,
        timeout: timeoutSeconds,
        memorySize: memoryMb,
        role,
        ...(vpc === 'inside' ? { vpc: VPC } : {}),
        ...(concurrencyPerPair === undefined ? {} : { reservedConcurrency: concurrencyPerPair * pairs.length }),
        ...asynchronousOf(calledBy),
        ...(calledBy === 'alarms'
          ? {
              destinations: { onFailure: { type: 'sqs', arn: DEAD_LETTERS } },
              events: [
                {
                  eventBridge: {
                    pattern: alarmsOf(pairs),
                    retryPolicy: RULE_RETRIES,
                    deadLetterQueueArn: DEAD_LETTERS,
                  },
                },
              ],
            }
          : {}),
        package: { patterns: ['!**', `dist/${key}/**`] },
      },
    ]),
  );
}

/** In the words of osls. */
function asynchronousOf(calledBy: FunctionOnList['calledBy']) {
  const { maximumEventAgeSeconds, maximumRetryAttempts } = asynchronous(calledBy);
  return maximumEventAgeSeconds === undefined ? {} : { maximumEventAge: maximumEventAgeSeconds, maximumRetryAttempts };
}

function alarmsOf(pairs: readonly string[]) {
  return {
    source: ['aws.cloudwatch'],
    'detail-type': ['CloudWatch Alarm State Change'],
    detail: { alarmName: pairs.map((pair) => ({ prefix: alarmPrefix(SLS_STAGE, pair) })), state: { value: ['ALARM'] } },
  };
}

/** What each machine calls: `calledBy` of its functions; the switch's own say nothing. */
const CALLED_BY = { switch: undefined, drill: 'drills', answer: 'answers' } as const;

/** `${Claim}` in a state machine is the ARN of the function `claim`; those that it does not call have no place in it. */
export function substitutions(
  functions: readonly FunctionOnList[],
  machine: keyof typeof CALLED_BY = 'switch',
): Record<string, object> {
  const called = functions.filter(({ calledBy }) => calledBy === CALLED_BY[machine]);
  return Object.fromEntries(called.map(({ key }) => [pascal(key), { 'Fn::GetAtt': [logicalId(key), 'Arn'] }]));
}

/** As osls makes it of a function's key. */
export function logicalId(key: string): string {
  return `${key.charAt(0).toUpperCase()}${key.slice(1).replaceAll('-', 'Dash')}LambdaFunction`;
}
