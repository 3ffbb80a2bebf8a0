import { describe, expect, it } from 'vitest';
import { pass, run, task } from './lab.ts';

const on = (fields: Record<string, unknown>, Next: string) => ({ Type: 'Pass', Next, ...fields });

describe('Assign', () => {
  it('evaluates all its expressions with the values from before', async () => {
    const ended = await run({
      A: on({ Assign: { x: 1, y: 2 } }, 'B'),
      B: on({ Assign: { x: '{% $y %}', y: '{% $x %}', both: { sum: '{% $x + $y %}' } }, Output: '{% $x %}' }, 'C'),
      C: pass('{% [$x, $y, $both.sum, $states.input] %}'),
    });
    expect(ended.output).toEqual([2, 1, 3, 1]);
  });

  it('keeps variables over states whose output does not carry them', async () => {
    const ended = await run(
      {
        A: on({ Assign: { kept: '{% $states.input.a %}' }, Output: 'gone' }, 'B'),
        B: { Type: 'Wait', Seconds: 1, Assign: { also: '{% $states.input %}' }, Next: 'C' },
        C: pass('{% [$kept, $also] %}'),
      },
      { input: { a: 5 } },
    );
    expect(ended.output).toEqual([5, 'gone']);
  });

  it('sets nothing when one of its expressions fails', async () => {
    const ended = await run({
      A: on({ Assign: { x: 1 } }, 'B'),
      B: task(1, {
        Assign: { x: 2, y: '{% $states.result.absent %}' },
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }],
      }),
      C: pass('{% [$x, $exists($y)] %}'),
    });
    expect(ended.output).toEqual([1, false]);
  });

  it('may set null, and a list of one item stays a list', async () => {
    const ended = await run(
      {
        A: on({ Assign: { none: null, one: '{% [$states.input] %}' } }, 'B'),
        B: pass('{% {"n": $none, "o": $one} %}'),
      },
      { input: 1 },
    );
    expect(ended.output).toEqual({ n: null, o: [1] });
  });
});

describe('scopes', () => {
  const branch = (states: Record<string, unknown>) => ({ StartAt: Object.keys(states)[0], States: states });

  it('lets a branch read the variables around it, and keeps its own from its neighbours and from after', async () => {
    const ended = await run({
      A: on({ Assign: { epoch: 43 } }, 'P'),
      P: {
        Type: 'Parallel',
        Branches: [
          branch({ X: on({ Assign: { mine: 'x' } }, 'X2'), X2: pass('{% [$epoch, $mine] %}') }),
          branch({ Y: on({ Assign: { mine: 'y' } }, 'Y2'), Y2: pass('{% [$epoch, $mine] %}') }),
        ],
        Next: 'Z',
      },
      Z: pass('{% { "branches": $states.input, "left": $exists($mine) } %}'),
    });
    expect(ended.output).toEqual({
      branches: [
        [43, 'x'],
        [43, 'y'],
      ],
      left: false,
    });
  });

  it('gives each iteration of a Map its own scope', async () => {
    const ended = await run({
      M: {
        Type: 'Map',
        Items: [1, 2],
        ItemProcessor: branch({
          I: on({ Assign: { seen: '{% $exists($seen) %}' } }, 'J'),
          J: pass('{% $seen %}'),
        }),
        End: true,
      },
    });
    expect(ended.output).toEqual([false, false]);
  });

  it('lets a Parallel or Map assign from the results of its branches', async () => {
    const ended = await run({
      P: {
        Type: 'Parallel',
        Branches: [branch({ X: pass(1) }), branch({ Y: pass(2) })],
        Assign: { sum: '{% $sum($states.result) %}' },
        Next: 'Z',
      },
      Z: pass('{% $sum %}'),
    });
    expect(ended.output).toBe(3);
  });
});
