/** Executions of our own state machines. DescribeExecution may lag: who reaps waits for two answers. */
import type { ExecutionSeen, Executions } from '../../core/ports.ts';
import type { StepFunctionsCalls } from './calls.ts';

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

export function executionsOver(
  stepFunctions: StepFunctionsCalls,
  machines: Readonly<Record<'switch', string>>,
): Executions {
  return {
    idOf,
    status: async (id) => (await seen(id))?.status,

    async start(machine, name, input) {
      try {
        await stepFunctions.startExecution({ stateMachineArn: machines[machine], name, input: JSON.stringify(input) });
        return 'started';
      } catch (cause) {
        if (cause instanceof Error && cause.name === 'ExecutionAlreadyExists') return 'exists';
        throw cause;
      }
    },

    find: (machine, name) => seen(idOf(machine, name)),
  };

  function idOf(machine: 'switch', name: string): string {
    return `${machines[machine].replace(':stateMachine:', ':execution:')}:${name}`;
  }

  async function seen(id: string): Promise<ExecutionSeen | undefined> {
    try {
      const { status, output, cause } = await stepFunctions.describeExecution({ executionArn: id });
      // PENDING_REDRIVE: it is about to run again
      const known = status === 'PENDING_REDRIVE' ? 'RUNNING' : STATUSES.find((one) => one === status);
      const record = recordIn(output ?? cause);
      return known === undefined ? undefined : { id, status: known, ...(record === undefined ? {} : { record }) };
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'ExecutionDoesNotExist') return undefined;
      throw cause;
    }
  }
}

/** A run that ended as it should gives its record; an `Uncertain` one has it as its cause. */
function recordIn(text: string | undefined): ExecutionSeen['record'] {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
