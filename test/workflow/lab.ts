import { SteppedClock } from '../../models/stepped-clock.ts';
import { type Execution, type ExecutionStart, startExecution } from '../../workflow/execution.ts';
import { type LoadOptions, loadMachine } from '../../workflow/load.ts';
import type { TaskCall } from '../../workflow/ports.ts';

/** Where the time of every test begins. */
export const START = Date.parse('2026-01-01T00:00:00.000Z');

export const LAMBDA = 'arn:aws:states:::lambda:invoke';

/** What a test's Lambda function does: it gets the payload and answers the payload, or rejects. */
export type Work = (payload: unknown, call: TaskCall, attempt: number) => unknown;

export function machineOf(states: Record<string, unknown>, more: Record<string, unknown> = {}, options?: LoadOptions) {
  const [startAt] = Object.keys(states);
  return loadMachine({ QueryLanguage: 'JSONata', StartAt: startAt, States: states, ...more }, options);
}

/** An execution on a stepped clock. Work is found by state name; without any the payload comes back. */
export function begin(
  states: Record<string, unknown>,
  given: {
    input?: unknown;
    work?: Record<string, Work>;
    more?: Record<string, unknown>;
    start?: Partial<ExecutionStart>;
  } = {},
) {
  const clock = new SteppedClock(START);
  const attempts = new Map<string, number>();
  let ids = 0;
  const execution = startExecution(machineOf(states, given.more), {
    input: given.input,
    clock,
    random: () => 0.5,
    ids: () => `id-${++ids}`,
    invoke: async (_resource, args, call) => {
      const attempt = (attempts.get(call.stateName) ?? 0) + 1;
      attempts.set(call.stateName, attempt);
      const { Payload } = args as { Payload: unknown };
      const answer = await (given.work?.[call.stateName] ?? ((payload) => payload))(Payload, call, attempt);
      return { ExecutedVersion: '$LATEST', Payload: answer, StatusCode: 200 };
    },
    name: 'run',
    region: 'eu-west-1',
    ...given.start,
  });
  const seconds = () => (clock.now() - START) / 1000;
  const untilEnd = async () => {
    await clock.runUntil(() => execution.status !== 'RUNNING');
    return execution;
  };
  return { clock, execution, seconds, untilEnd, attempts };
}

/** The same, run to its end. */
export async function run(...given: Parameters<typeof begin>): Promise<Execution> {
  return begin(...given).untilEnd();
}

/** A Task that calls a function with a payload and gives its answer as output. */
export function task(payload: unknown, more: Record<string, unknown> = {}) {
  return {
    Type: 'Task',
    Resource: LAMBDA,
    Arguments: { FunctionName: 'f', Payload: payload },
    Output: '{% $states.result.Payload %}',
    End: true,
    ...more,
  };
}

export function pass(output: unknown, more: Record<string, unknown> = {}) {
  return { Type: 'Pass', Output: output, End: true, ...more };
}

/** An error as a function's runtime would hand it over. */
export function errorNamed(name: string, message = `${name} happened`): Error {
  return Object.assign(new Error(message), { name });
}

export function types(execution: Execution): string[] {
  return execution.history.map(({ type }) => type);
}
