/** Who started an execution, from CloudTrail, kept beside the records: for each of the ways in which one is started. */
import { describe, expect, it } from 'vitest';
import { steps } from '../../functions/steps.ts';
import type { World } from '../../functions/world.ts';

const ACCOUNT = '111122223333';
const STATES = `arn:aws:states:eu-west-1:${ACCOUNT}`;
const EVENT_ID = 'bcfd6dab-51d9-4af9-819d-e44c9c9b4c7f';

/** As EventBridge hands on what CloudTrail has of a call. */
function called(detail: object) {
  return {
    version: '0',
    source: 'aws.states',
    'detail-type': 'AWS API Call via CloudTrail',
    account: ACCOUNT,
    detail: {
      eventVersion: '1.08',
      eventTime: '2026-11-20T03:12:45Z',
      eventSource: 'states.amazonaws.com',
      eventName: 'StartExecution',
      awsRegion: 'eu-west-1',
      sourceIPAddress: '198.51.100.7',
      requestParameters: {
        stateMachineArn: `${STATES}:stateMachine:throwover-prod-switch`,
        name: 'run-1',
        input: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      },
      responseElements: { executionArn: `${STATES}:execution:throwover-prod-switch:run-1`, startDate: '' },
      eventID: EVENT_ID,
      eventType: 'AwsApiCall',
      ...detail,
    },
  };
}

async function kept(input: unknown) {
  const objects: Record<string, object> = {};
  const records = { keep: async (key: string, record: object) => void Object.assign(objects, { [key]: record }) };
  await steps['keep-record'](input, { records } as unknown as World);
  return objects;
}

const session = (role: string, name: string) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`,
});

describe('the caller of an execution', () => {
  it.each([
    ['a person at a terminal', session('ops', 'ada@example.com')],
    ['a person in the console', { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/ada` }],
    ['an alarm, through our function', session('throwover-prod-OnAlarmRole-1', 'throwover-prod-on-alarm')],
    ['the watch', session('throwover-prod-LookOutRole-1', 'throwover-prod-look-out')],
    [
      'the calendar of drills',
      { ...session('throwover-prod-DrillScheduleRole-1', 'x'), invokedBy: 'scheduler.amazonaws.com' },
    ],
  ])('is kept by day: %s', async (_, userIdentity) => {
    expect(await kept(called({ userIdentity }))).toEqual({
      [`callers/2026-11-20/${EVENT_ID}.json`]: {
        what: 'StartExecution',
        at: '2026-11-20T03:12:45Z',
        caller: userIdentity,
        from: '198.51.100.7',
        execution: `${STATES}:execution:throwover-prod-switch:run-1`,
        machine: `${STATES}:stateMachine:throwover-prod-switch`,
        name: 'run-1',
        refused: undefined,
      },
    });
  });

  it('is kept also of whom IAM refused, and of who stopped a run', async () => {
    const userIdentity = session('ops', 'eve');
    const refused = called({ userIdentity, errorCode: 'AccessDenied', responseElements: null });
    expect(Object.values(await kept(refused))).toMatchObject([{ refused: 'AccessDenied', caller: userIdentity }]);
    const executionArn = `${STATES}:execution:throwover-prod-switch:run-1`;
    const stopped = called({ userIdentity, eventName: 'StopExecution', requestParameters: { executionArn } });
    expect(Object.values(await kept(stopped))).toMatchObject([{ what: 'StopExecution', execution: executionArn }]);
  });

  it.each([
    ['a time that leads elsewhere', { eventTime: '../../shop/runs/2026-11-20/x' }],
    ['an id that leads elsewhere', { eventID: '../x' }],
    ['a call of something else', { eventName: 'DeleteStateMachine' }],
    ['another service', { eventSource: 'sts.amazonaws.com' }],
  ])('is refused with %s', async (_, detail) => {
    await expect(kept(called({ userIdentity: session('ops', 'eve'), ...detail }))).rejects.toThrow();
  });

  it('takes nothing else along: credentials of the session are not in it', async () => {
    const userIdentity = { ...session('ops', 'ada'), accessKeyId: 'ASIACANARY', sessionContext: { a: 'CANARY' } };
    expect(JSON.stringify(await kept(called({ userIdentity })))).not.toContain('CANARY');
  });
});
