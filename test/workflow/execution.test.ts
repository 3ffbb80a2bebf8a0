import { describe, expect, it } from 'vitest';
import { StatesError } from '../../workflow/errors.ts';
import { PAYLOAD_BYTES_MAX } from '../../workflow/json.ts';
import { begin, errorNamed, pass, run, task, types } from './lab.ts';

const block = (states: Record<string, unknown>) => ({ StartAt: Object.keys(states)[0], States: states });
const wait = (Seconds: number, more: Record<string, unknown> = { End: true }) => ({ Type: 'Wait', Seconds, ...more });

describe('the end of an execution', () => {
  it('keeps its promise with status, output, error and cause', async () => {
    const { execution, clock } = begin({ A: { Type: 'Fail', Error: 'E', Cause: 'c' } });
    await clock.run(0);
    expect(await execution.done).toEqual({ status: 'FAILED', error: 'E', cause: 'c' });
  });

  it('is TIMED_OUT after the TimeoutSeconds of the machine, with States.Timeout only in its last event', async () => {
    const { untilEnd, seconds } = begin({ A: wait(100) }, { more: { TimeoutSeconds: 30 } });
    const ended = await untilEnd();
    expect([ended.status, ended.error, ended.output, seconds()]).toEqual(['TIMED_OUT', undefined, undefined, 30]);
    expect(ended.history.at(-1)).toMatchObject({
      type: 'ExecutionTimedOut',
      previousEventId: 0,
      executionTimedOutEventDetails: { error: 'States.Timeout' },
    });
  });

  it('is TIMED_OUT after a year whatever the machine says', async () => {
    const { untilEnd, seconds } = begin({ A: wait(99_999_999) });
    expect((await untilEnd()).status).toBe('TIMED_OUT');
    expect(seconds()).toBe(366 * 86_400);
  });

  it('is ABORTED when it is stopped, and what its task does later changes nothing', async () => {
    const { execution, clock } = begin(
      { A: task(1, { End: undefined, Next: 'B' }), B: pass(2) },
      { work: { A: () => new Promise((resolve) => clock.after(60_000, () => resolve(1))) } },
    );
    await clock.run(10_000);
    execution.stop('Stopped', 'by ann');
    expect([execution.status, execution.error, execution.cause]).toEqual(['ABORTED', 'Stopped', 'by ann']);
    await clock.run(600_000);
    expect(types(execution).at(-1)).toBe('ExecutionAborted');
    execution.stop('Again');
    expect([execution.error, execution.history.length]).toEqual(['Stopped', 5]);
  });

  it('leaves nothing on the clock', async () => {
    const { untilEnd, clock } = begin({ A: task(1, { TimeoutSeconds: 60 }) }, { more: { TimeoutSeconds: 600 } });
    await untilEnd();
    expect(await clock.runUntil(() => false)).toBe('nothing left');
    expect(clock.now()).toBe(Date.parse('2026-01-01T00:00:00Z'));
  });

  it('enters its first state only after startExecution returned', () => {
    const { execution } = begin({ A: pass(1) });
    expect(types(execution)).toEqual(['ExecutionStarted']);
  });
});

describe('the limit of 256 KB', () => {
  // A JSON string of n characters takes n + 2 bytes.
  const text = (bytes: number) => 'x'.repeat(bytes - 2);
  const most = text(PAYLOAD_BYTES_MAX);

  it('is 262,144 bytes of JSON text, one more is refused at the start', () => {
    expect(PAYLOAD_BYTES_MAX).toBe(262_144);
    expect(begin({ A: pass(1) }, { input: most }).execution.status).toBe('RUNNING');
    expect(() => begin({ A: pass(1) }, { input: `${most}x` })).toThrow(StatesError);
  });

  it('counts bytes of UTF-8, not characters', () => {
    expect(begin({ A: pass(1) }, { input: 'é'.repeat(131_071) }).execution.status).toBe('RUNNING');
    expect(() => begin({ A: pass(1) }, { input: 'é'.repeat(131_072) })).toThrow(StatesError);
  });

  it('ends the execution with States.DataLimitExceeded for an Output that is too large', async () => {
    const doubled = pass('{% $states.input & $states.input %}');
    expect((await run({ A: doubled }, { input: 'x'.repeat(131_071) })).status).toBe('SUCCEEDED');
    const ended = await run({ A: doubled }, { input: 'x'.repeat(131_072) });
    expect([ended.status, ended.error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
    expect(ended.cause).toContain(
      "The state/task 'A' returned a result with a size exceeding the maximum number of bytes",
    );
  });

  it('holds for results, arguments and variables, and for what branches give together', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'B' }];
    const input = 'x'.repeat(200_000);
    const twice = '{% [$states.input, $states.input] %}';
    const half = block({ X: pass('{% $states.input %}') });
    const other = block({ Y: pass('{% $states.input %}') });
    for (const [states, work] of [
      [{ A: task(1, { Catch }), B: pass(1) }, { A: () => `${most}x` }],
      [{ A: task(twice, { Catch }), B: pass(1) }, {}],
      [{ A: task(1, { Assign: { a: '{% $states.input %}', b: '{% $states.input %}' }, Catch }), B: pass(1) }, {}],
      [{ A: { Type: 'Parallel', Branches: [half, other], Catch, End: true }, B: pass(1) }, {}],
    ] as const) {
      expect((await run(states, { input, work })).error).toBe('States.DataLimitExceeded');
    }
  });
});

describe('the limit of 25,000 events', () => {
  it('fails an execution that would have more, with ExecutionFailed as the last of them', async () => {
    const ended = await run({
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: true, Next: 'A' }], Default: 'C' },
      C: pass(1),
    });
    expect([ended.status, ended.error, ended.eventCount]).toEqual(['FAILED', 'States.Runtime', 25_000]);
    expect(ended.cause).toBe('The execution reached the maximum number of history events (25000).');
    expect(ended.history.at(-1)?.type).toBe('ExecutionFailed');
    expect(() => ended.redrive()).toThrow('history event limit exceeded');
  });
});

describe('redrive', () => {
  it('goes on at the state that failed, with the same input and the variables as they were', async () => {
    let healthy = false;
    const calls: unknown[] = [];
    const lab = begin(
      {
        A: task('{% $states.input %}', { Assign: { epoch: 43 }, End: undefined, Next: 'B' }),
        B: task('{% [$states.input, $epoch] %}', { Assign: { epoch: 44 }, End: undefined, Next: 'C' }),
        C: pass('{% [$states.input, $epoch, $states.context.Execution.RedriveCount] %}'),
      },
      {
        input: 'in',
        work: {
          A: (payload) => {
            calls.push(['A', payload]);
            return 'from A';
          },
          B: (payload) => {
            calls.push(['B', payload]);
            return healthy ? 'from B' : Promise.reject(errorNamed('Boom'));
          },
        },
      },
    );
    expect((await lab.untilEnd()).status).toBe('FAILED');
    healthy = true;
    lab.execution.redrive();
    expect([lab.execution.status, lab.execution.error]).toEqual(['RUNNING', undefined]);
    const ended = await lab.untilEnd();
    expect(ended.output).toEqual(['from B', 44, 1]);
    expect(calls).toEqual([
      ['A', 'in'],
      ['B', ['from A', 43]],
      ['B', ['from A', 43]],
    ]);
    expect(types(ended).slice(9, 13)).toEqual([
      'TaskFailed',
      'ExecutionFailed',
      'ExecutionRedriven',
      'TaskStateEntered',
    ]);
    expect(await ended.done).toEqual({ status: 'SUCCEEDED', output: ['from B', 44, 1] });
  });

  it('counts retries anew', async () => {
    let tries = 0;
    const lab = begin(
      { A: task(1, { Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 2 }] }) },
      { work: { A: () => (++tries < 6 ? Promise.reject(errorNamed('Boom')) : 'done') } },
    );
    await lab.untilEnd();
    expect(tries).toBe(3);
    lab.execution.redrive();
    expect((await lab.untilEnd()).output).toBe('done');
    expect(tries).toBe(6);
  });

  it('runs only the branches again that did not end', async () => {
    const calls: string[] = [];
    let healthy = false;
    const note = (name: string, fails: () => boolean) => () => {
      calls.push(name);
      return fails() ? Promise.reject(errorNamed('Boom')) : name;
    };
    const lab = begin(
      {
        P: {
          Type: 'Parallel',
          Branches: [
            block({ X: task(1) }),
            block({ Y: task(1, { End: undefined, Next: 'Y2' }), Y2: task(2) }),
            block({ W: wait(100, { Next: 'Z' }), Z: task(1) }),
          ],
          End: true,
        },
      },
      {
        work: {
          X: note('X', () => false),
          Y: note('Y', () => false),
          Y2: note('Y2', () => !healthy),
          Z: note('Z', () => false),
        },
      },
    );
    await lab.untilEnd();
    expect(calls).toEqual(['X', 'Y', 'Y2']);
    healthy = true;
    lab.execution.redrive();
    expect((await lab.untilEnd()).output).toEqual(['X', 'Y2', 'Z']);
    expect(calls).toEqual(['X', 'Y', 'Y2', 'Y2', 'Z']);
  });

  it('runs only the iterations again that did not end', async () => {
    const calls: unknown[] = [];
    let healthy = false;
    const lab = begin(
      {
        M: {
          Type: 'Map',
          Items: [1, 2, 3],
          MaxConcurrency: 1,
          ItemProcessor: block({ I: task('{% $states.input %}') }),
          End: true,
        },
      },
      {
        work: {
          I: (item) => {
            calls.push(item);
            return item === 2 && !healthy ? Promise.reject(errorNamed('Boom')) : Number(item) * 10;
          },
        },
      },
    );
    await lab.untilEnd();
    healthy = true;
    lab.execution.redrive();
    expect((await lab.untilEnd()).output).toEqual([10, 20, 30]);
    expect(calls).toEqual([1, 2, 2, 3]);
  });

  it('takes up what was stopped or timed out, with a new time-out', async () => {
    const stopped = begin({ A: wait(100) });
    await stopped.clock.run(50_000);
    stopped.execution.stop();
    stopped.execution.redrive();
    expect((await stopped.untilEnd()).status).toBe('SUCCEEDED');
    expect(stopped.seconds()).toBe(150);
    const late = begin({ A: wait(20, { Next: 'B' }), B: wait(20) }, { more: { TimeoutSeconds: 30 } });
    expect((await late.untilEnd()).status).toBe('TIMED_OUT');
    late.execution.redrive();
    expect((await late.untilEnd()).status).toBe('SUCCEEDED');
    expect(late.seconds()).toBe(50);
  });

  it('ignores a zombie of the drive before, though it answers now', async () => {
    const lab = begin(
      { A: task(1) },
      {
        work: {
          A: (_payload, _call, attempt) =>
            new Promise((resolve) => {
              lab.clock.after(attempt === 1 ? 30_000 : 60_000, () => resolve(`drive ${attempt}`));
            }),
        },
      },
    );
    await lab.clock.run(10_000);
    lab.execution.stop();
    lab.execution.redrive();
    expect((await lab.untilEnd()).output).toBe('drive 2');
  });

  it('is refused while it runs and after it succeeded', async () => {
    const lab = begin({ A: pass(1) });
    expect(() => lab.execution.redrive()).toThrow('Execution is RUNNING and cannot be redriven');
    await lab.untilEnd();
    expect(() => lab.execution.redrive()).toThrow('Execution is SUCCEEDED and cannot be redriven');
  });
});

describe('transitions', () => {
  it('count every state entered and every retry', async () => {
    const ended = await run(
      { A: task(1, { Retry: [{ ErrorEquals: ['E'] }], End: undefined, Next: 'B' }), B: pass(1) },
      { work: { A: (_payload, _call, attempt) => (attempt < 3 ? Promise.reject(errorNamed('E')) : 1) } },
    );
    expect(ended.transitions).toBe(4);
  });
});
