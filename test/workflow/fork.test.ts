import { describe, expect, it } from 'vitest';
import { begin, errorNamed, pass, run, START, task, types } from './lab.ts';

const block = (states: Record<string, unknown>) => ({ StartAt: Object.keys(states)[0], States: states });
const wait = (Seconds: number, more: Record<string, unknown> = { End: true }) => ({ Type: 'Wait', Seconds, ...more });

describe('Parallel', () => {
  it('runs its branches at the same time on the same input and lists their outputs in order', async () => {
    const Branches = [
      block({ Slow: wait(10, { Next: 'S' }), S: pass('{% [$states.input, "slow"] %}') }),
      block({ Quick: pass('{% [$states.input, "quick"] %}') }),
    ];
    const { untilEnd, seconds } = begin({ P: { Type: 'Parallel', Branches, End: true } }, { input: 7 });
    expect((await untilEnd()).output).toEqual([
      [7, 'slow'],
      [7, 'quick'],
    ]);
    expect(seconds()).toBe(10);
  });

  it('gives its Arguments to every branch', async () => {
    const Branches = [block({ X: pass('{% $states.input.n %}') }), block({ Y: pass('{% $states.input.n + 1 %}') })];
    const P = {
      Type: 'Parallel',
      Branches,
      Arguments: { n: '{% $states.input.a %}' },
      Output: '{% $states.result %}',
      End: true,
    };
    expect((await run({ P }, { input: { a: 1 } })).output).toEqual([1, 2]);
  });

  it('fails with the error of the first branch that fails and abandons the others', async () => {
    const effects: string[] = [];
    const { untilEnd, seconds, clock, execution } = begin(
      {
        P: {
          Type: 'Parallel',
          Branches: [
            block({ Long: task(1) }),
            block({ Doomed: wait(5, { Next: 'Bang' }), Bang: { Type: 'Fail', Error: 'Boom', Cause: 'why' } }),
            block({ Waiting: wait(60, { Next: 'Act' }), Act: task(1) }),
          ],
          End: true,
        },
      },
      {
        work: {
          Long: () =>
            new Promise((resolve) => {
              clock.after(20_000, () => resolve(effects.push('zombie')));
            }),
          Act: () => effects.push('never'),
        },
      },
    );
    const ended = await untilEnd();
    expect([ended.status, ended.error, ended.cause]).toEqual(['FAILED', 'Boom', 'why']);
    expect(seconds()).toBe(5);
    expect(types(ended).slice(-4)).toEqual([
      'TaskStateAborted',
      'WaitStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
    const before = execution.eventCount;
    await clock.run(100_000);
    expect(effects).toEqual(['zombie']);
    expect(execution.eventCount).toBe(before);
  });

  it('retries all its branches, then catches', async () => {
    const runs: string[] = [];
    const P = {
      Type: 'Parallel',
      Branches: [block({ X: task(1) }), block({ Y: task(1) })],
      Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['Boom'], Next: 'Z' }],
      End: true,
    };
    const ended = await run(
      { P, Z: pass('{% $states.input.Error %}') },
      {
        work: {
          X: () => runs.push('X'),
          Y: () => {
            runs.push('Y');
            throw errorNamed('Boom');
          },
        },
      },
    );
    expect(ended.output).toBe('Boom');
    expect(runs).toEqual(['X', 'Y', 'X', 'Y']);
  });

  it('does not retry or catch States.NoChoiceMatched of a branch unless named or States.ALL', async () => {
    const choice = { Type: 'Choice', Choices: [{ Condition: false, Next: 'X' }] };
    const caught = async (name: string) => {
      const P = {
        Type: 'Parallel',
        Branches: [block({ Ask: choice, X: pass(1) })],
        Catch: [{ ErrorEquals: [name], Next: 'Z' }],
        End: true,
      };
      return (await run({ P, Z: pass('caught') })).output === 'caught';
    };
    expect(await caught('States.NoChoiceMatched')).toBe(true);
    expect(await caught('States.ALL')).toBe(true);
    expect(await caught('Boom')).toBe(false);
  });
});

describe('Map', () => {
  const map = (processor: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
    Type: 'Map',
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...block(processor) },
    End: true,
    ...more,
  });

  it('runs its processor for each item of its input and lists the outputs in order', async () => {
    const M = map({ I: wait(1, { Next: 'J' }), J: pass('{% $states.input * 10 %}') });
    expect((await run({ M }, { input: [3, 1, 2] })).output).toEqual([30, 10, 20]);
    expect((await run({ M }, { input: [] })).output).toEqual([]);
  });

  it('takes Items, shapes each with ItemSelector, and knows index and value of the item', async () => {
    const M = map(
      {
        I: pass(
          '{% { "in": $states.input, "index": $states.context.Map.Item.Index, "value": $states.context.Map.Item.Value } %}',
        ),
      },
      {
        Items: '{% $states.input.zones %}',
        ItemSelector: { zone: '{% $states.context.Map.Item.Value %}', of: '{% $states.input.pair %}' },
      },
    );
    const ended = await run({ M }, { input: { pair: 'shop', zones: ['a', 'b'] } });
    expect(ended.output).toEqual([
      { in: { zone: 'a', of: 'shop' }, index: 0, value: 'a' },
      { in: { zone: 'b', of: 'shop' }, index: 1, value: 'b' },
    ]);
  });

  it('runs at most MaxConcurrency iterations at once, and forty when it is 0', async () => {
    const most = async (MaxConcurrency: unknown, items: number) => {
      let running = 0;
      let peak = 0;
      const lab = begin(
        { M: map({ I: task(1) }, { MaxConcurrency, Items: Array.from({ length: items }, (_, at) => at) }) },
        {
          input: { limit: 2 },
          work: {
            I: () => {
              peak = Math.max(peak, ++running);
              return new Promise((resolve) => {
                lab.clock.after(1000, () => resolve(running--));
              });
            },
          },
        },
      );
      await lab.untilEnd();
      return [peak, lab.seconds()];
    };
    expect(await most(1, 3)).toEqual([1, 3]);
    expect(await most('{% $states.input.limit %}', 5)).toEqual([2, 3]);
    expect(await most(0, 50)).toEqual([40, 2]);
  });

  it('fails with the first iteration that fails, abandons the running ones and starts no more', async () => {
    const begun: unknown[] = [];
    const lab = begin(
      { M: map({ I: task('{% $states.input %}') }, { MaxConcurrency: 2, Items: [1, 2, 3, 4] }) },
      {
        work: {
          I: (item) => {
            begun.push(item);
            return new Promise((resolve, reject) => {
              lab.clock.after(item === 2 ? 1000 : 5000, () =>
                item === 2 ? reject(errorNamed('Boom')) : resolve(item),
              );
            });
          },
        },
      },
    );
    const ended = await lab.untilEnd();
    expect([ended.error, begun, lab.seconds()]).toEqual(['Boom', [1, 2], 1]);
    expect(types(ended).slice(-6)).toEqual([
      'TaskFailed',
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('catches and retries as a whole', async () => {
    let runs = 0;
    const M = map({ I: task(1) }, { Items: [1], Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 2 }] });
    const ended = await run({ M }, { work: { I: () => (++runs < 3 ? Promise.reject(errorNamed('Boom')) : 'done') } });
    expect([ended.output, runs]).toEqual([['done'], 3]);
  });

  it('fails when its items are not a list', async () => {
    expect((await run({ M: map({ I: pass(1) }) }, { input: { a: 1 } })).error).toBe('States.QueryEvaluationError');
    expect((await run({ M: map({ I: pass(1) }, { Items: '{% $states.input %}' }) }, { input: { a: 1 } })).error).toBe(
      'States.QueryEvaluationError',
    );
  });

  it('may stand inside a Parallel, and a Parallel inside it', async () => {
    const M = map({
      P: {
        Type: 'Parallel',
        Branches: [
          block({ X: pass('{% $states.input %}') }),
          block({ Y: pass('{% $states.context.Map.Item.Index %}') }),
        ],
        End: true,
      },
    });
    const ended = await run({ Out: { Type: 'Parallel', Branches: [block({ M })], End: true } }, { input: ['a', 'b'] });
    expect(ended.output).toEqual([
      [
        ['a', 0],
        ['b', 1],
      ],
    ]);
  });

  it('names the states that are being worked on', async () => {
    const { execution, clock } = begin({ M: map({ I: wait(10) }, { Items: [1, 2] }) });
    await clock.run(1000);
    expect(execution.currentStates).toEqual(['I', 'I']);
    expect(clock.now()).toBe(START + 1000);
    await clock.run(20_000);
    expect(execution.currentStates).toEqual([]);
  });
});
