/** Executions of our own state machines. DescribeExecution may lag: who reaps waits for two answers. */
import type { Executions } from '../../core/ports.ts';
import type { StepFunctionsCalls } from './calls.ts';

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

export function executionsOver(
  stepFunctions: StepFunctionsCalls,
  machines: Readonly<Record<'switch', string>>,
): Executions {
  return {
    idOf: (machine, name) => `${machines[machine].replace(':stateMachine:', ':execution:')}:${name}`,
    async status(id) {
      try {
        const { status } = await stepFunctions.describeExecution({ executionArn: id });
        // PENDING_REDRIVE: it is about to run again
        return status === 'PENDING_REDRIVE' ? 'RUNNING' : STATUSES.find((known) => known === status);
      } catch (cause) {
        if (cause instanceof Error && cause.name === 'ExecutionDoesNotExist') return undefined;
        throw cause;
      }
    },
    async start(machine, name, input) {
      try {
        await stepFunctions.startExecution({ stateMachineArn: machines[machine], name, input: JSON.stringify(input) });
        return 'started';
      } catch (cause) {
        if (cause instanceof Error && cause.name === 'ExecutionAlreadyExists') return 'exists';
        throw cause;
      }
    },
  };
}
