/** Task tokens. One that is over answers TaskTimedOut or TaskDoesNotExist, one that never was InvalidToken: all are gone. */
import type { Waiting } from '../../core/ports.ts';
import type { TaskTokenCalls } from './calls.ts';

const GONE = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'];

export function waitingOver(stepFunctions: TaskTokenCalls): Waiting {
  return {
    wake: (taskToken, said) => toldOrGone(stepFunctions.sendTaskSuccess({ taskToken, output: JSON.stringify(said) })),
    keep: (taskToken) => toldOrGone(stepFunctions.sendTaskHeartbeat({ taskToken })),
  };
}

async function toldOrGone(sent: Promise<unknown>): Promise<'told' | 'gone'> {
  try {
    await sent;
    return 'told';
  } catch (cause) {
    if (cause instanceof Error && GONE.includes(cause.name)) return 'gone';
    throw cause;
  }
}
