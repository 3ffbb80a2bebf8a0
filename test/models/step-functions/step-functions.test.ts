import { describe, expect, it } from 'vitest';
import { seeded } from '../../../models/random.ts';
import { ServiceError } from '../../../models/service-error.ts';
import type { StatusChangeEvent } from '../../../models/step-functions/status-event.ts';
import { StepFunctions, type StepFunctionsSetup } from '../../../models/step-functions/step-functions.ts';
import { SteppedClock } from '../../../models/stepped-clock.ts';
import { loadMachine } from '../../../workflow/load.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const machineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:throwover-switch';
const executionArn = (name: string) => `arn:aws:states:eu-west-1:123456789012:execution:throwover-switch:${name}`;

const call = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'steer', Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
};

function definition(states: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more });
}

const waits = definition({ W: { Type: 'Wait', Seconds: 60, End: true } });
const fails = definition({ F: { Type: 'Fail', Error: 'E', Cause: 'c' } });

function account(given: { states?: string } & Partial<StepFunctionsSetup> = {}) {
  const { states = waits, ...setup } = given;
  const clock = new SteppedClock(START);
  const service = new StepFunctions({
    clock,
    random: seeded(1),
    region: 'eu-west-1',
    accountId: '123456789012',
    invokeLambda: async (_name, payload) => payload,
    ...setup,
  });
  service.createStateMachine({ name: 'throwover-switch', definition: states, roleArn: 'arn:role' });
  const start = (name?: string, input?: string) =>
    service.startExecution({ stateMachineArn: machineArn, ...(name && { name }), ...(input && { input }) });
  const statusOf = (name: string) => service.describeExecution({ executionArn: executionArn(name) }).status;
  return { clock, service, start, statusOf };
}

/** The error code a call answers with. */
function code(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (error instanceof ServiceError) return error.name;
    throw error;
  }
  return 'no error';
}

describe('CreateStateMachine', () => {
  it('answers the same request again as the first, and refuses another one of that name', () => {
    const { service } = account();
    const again = service.createStateMachine({ name: 'throwover-switch', definition: waits, roleArn: 'arn:role' });
    expect(again).toEqual({ stateMachineArn: machineArn, creationDate: START });
    expect(code(() => service.createStateMachine({ name: 'throwover-switch', definition: fails }))).toBe(
      'StateMachineAlreadyExists',
    );
  });

  it('refuses a definition that does not load, with every problem in the message', () => {
    const { service } = account();
    const wrong = definition({ A: { Type: 'Pass', Next: 'B', Colour: 1 } });
    expect(code(() => service.createStateMachine({ name: 'x', definition: wrong }))).toBe('InvalidDefinition');
    expect(() => service.createStateMachine({ name: 'x', definition: wrong })).toThrow(
      /at \/States\/A\/Colour.*at \/States\/A\/Next/,
    );
    expect(code(() => service.createStateMachine({ name: 'x', definition: '{' }))).toBe('InvalidDefinition');
  });

  it('takes a machine that is already loaded', () => {
    const { service } = account();
    const machine = loadMachine(JSON.parse(fails));
    service.createStateMachine({ name: 'loaded', definition: machine });
    const stateMachineArn = machineArn.replace('throwover-switch', 'loaded');
    expect(service.describeStateMachine({ stateMachineArn }).definition).toBe(fails);
  });

  it('is listed and described', () => {
    const { service } = account();
    expect(service.listStateMachines()).toEqual({
      stateMachines: [{ stateMachineArn: machineArn, name: 'throwover-switch', type: 'STANDARD', creationDate: START }],
    });
    expect(service.describeStateMachine({ stateMachineArn: machineArn })).toMatchObject({
      status: 'ACTIVE',
      definition: waits,
      roleArn: 'arn:role',
      type: 'STANDARD',
    });
    expect(code(() => service.describeStateMachine({ stateMachineArn: `${machineArn}x` }))).toBe(
      'StateMachineDoesNotExist',
    );
    expect(code(() => service.describeStateMachine({ stateMachineArn: 'throwover-switch' }))).toBe('InvalidArn');
  });
});

describe('StartExecution', () => {
  it('gives the running execution for the same name and input, and refuses the name with another input', () => {
    const { start } = account();
    const first = start('a', '{"n":1}');
    expect(first).toEqual({ executionArn: executionArn('a'), startDate: START });
    expect(start('a', '{"n":1}')).toEqual(first);
    expect(code(() => start('a', '{"n":2}'))).toBe('ExecutionAlreadyExists');
  });

  it('refuses the name of a closed execution for ninety days', async () => {
    const { start, clock, service } = account();
    start('a');
    await clock.run(0);
    await clock.run(MINUTE);
    expect(code(() => start('a'))).toBe('ExecutionAlreadyExists');
    await clock.run(90 * DAY);
    expect(code(() => start('a'))).toBe('ExecutionAlreadyExists');
    await clock.run(1);
    expect(start('a').startDate).toBe(START + MINUTE + 90 * DAY + 1);
    expect(service.listExecutions({ stateMachineArn: machineArn }).executions).toHaveLength(1);
  });

  it('takes names of up to 80 legal characters, and makes one when none is given', () => {
    const { start } = account();
    expect(start('x'.repeat(80)).executionArn).toContain('x'.repeat(80));
    for (const name of ['x'.repeat(81), 'a b', 'a/b', 'a:b', 'a*', 'a"', 'a\u0007', '{a}', 'a$', 'a,b']) {
      expect([name, code(() => start(name))]).toEqual([name, 'InvalidName']);
    }
    expect(start('shop-43_2026.01=ok@x!').executionArn).toContain('shop-43');
    expect(start().executionArn).toMatch(/:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('refuses an input that is not JSON, or too large', () => {
    const { start, service } = account();
    expect(code(() => start('a', 'not'))).toBe('InvalidExecutionInput');
    expect(code(() => service.startExecution({ stateMachineArn: machineArn, input: '' }))).toBe(
      'InvalidExecutionInput',
    );
    expect(code(() => start('a', JSON.stringify('x'.repeat(262_143))))).toBe('ValidationException');
    expect(code(() => start('a', JSON.stringify('x'.repeat(262_142))))).toBe('no error');
    expect(code(() => start('b', '"a string"'))).toBe('no error');
  });

  it('refuses a machine that does not exist', () => {
    const { service } = account();
    expect(code(() => service.startExecution({ stateMachineArn: `${machineArn}x` }))).toBe('StateMachineDoesNotExist');
  });

  it('shows machine and execution in $states.context', async () => {
    const { start, clock, service } = account({
      states: definition({
        S: { Type: 'Succeed', Output: "{% $states.context.Execution.Id & ' ' & $states.context.StateMachine.Name %}" },
      }),
    });
    start('a');
    await clock.run(0);
    const { output } = service.describeExecution({ executionArn: executionArn('a') });
    expect(output).toBe(JSON.stringify(`${executionArn('a')} throwover-switch`));
  });
});

describe('DescribeExecution', () => {
  it('shows input, output and dates as the API does', async () => {
    const { start, clock, service } = account();
    start('a', '{"n": 1}');
    const running = {
      status: 'RUNNING',
      startDate: START,
      input: '{"n": 1}',
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
    };
    expect(service.describeExecution({ executionArn: executionArn('a') })).toEqual({
      ...running,
      executionArn: executionArn('a'),
      stateMachineArn: machineArn,
      name: 'a',
      inputDetails: { included: true },
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    });
    await clock.run(0);
    await clock.run(MINUTE);
    expect(service.describeExecution({ executionArn: executionArn('a') })).toMatchObject({
      status: 'SUCCEEDED',
      stopDate: START + MINUTE,
      output: '{"n":1}',
      outputDetails: { included: true },
    });
    expect(code(() => service.describeExecution({ executionArn: executionArn('b') }))).toBe('ExecutionDoesNotExist');
  });

  it('lags behind by consistencyDelayMs', async () => {
    const { start, clock, service, statusOf } = account({ consistencyDelayMs: 5000 });
    start('a');
    await clock.run(MINUTE + 4999);
    expect(statusOf('a')).toBe('RUNNING');
    expect(service.listExecutions({ stateMachineArn: machineArn, statusFilter: 'RUNNING' }).executions).toHaveLength(1);
    await clock.run(1);
    expect(statusOf('a')).toBe('SUCCEEDED');
  });
});

describe('ListExecutions', () => {
  it('is newest first, by page and by status', async () => {
    const { start, clock, service, statusOf } = account();
    for (const name of ['a', 'b', 'c']) start(name);
    service.stopExecution({ executionArn: executionArn('b') });
    const names = (request: object) => {
      const { executions, nextToken } = service.listExecutions({ stateMachineArn: machineArn, ...request });
      return { names: executions.map(({ name }) => name), nextToken };
    };
    const first = names({ maxResults: 2 });
    expect(first.names).toEqual(['c', 'b']);
    expect(names({ maxResults: 2, nextToken: first.nextToken })).toEqual({ names: ['a'], nextToken: undefined });
    expect(names({ statusFilter: 'ABORTED' }).names).toEqual(['b']);
    expect(code(() => names({ statusFilter: 'ABORTED', nextToken: first.nextToken }))).toBe('InvalidToken');
    expect(code(() => names({ nextToken: 'nonsense' }))).toBe('InvalidToken');
    expect(code(() => names({ maxResults: 1001 }))).toBe('ValidationException');
    await clock.run(0);
    await clock.run(MINUTE);
    expect([statusOf('a'), statusOf('b')]).toEqual(['SUCCEEDED', 'ABORTED']);
  });
});

describe('GetExecutionHistory', () => {
  it('is given by pages, in both orders, with or without data', async () => {
    const { start, clock, service } = account();
    start('a', '{"n":1}');
    await clock.run(0);
    await clock.run(MINUTE);
    const ask = (request: object = {}) => service.getExecutionHistory({ executionArn: executionArn('a'), ...request });
    expect(ask().events.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'ExecutionSucceeded',
    ]);
    const first = ask({ maxResults: 3, reverseOrder: true });
    expect(first.events.map(({ id }) => id)).toEqual([4, 3, 2]);
    const second = ask({ maxResults: 3, reverseOrder: true, nextToken: first.nextToken });
    expect(second.events.map(({ id }) => id)).toEqual([1]);
    expect(second.nextToken).toBe(undefined);
    expect(ask().events[1]).toMatchObject({ stateEnteredEventDetails: { name: 'W', input: '{"n":1}' } });
    expect(ask({ includeExecutionData: false }).events[1]?.stateEnteredEventDetails).toEqual({ name: 'W' });
    expect(ask().events[0]).toMatchObject({ executionStartedEventDetails: { roleArn: 'arn:role' } });
  });
});

describe('StopExecution', () => {
  it('aborts at once and stays as it was the second time', async () => {
    const { start, clock, service } = account();
    start('a');
    await clock.run(1000);
    const stop = () => service.stopExecution({ executionArn: executionArn('a'), error: 'Stopped', cause: 'by ann' });
    expect(stop()).toEqual({ stopDate: START + 1000 });
    expect(service.describeExecution({ executionArn: executionArn('a') })).toMatchObject({
      status: 'ABORTED',
      stopDate: START + 1000,
      error: 'Stopped',
      cause: 'by ann',
      redriveStatus: 'REDRIVABLE',
    });
    await clock.run(5000);
    expect(stop()).toEqual({ stopDate: START + 1000 });
  });
});

describe('RedriveExecution', () => {
  const redrive = (service: StepFunctions, clientToken?: string) =>
    service.redriveExecution({ executionArn: executionArn('a'), ...(clientToken && { clientToken }) });

  it('goes on with what did not succeed, within fourteen days', async () => {
    const { start, clock, service, statusOf } = account({ states: fails });
    start('a');
    await clock.run(14 * DAY);
    expect(redrive(service)).toEqual({ redriveDate: START + 14 * DAY });
    expect(statusOf('a')).toBe('RUNNING');
    await clock.run(0);
    expect(service.describeExecution({ executionArn: executionArn('a') })).toMatchObject({
      status: 'FAILED',
      startDate: START,
      stopDate: START + 14 * DAY,
      redriveCount: 1,
      redriveDate: START + 14 * DAY,
    });
    await clock.run(14 * DAY + 1);
    expect(code(() => redrive(service))).toBe('ExecutionNotRedrivable');
    expect(service.describeExecution({ executionArn: executionArn('a') }).redriveStatusReason).toBe(
      'Execution redrivable period exceeded',
    );
  });

  it('is refused while it runs and after it succeeded', async () => {
    const { start, clock, service } = account();
    start('a');
    expect(code(() => redrive(service))).toBe('ExecutionNotRedrivable');
    await clock.run(0);
    await clock.run(MINUTE);
    expect(code(() => redrive(service))).toBe('ExecutionNotRedrivable');
  });

  it('answers the same clientToken again for fifteen minutes', async () => {
    const { start, clock, service } = account({ states: fails });
    start('a');
    await clock.run(0);
    redrive(service, 't');
    await clock.run(15 * MINUTE);
    expect(redrive(service, 't')).toEqual({ redriveDate: START });
    await clock.run(1);
    expect(redrive(service, 't')).toEqual({ redriveDate: START + 15 * MINUTE + 1 });
  });
});

describe('lambda:invoke', () => {
  const states = definition({ Steer: { ...call, Output: '{% $states.result %}', End: true } });

  it('gives Payload and StatusCode, and null for a function that returns nothing', async () => {
    for (const [answer, Payload] of [
      [{ done: true }, { done: true }],
      [undefined, null],
    ]) {
      const asked: unknown[] = [];
      const { start, clock, service } = account({
        states,
        invokeLambda: async (...given) => {
          asked.push(given);
          return answer;
        },
      });
      start('a', '{"n":1}');
      await clock.run(0);
      expect(asked).toEqual([['steer', { n: 1 }]]);
      expect(JSON.parse(service.describeExecution({ executionArn: executionArn('a') }).output ?? '')).toMatchObject({
        ExecutedVersion: '$LATEST',
        Payload,
        StatusCode: 200,
      });
    }
  });

  it('makes an Error of the name that was thrown, with a Cause in JSON', async () => {
    const thrown = Object.assign(new Error('a change is in flight'), { name: 'ZoneBusy' });
    const { start, clock, service } = account({ states, invokeLambda: () => Promise.reject(thrown) });
    start('a');
    await clock.run(0);
    const { error, cause } = service.describeExecution({ executionArn: executionArn('a') });
    expect(error).toBe('ZoneBusy');
    expect(JSON.parse(cause ?? '')).toEqual({
      errorType: 'ZoneBusy',
      errorMessage: 'a change is in flight',
      trace: ['ZoneBusy: a change is in flight'],
    });
  });

  it("keeps the message of Lambda's own errors as the Cause", async () => {
    const thrown = Object.assign(new Error('Rate Exceeded.'), { name: 'Lambda.TooManyRequestsException' });
    const { start, clock, service } = account({ states, invokeLambda: () => Promise.reject(thrown) });
    start('a');
    await clock.run(0);
    expect(service.describeExecution({ executionArn: executionArn('a') })).toMatchObject({
      error: 'Lambda.TooManyRequestsException',
      cause: 'Rate Exceeded.',
    });
  });

  it('fails with States.Runtime for arguments the integration does not have', async () => {
    for (const Arguments of [{ Payload: 1 }, { FunctionName: 'f', Body: 1 }]) {
      const { start, clock, service } = account({ states: definition({ A: { ...call, Arguments, End: true } }) });
      start('a');
      await clock.run(0);
      expect(service.describeExecution({ executionArn: executionArn('a') }).error).toBe('States.Runtime');
    }
  });

  it('does not wait for a function invoked as Event', async () => {
    const Arguments = { FunctionName: 'f', InvocationType: 'Event' };
    const { start, clock, service } = account({
      states: definition({ A: { ...call, Arguments, Output: '{% $states.result.StatusCode %}', End: true } }),
      invokeLambda: () => Promise.reject(new Error('nobody hears this')),
    });
    start('a');
    await clock.run(0);
    expect(service.describeExecution({ executionArn: executionArn('a') }).output).toBe('202');
  });
});

describe('task tokens', () => {
  const states = definition({
    Ask: {
      ...call,
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'ask', Payload: '{% $states.context.Task.Token %}' },
      Output: '{% $states.result %}',
      HeartbeatSeconds: 60,
      End: true,
    },
  });

  async function asking() {
    const tokens: string[] = [];
    const lab = account({
      states,
      invokeLambda: async (_name, token) => {
        tokens.push(String(token));
      },
    });
    lab.start('other');
    lab.start('a');
    await lab.clock.run(0);
    return { ...lab, taskToken: tokens[1] ?? '' };
  }

  it('are answered once: success, failure, heartbeat', async () => {
    const { service, clock, taskToken, statusOf } = await asking();
    await clock.run(59_000);
    service.sendTaskHeartbeat({ taskToken });
    await clock.run(59_000);
    expect([statusOf('a'), statusOf('other')]).toEqual(['RUNNING', 'FAILED']);
    service.sendTaskSuccess({ taskToken, output: '{"by":"ann"}' });
    await clock.run(0);
    expect(service.describeExecution({ executionArn: executionArn('a') }).output).toBe('{"by":"ann"}');
    expect(code(() => service.sendTaskSuccess({ taskToken, output: '1' }))).toBe('TaskTimedOut');
    expect(code(() => service.sendTaskHeartbeat({ taskToken }))).toBe('TaskTimedOut');
  });

  it('fail the task with the error given', async () => {
    const { service, clock, taskToken } = await asking();
    service.sendTaskFailure({ taskToken, error: 'Refused', cause: 'not today' });
    await clock.run(0);
    expect(service.describeExecution({ executionArn: executionArn('a') })).toMatchObject({
      error: 'Refused',
      cause: 'not today',
    });
  });

  it('are refused when nobody knows them, and with an output that is not JSON', async () => {
    const { service, taskToken } = await asking();
    expect(code(() => service.sendTaskFailure({ taskToken: 'x' }))).toBe('InvalidToken');
    expect(code(() => service.sendTaskSuccess({ taskToken, output: '{' }))).toBe('InvalidOutput');
  });
});

describe('Step Functions Execution Status Change', () => {
  it('is emitted for start, end and redrive, in the shape of EventBridge', async () => {
    const events: StatusChangeEvent[] = [];
    const { start, clock, service } = account({ states: fails, emit: (event) => events.push(event) });
    start('a', '{"n":1}');
    await clock.run(1500);
    service.redriveExecution({ executionArn: executionArn('a') });
    await clock.run(0);
    expect(events.map(({ detail }) => detail.status)).toEqual(['RUNNING', 'FAILED', 'RUNNING', 'FAILED']);
    expect(events[1]).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Step Functions Execution Status Change',
      source: 'aws.states',
      account: '123456789012',
      time: '2026-01-01T00:00:00Z',
      region: 'eu-west-1',
      resources: [executionArn('a')],
      detail: {
        executionArn: executionArn('a'),
        stateMachineArn: machineArn,
        name: 'a',
        status: 'FAILED',
        startDate: START,
        stopDate: START,
        input: '{"n":1}',
        inputDetails: { included: true },
        output: null,
        outputDetails: null,
        error: 'E',
        cause: 'c',
        stateMachineVersionArn: null,
        stateMachineAliasArn: null,
        redriveCount: 0,
        redriveDate: null,
        redriveStatus: 'REDRIVABLE',
        redriveStatusReason: null,
      },
    });
    expect(events[2]?.time).toBe('2026-01-01T00:00:01Z');
  });
});

describe('StepFunctions', () => {
  it('counts the calls of each operation', () => {
    const { service, start } = account();
    start('a');
    start('b');
    expect(service.calls.get('StartExecution')).toBe(2);
  });

  it('gives the same names for the same seed', () => {
    expect(account().start().executionArn).toBe(account().start().executionArn);
  });
});
