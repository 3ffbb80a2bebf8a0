import { describe, expect, it } from 'vitest';
import { begin, errorNamed, LAMBDA, pass, run, START, task, types } from './lab.ts';

const pending = () => new Promise(() => {});

describe('Task', () => {
  it('calls its resource with Arguments and gives the result as output', async () => {
    const seen: unknown[] = [];
    const ended = await run(
      {
        A: {
          Type: 'Task',
          Resource: LAMBDA,
          Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
          End: true,
        },
      },
      {
        input: { a: 1 },
        start: {
          invoke: async (resource, args, call) => {
            seen.push(resource, args, call.stateName, call.taskToken);
            return { Payload: 'done', StatusCode: 200 };
          },
        },
      },
    );
    expect(seen).toEqual([LAMBDA, { FunctionName: 'f', Payload: { a: 1 } }, 'A', undefined]);
    expect(ended.output).toEqual({ Payload: 'done', StatusCode: 200 });
  });

  it('gives its input as arguments when it has none', async () => {
    const ended = await run({ A: task(1, { Arguments: undefined }) }, { input: { Payload: 'mine' } });
    expect(ended.output).toBe('mine');
  });

  it('shares no object with the function it calls', async () => {
    const kept: { list: number[] }[] = [];
    const answer = { list: [1] };
    const ended = await run(
      {
        A: task('{% $states.input %}', { Assign: { seen: '{% $states.input %}' }, End: undefined, Next: 'B' }),
        B: pass('{% [$seen.list, $states.input.list] %}'),
      },
      {
        input: answer,
        work: {
          A: (payload) => {
            kept.push(payload as { list: number[] });
            (payload as { list: number[] }).list.push(99);
            return payload;
          },
        },
      },
    );
    kept[0]?.list.push(100);
    expect(ended.output).toEqual([1, 1, 99]);
    expect(answer).toEqual({ list: [1] });
  });

  it('fails with the name and message of the error its resource throws', async () => {
    const ended = await run({ A: task(1) }, { work: { A: () => Promise.reject(errorNamed('ZoneBusy', 'busy')) } });
    expect([ended.status, ended.error, ended.cause]).toEqual(['FAILED', 'ZoneBusy', 'busy']);
    expect(types(ended).slice(-2)).toEqual(['TaskFailed', 'ExecutionFailed']);
  });

  it('fails as well when the runner throws before it promises anything', async () => {
    const invoke = () => {
      throw errorNamed('Broken', 'at once');
    };
    expect((await run({ A: task(1) }, { start: { invoke } })).error).toBe('Broken');
  });
});

describe('TimeoutSeconds', () => {
  it('ends a task with States.Timeout, which has no cause', async () => {
    for (const TimeoutSeconds of [60, '{% $states.input.limit %}']) {
      const { untilEnd, seconds } = begin(
        { A: task(1, { TimeoutSeconds }) },
        { input: { limit: 60 }, work: { A: pending } },
      );
      const ended = await untilEnd();
      expect([ended.status, ended.error, ended.cause]).toEqual(['FAILED', 'States.Timeout', undefined]);
      expect(seconds()).toBe(60);
      expect(types(ended).slice(-2)).toEqual(['TaskTimedOut', 'ExecutionFailed']);
    }
  });

  it('tells the runner that nobody waits any more, and no earlier', async () => {
    const { untilEnd, clock } = begin(
      { A: task(1, { TimeoutSeconds: 60 }) },
      {
        work: {
          A: (_payload, { signal }) => {
            signal.addEventListener('abort', () => aborted.push(clock.now()));
            return pending();
          },
        },
      },
    );
    const aborted: number[] = [];
    await untilEnd();
    expect(aborted).toEqual([START + 60_000]);
  });

  it('ignores the answer of a zombie that comes after the time-out', async () => {
    const effects: string[] = [];
    const { untilEnd, clock, execution } = begin(
      {
        A: task(1, {
          TimeoutSeconds: 60,
          Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'After' }],
          End: undefined,
          Next: 'Never',
        }),
        After: { Type: 'Wait', Seconds: 300, Next: 'Done' },
        Done: pass('after the time-out'),
        Never: pass('the zombie won'),
      },
      {
        work: {
          A: () =>
            new Promise((resolve) => {
              clock.after(120_000, () => {
                effects.push('the write landed');
                resolve('late');
              });
            }),
        },
      },
    );
    const ended = await untilEnd();
    expect(ended.output).toBe('after the time-out');
    expect(effects).toEqual(['the write landed']);
    expect(types(execution).filter((type) => type === 'TaskSucceeded')).toEqual([]);
  });

  it('lets the first try of a retried task go on as a zombie beside the second', async () => {
    const { untilEnd, clock } = begin(
      { A: task(1, { TimeoutSeconds: 10, Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1 }] }) },
      {
        work: {
          A: (_payload, _call, attempt) =>
            new Promise((resolve) => {
              clock.after(attempt === 1 ? 15_000 : 8_000, () => resolve(`try ${attempt}`));
            }),
        },
      },
    );
    const ended = await untilEnd();
    expect(ended.output).toBe('try 2');
    expect(clock.now() - START).toBe(19_000);
  });
});

describe('waitForTaskToken', () => {
  const approval = (more: Record<string, unknown> = {}) =>
    task('{% $states.context.Task.Token %}', {
      Resource: `${LAMBDA}.waitForTaskToken`,
      Output: '{% $states.result %}',
      ...more,
    });
  const asked: unknown[] = [];
  const work = {
    A: (token: unknown) => {
      asked.push(token);
      return 'asked';
    },
  };

  it('waits for sendTaskSuccess, whose output is the result', async () => {
    const { execution, clock, untilEnd } = begin({ A: approval() }, { work });
    await clock.run(1000);
    expect(execution.status).toBe('RUNNING');
    const token = String(asked.at(-1));
    expect(execution.tokens.sendTaskSuccess(token, { by: 'ann' })).toBe('accepted');
    const ended = await untilEnd();
    expect(ended.output).toEqual({ by: 'ann' });
    expect(types(ended).slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
    expect(execution.tokens.sendTaskSuccess(token, {})).toBe('gone');
    expect(execution.tokens.sendTaskSuccess('another', {})).toBe('unknown');
  });

  it('fails with the error and cause of sendTaskFailure', async () => {
    const { execution, clock, untilEnd } = begin({ A: approval() }, { work });
    await clock.run(1000);
    execution.tokens.sendTaskFailure(String(asked.at(-1)), 'Refused', 'not today');
    const ended = await untilEnd();
    expect([ended.error, ended.cause]).toEqual(['Refused', 'not today']);
  });

  it('takes the answer even before the request was answered', async () => {
    const { execution, clock, untilEnd } = begin(
      { A: approval() },
      {
        work: {
          A: (token) => {
            execution.tokens.sendTaskSuccess(String(token), 'quick');
            return new Promise((resolve) => clock.after(5000, () => resolve('slow')));
          },
        },
      },
    );
    expect((await untilEnd()).output).toBe('quick');
    await clock.run(10_000);
    expect(types(execution)).not.toContain('TaskSubmitted');
  });

  it('lets an approval expire after exactly 3600 seconds', async () => {
    const { untilEnd, seconds, execution, clock } = begin(
      {
        A: approval({ TimeoutSeconds: 3600, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Held' }] }),
        Held: pass('held'),
      },
      { work },
    );
    await clock.run(3_599_999);
    expect(execution.status).toBe('RUNNING');
    expect((await untilEnd()).output).toBe('held');
    expect(seconds()).toBe(3600);
  });

  it('fails when the request itself fails', async () => {
    const ended = await run({ A: approval() }, { work: { A: () => Promise.reject(errorNamed('NoMail')) } });
    expect(ended.error).toBe('NoMail');
  });

  it('times out when a heartbeat is missing, and each heartbeat gives more time', async () => {
    const states = { A: approval({ TimeoutSeconds: 100, HeartbeatSeconds: 10 }) };
    const { execution, clock, seconds, untilEnd } = begin(states, { work });
    for (let beat = 0; beat < 3; beat++) {
      await clock.run(9_000);
      expect(execution.tokens.sendTaskHeartbeat(String(asked.at(-1)))).toBe('accepted');
    }
    const ended = await untilEnd();
    expect(seconds()).toBe(37);
    expect([ended.status, ended.error]).toEqual(['FAILED', 'States.Timeout']);
    expect(types(ended)).toContain('TaskTimedOut');
  });

  it('matches a missed heartbeat as States.HeartbeatTimeout and as States.Timeout', async () => {
    for (const name of ['States.HeartbeatTimeout', 'States.Timeout']) {
      const Catch = [{ ErrorEquals: [name], Next: 'B', Output: '{% $states.errorOutput %}' }];
      const ended = await run({ A: approval({ HeartbeatSeconds: 5, Catch }), B: { Type: 'Succeed' } }, { work });
      expect(ended.output).toEqual({ Error: 'States.Timeout', Cause: '' });
    }
  });

  it('keeps TimeoutSeconds however many heartbeats come', async () => {
    const { execution, clock, seconds } = begin(
      { A: approval({ TimeoutSeconds: 25, HeartbeatSeconds: 10 }) },
      { work },
    );
    const token = () => String(asked.at(-1));
    await clock.run(9_000);
    execution.tokens.sendTaskHeartbeat(token());
    await clock.run(9_000);
    execution.tokens.sendTaskHeartbeat(token());
    await clock.runUntil(() => execution.status !== 'RUNNING');
    expect(seconds()).toBe(25);
  });
});

describe('Catch', () => {
  const after = pass({ input: '{% $states.input %}', failure: "{% $exists($failure) ? $failure : 'none' %}" });

  it('leads to its Next with the error as output', async () => {
    const Catch = [
      { ErrorEquals: ['Other'], Next: 'B' },
      { ErrorEquals: ['Boom'], Next: 'B' },
    ];
    const ended = await run(
      { A: task(1, { Catch }), B: after },
      { work: { A: () => Promise.reject(errorNamed('Boom', 'why')) } },
    );
    expect(ended.output).toEqual({ input: { Error: 'Boom', Cause: 'why' }, failure: 'none' });
  });

  it('evaluates the Assign and Output of the catcher, with $states.errorOutput', async () => {
    const Catch = [
      {
        ErrorEquals: ['States.ALL'],
        Next: 'B',
        Assign: { failure: '{% $states.errorOutput.Error %}' },
        Output: { kept: '{% $states.input %}' },
      },
    ];
    const ended = await run(
      { A: task(1, { Catch, Assign: { failure: 'not this' }, Output: 'nor this' }), B: after },
      { input: 7, work: { A: () => Promise.reject(errorNamed('Boom')) } },
    );
    expect(ended.output).toEqual({ input: { kept: 7 }, failure: 'Boom' });
  });

  const caughtBy = async (name: string, thrown: string) => {
    const ended = await run(
      { A: task(1, { TimeoutSeconds: 5, Catch: [{ ErrorEquals: [name], Next: 'B' }] }), B: pass('caught') },
      { work: { A: () => (thrown === 'States.Timeout' ? pending() : Promise.reject(errorNamed(thrown))) } },
    );
    return ended.output === 'caught';
  };

  it('lets States.TaskFailed match every error but States.Timeout', async () => {
    expect(await caughtBy('States.TaskFailed', 'Boom')).toBe(true);
    expect(await caughtBy('States.TaskFailed', 'States.Timeout')).toBe(false);
  });

  it('lets States.ALL match every error but States.DataLimitExceeded and States.Runtime', async () => {
    expect(await caughtBy('States.ALL', 'Boom')).toBe(true);
    expect(await caughtBy('States.ALL', 'States.Timeout')).toBe(true);
    expect(await caughtBy('States.ALL', 'States.DataLimitExceeded')).toBe(false);
    expect(await caughtBy('States.ALL', 'States.Runtime')).toBe(false);
  });

  it('catches States.DataLimitExceeded by its own name, and States.Runtime by none', async () => {
    expect(await caughtBy('States.DataLimitExceeded', 'States.DataLimitExceeded')).toBe(true);
    expect(await caughtBy('States.Runtime', 'States.Runtime')).toBe(false);
  });

  it('catches an expression of the state itself that fails', async () => {
    for (const more of [
      { Output: '{% $states.result.nothing %}' },
      { Assign: { x: '{% $states.result.nothing %}' } },
    ]) {
      const Catch = [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'B' }];
      expect((await run({ A: task(1, { Catch, ...more }), B: pass('caught') })).output).toBe('caught');
    }
  });
});
