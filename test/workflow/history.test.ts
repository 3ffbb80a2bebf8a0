import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../workflow/history.ts';
import { begin, errorNamed, LAMBDA, pass, run, START, task } from './lab.ts';

const untouched = { truncated: false };
/** `[id, previousEventId, type]` of each event. */
const lines = (events: readonly HistoryEvent[]) =>
  events.map(({ id, previousEventId, type }) => [id, previousEventId, type]);

describe('history', () => {
  it('has the events of a Task as AWS records them', async () => {
    const ended = await run(
      { Start: task('{% $states.input %}', { TimeoutSeconds: 60, HeartbeatSeconds: 20, Assign: { a: 1 } }) },
      { input: { n: 1 }, start: { roleArn: 'arn:role' } },
    );
    const output = '{"ExecutedVersion":"$LATEST","Payload":{"n":1},"StatusCode":200}';
    const event = (id: number, previousEventId: number, type: string, details: object) => {
      return { id, previousEventId, timestamp: START, type, ...details };
    };
    expect(ended.history).toEqual([
      event(1, 0, 'ExecutionStarted', {
        executionStartedEventDetails: { input: '{"n":1}', inputDetails: untouched, roleArn: 'arn:role' },
      }),
      event(2, 0, 'TaskStateEntered', {
        stateEnteredEventDetails: { name: 'Start', input: '{"n":1}', inputDetails: untouched },
      }),
      event(3, 2, 'TaskScheduled', {
        taskScheduledEventDetails: {
          resourceType: 'lambda',
          resource: 'invoke',
          region: 'eu-west-1',
          parameters: '{"FunctionName":"f","Payload":{"n":1}}',
          timeoutInSeconds: 60,
          heartbeatInSeconds: 20,
        },
      }),
      event(4, 3, 'TaskStarted', { taskStartedEventDetails: { resourceType: 'lambda', resource: 'invoke' } }),
      event(5, 4, 'TaskSucceeded', {
        taskSucceededEventDetails: { resourceType: 'lambda', resource: 'invoke', output, outputDetails: untouched },
      }),
      event(6, 5, 'TaskStateExited', {
        stateExitedEventDetails: {
          name: 'Start',
          output: '{"n":1}',
          outputDetails: untouched,
          assignedVariables: { a: '1' },
          assignedVariablesDetails: untouched,
        },
      }),
      event(7, 6, 'ExecutionSucceeded', {
        executionSucceededEventDetails: { output: '{"n":1}', outputDetails: untouched },
      }),
    ]);
  });

  it('names resource, error and cause of a failure, and no cause for a time-out', async () => {
    const failed = await run({ A: task(1) }, { work: { A: () => Promise.reject(errorNamed('Boom', 'why')) } });
    expect(failed.history.slice(4)).toMatchObject([
      {
        type: 'TaskFailed',
        taskFailedEventDetails: { resourceType: 'lambda', resource: 'invoke', error: 'Boom', cause: 'why' },
      },
      { type: 'ExecutionFailed', previousEventId: 5, executionFailedEventDetails: { error: 'Boom', cause: 'why' } },
    ]);
    const late = await run({ A: task(1, { TimeoutSeconds: 5 }) }, { work: { A: () => new Promise(() => {}) } });
    expect(late.history.slice(4).map(({ timestamp, ...event }) => [timestamp - START, event])).toEqual([
      [
        5000,
        {
          id: 5,
          previousEventId: 4,
          type: 'TaskTimedOut',
          taskTimedOutEventDetails: { resourceType: 'lambda', resource: 'invoke', error: 'States.Timeout' },
        },
      ],
      [
        5000,
        {
          id: 6,
          previousEventId: 5,
          type: 'ExecutionFailed',
          executionFailedEventDetails: { error: 'States.Timeout' },
        },
      ],
    ]);
  });

  it('names field and state of an expression that failed', async () => {
    const ended = await run({ A: pass({ v: '{% $states.input.absent %}' }) });
    expect(ended.history[2]).toMatchObject({
      type: 'EvaluationFailed',
      previousEventId: 2,
      evaluationFailedEventDetails: { error: 'States.QueryEvaluationError', location: 'Output/v', state: 'A' },
    });
  });

  it('marks a task that was submitted and waits for its token', async () => {
    const { execution, clock } = begin({ A: task(1, { Resource: `${LAMBDA}.waitForTaskToken` }) });
    await clock.run(1000);
    expect(execution.history.at(-1)).toMatchObject({
      type: 'TaskSubmitted',
      taskSubmittedEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke.waitForTaskToken',
        outputDetails: untouched,
      },
    });
  });

  it('links the events of each branch to where the branch began', async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: pass(1) } });
    const ended = await run({ P: { Type: 'Parallel', Branches: [branch('X'), branch('Y')], End: true } });
    expect(lines(ended.history)).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'ParallelStateEntered'],
      [3, 2, 'ParallelStateStarted'],
      [4, 3, 'PassStateEntered'],
      [5, 3, 'PassStateEntered'],
      [6, 4, 'PassStateExited'],
      [7, 5, 'PassStateExited'],
      [8, 7, 'ParallelStateSucceeded'],
      [9, 8, 'ParallelStateExited'],
      [10, 9, 'ExecutionSucceeded'],
    ]);
  });

  it('starts the iterations of a Map before any of them does something', async () => {
    const ItemProcessor = { StartAt: 'I', States: { I: pass(1) } };
    const ended = await run({ M: { Type: 'Map', Items: [1, 2], ItemProcessor, End: true } });
    expect(lines(ended.history).slice(2, 8)).toEqual([
      [3, 2, 'MapStateStarted'],
      [4, 3, 'MapIterationStarted'],
      [5, 3, 'MapIterationStarted'],
      [6, 4, 'PassStateEntered'],
      [7, 5, 'PassStateEntered'],
      [8, 6, 'PassStateExited'],
    ]);
    expect(ended.history[2]).toMatchObject({ mapStateStartedEventDetails: { length: 2 } });
    expect(ended.history[4]).toMatchObject({ mapIterationStartedEventDetails: { name: 'M', index: 1 } });
  });

  it('hands each event to onEvent as it happens', async () => {
    const told: HistoryEvent[] = [];
    const ended = await run({ A: pass(1) }, { start: { onEvent: (event) => told.push(event) } });
    expect(told).toEqual(ended.history);
  });

  it('does not change when the values it shows are used further on', async () => {
    const ended = await run(
      {
        A: task({ list: [1] }, { Assign: { kept: '{% $states.result.Payload %}' }, End: undefined, Next: 'B' }),
        B: task('{% $kept %}'),
      },
      { work: { B: (payload) => (payload as { list: number[] }).list.push(2) } },
    );
    expect(ended.history[5]).toMatchObject({ stateExitedEventDetails: { output: '{"list":[1]}' } });
  });
});
