import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type Claim, mustBe, refusalOf, type Subject } from './claim.ts';

/** It only waits, and calls nothing. */
const WAITS = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 3_600, End: true } },
});

async function having(subject: Subject, work: (machine: string) => Promise<void>): Promise<void> {
  const name = `throwover-contract-${subject.round}`;
  const made = await subject.states.send(
    new CreateStateMachineCommand({ name, definition: WAITS, roleArn: subject.roleArn }),
  );
  const stateMachineArn = made.stateMachineArn ?? '';
  try {
    await work(stateMachineArn);
  } finally {
    await subject.states.send(new DeleteStateMachineCommand({ stateMachineArn })).catch(() => {});
  }
}

const start = ({ states }: Subject, stateMachineArn: string, name: string, input: object) =>
  states.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));

const claim = (says: string, work: (subject: Subject, machine: string) => Promise<void>): Claim => ({
  service: 'states',
  says,
  holds: (subject) => having(subject, (machine) => work(subject, machine)),
});

export const ofStates: readonly Claim[] = [
  claim('the same name and input start one execution, while it runs', async (subject, machine) => {
    const [one, other] = [await start(subject, machine, 'a', { n: 1 }), await start(subject, machine, 'a', { n: 1 })];
    mustBe(other.executionArn, one.executionArn);
    await subject.states.send(new StopExecutionCommand({ executionArn: one.executionArn }));
  }),
  claim('the same name with another input is ExecutionAlreadyExists', async (subject, machine) => {
    const { executionArn } = await start(subject, machine, 'b', { n: 1 });
    mustBe(await refusalOf(start(subject, machine, 'b', { n: 2 })), 'ExecutionAlreadyExists');
    await subject.states.send(new StopExecutionCommand({ executionArn }));
  }),
  claim('one that a person stopped is ABORTED', async (subject, machine) => {
    const { executionArn } = await start(subject, machine, 'c', {});
    await subject.states.send(new StopExecutionCommand({ executionArn }));
    const { status } = await subject.states.send(new DescribeExecutionCommand({ executionArn }));
    mustBe(status, 'ABORTED');
  }),
  claim('one that was never started is ExecutionDoesNotExist', async (subject, machine) => {
    const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:nobody`;
    const asked = subject.states.send(new DescribeExecutionCommand({ executionArn }));
    mustBe(await refusalOf(asked), 'ExecutionDoesNotExist');
  }),
];
