import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aws } from '../program.ts';
import { refusal, startsAt, startWorld } from './world.ts';

let world: Awaited<ReturnType<typeof startWorld>>;
let client: SFNClient;
let stateMachineArn = '';
const passes = {
  QueryLanguage: 'JSONata',
  StartAt: 'Judge',
  States: { Judge: { Type: 'Pass', Output: '{% { "outcome": "Held", "of": $states.input.pair } %}', End: true } },
};
const waits = {
  QueryLanguage: 'JSONata',
  StartAt: 'Approve',
  States: {
    Approve: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } },
      TimeoutSeconds: 3600,
      End: true,
    },
  },
};

beforeAll(async () => {
  world = await startWorld();
  client = new SFNClient(world.client);
  const created = await client.send(
    new CreateStateMachineCommand({
      name: 'throwover-lab-switch',
      definition: JSON.stringify(passes),
      roleArn: 'arn:aws:iam::123456789012:role/x',
    }),
  );
  stateMachineArn = created.stateMachineArn ?? '';
});

afterAll(async () => {
  client.destroy();
  await world.server.close();
  expect(world.faults).toEqual([]);
});

async function started(machine: string, input: unknown): Promise<string> {
  const { executionArn = '' } = await client.send(
    new StartExecutionCommand({ stateMachineArn: machine, input: JSON.stringify(input) }),
  );
  return executionArn;
}

async function waiting(): Promise<string> {
  const { stateMachineArn: machine = '' } = await client.send(
    new CreateStateMachineCommand({
      name: 'waits',
      definition: JSON.stringify(waits),
      roleArn: 'arn:aws:iam::123456789012:role/x',
    }),
  );
  return started(machine, {});
}

describe('Step Functions through the SDK', () => {
  it('lists and describes machines, with the lab’s time', async () => {
    const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
    expect(stateMachines).toMatchObject([{ name: 'throwover-lab-switch', creationDate: new Date(startsAt) }]);
    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(JSON.parse(described.definition ?? '')).toEqual(passes);
  });

  it('runs an execution to its output', async () => {
    const executionArn = await started(stateMachineArn, { pair: 'shop' });
    const done = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: '{"outcome":"Held","of":"shop"}' });
    expect(done.stopDate).toBeInstanceOf(Date);
    const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED' }));
    expect(executions?.map((one) => one.executionArn)).toEqual([executionArn]);
  });

  it('shows the history with times and details', async () => {
    const executionArn = await started(stateMachineArn, { pair: 'cart' });
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 100 }));
    expect(events?.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events?.[1]?.stateEnteredEventDetails).toMatchObject({ name: 'Judge', input: '{"pair":"cart"}' });
    expect(events?.[0]?.timestamp?.getUTCFullYear()).toBe(2026);
  });

  it('stops and redrives', async () => {
    const executionArn = await waiting();
    await client.send(new StopExecutionCommand({ executionArn, error: 'Wrong', cause: 'a person said so' }));
    const stopped = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(stopped).toMatchObject({ status: 'ABORTED', error: 'Wrong', redriveStatus: 'REDRIVABLE' });
    const again = await client.send(new RedriveExecutionCommand({ executionArn }));
    expect(again.redriveDate).toBeInstanceOf(Date);
  });

  it('hands answers to task tokens on', async () => {
    const taskToken = 'nobody waits for this';
    for (const command of [
      new SendTaskSuccessCommand({ taskToken, output: '{}' }),
      new SendTaskFailureCommand({ taskToken, error: 'No' }),
      new SendTaskHeartbeatCommand({ taskToken }),
    ]) {
      expect(await refusal(client.send(command as SendTaskSuccessCommand))).toMatchObject({ name: 'InvalidToken' });
    }
  });

  it('refuses in the words of the service', async () => {
    const nobody = stateMachineArn.replace('switch', 'nobody');
    expect(await refusal(client.send(new StartExecutionCommand({ stateMachineArn: nobody })))).toMatchObject({
      name: 'StateMachineDoesNotExist',
      message: expect.stringContaining(nobody),
    });
    const filter = new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SLEEPING' as 'RUNNING' });
    expect(await refusal(client.send(filter))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("Value 'SLEEPING' at 'statusFilter' failed to satisfy constraint"),
    });
  });
});

describe('Step Functions through the aws command', () => {
  it('starts a harmless preview and shows what became of it', async (context) => {
    const call = (...args: string[]) => aws(context, world.server.endpoint, ['stepfunctions', ...args]);
    const begun = (await call('start-execution', '--state-machine-arn', stateMachineArn, '--input', '{}')) as {
      executionArn: string;
    };
    const [described, history] = await Promise.all([
      call('describe-execution', '--execution-arn', begun.executionArn),
      call('get-execution-history', '--execution-arn', begun.executionArn),
    ]);
    expect(described).toMatchObject({ status: 'SUCCEEDED' });
    expect((history as { events: unknown[] }).events).toHaveLength(4);
  });
});
