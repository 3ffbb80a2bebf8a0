import { describe, expect, it } from 'vitest';
import { begin, pass, run, types } from './lab.ts';

const day = 86_400;

describe('Pass', () => {
  it('hands its input on, or its Output', async () => {
    expect((await run({ A: { Type: 'Pass', End: true } }, { input: { a: 1 } })).output).toEqual({ a: 1 });
    const output = { list: ['{% $states.input.a %}', 'text'], 'not-evaluated': '$states.input.a', none: null };
    expect((await run({ A: pass(output) }, { input: { a: 1 } })).output).toEqual({
      list: [1, 'text'],
      'not-evaluated': '$states.input.a',
      none: null,
    });
  });
});

describe('Choice', () => {
  const choice = {
    Type: 'Choice',
    Choices: [
      { Condition: '{% $states.input.n > 10 %}', Next: 'Big', Assign: { how: 'rule' }, Output: { big: true } },
      { Condition: '{% $states.input.n > 5 %}', Next: 'Big' },
      { Condition: false, Next: 'Big' },
    ],
    Default: 'Small',
    Assign: { how: 'default' },
    Output: { small: true },
  };
  const states = {
    Ask: choice,
    Big: pass({ was: '{% $states.input %}', how: "{% $exists($how) ? $how : 'none' %}" }),
    Small: pass({ was: '{% $states.input %}', how: '{% $how %}' }),
  };

  it('takes the first rule that holds, with the Assign and Output of that rule', async () => {
    const ended = await run(states, { input: { n: 11 } });
    expect(ended.output).toEqual({ was: { big: true }, how: 'rule' });
    expect(types(ended)).toEqual([
      'ExecutionStarted',
      'ChoiceStateEntered',
      'ChoiceStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('leaves the input as it is for a rule without Output', async () => {
    expect((await run(states, { input: { n: 6 } })).output).toEqual({ was: { n: 6 }, how: 'none' });
  });

  it('takes Default, with the Assign and Output of the state, when no rule holds', async () => {
    expect((await run(states, { input: { n: 5 } })).output).toEqual({ was: { small: true }, how: 'default' });
  });

  it('fails with States.NoChoiceMatched when no rule holds and there is no Default', async () => {
    const ended = await run(
      { Ask: { Type: 'Choice', Choices: choice.Choices.slice(1, 2) }, Big: pass(1) },
      { input: { n: 1 } },
    );
    expect([ended.status, ended.error]).toEqual(['FAILED', 'States.NoChoiceMatched']);
  });

  it('fails when a Condition is not true or false', async () => {
    const asks = { Type: 'Choice', Choices: [{ Condition: '{% $states.input.n %}', Next: 'B' }], Default: 'B' };
    const ended = await run({ Ask: asks, B: pass(1) }, { input: { n: 1 } });
    expect(ended.error).toBe('States.QueryEvaluationError');
    expect(ended.cause).toContain("specified for the field 'Choices[0]/Condition' returned an unexpected result type");
  });
});

describe('Wait', () => {
  const wait = (fields: Record<string, unknown>) => ({ Type: 'Wait', End: true, ...fields });

  it('waits for Seconds, written or calculated', async () => {
    for (const Seconds of [90, '{% $states.input.minutes * 60 %}']) {
      const { seconds, untilEnd } = begin({ A: wait({ Seconds }) }, { input: { minutes: 1.5 } });
      await untilEnd();
      expect(seconds()).toBe(90);
    }
  });

  it('waits until Timestamp, and not at all when that is past', async () => {
    for (const [Timestamp, waited] of [
      ['2026-01-02T00:00:00Z', day],
      ['2026-01-01T02:00:30.5+02:00', 30.5],
      ['{% $states.input.at %}', day],
      ['2025-01-01T00:00:00Z', 0],
    ] as const) {
      const { seconds, untilEnd } = begin({ A: wait({ Timestamp }) }, { input: { at: '2026-01-02T00:00:00Z' } });
      await untilEnd();
      expect(seconds()).toBe(waited);
    }
  });

  it('waits thirty days of virtual time at once', async () => {
    const { seconds, untilEnd } = begin({ A: wait({ Seconds: 30 * day }) });
    expect((await untilEnd()).status).toBe('SUCCEEDED');
    expect(seconds()).toBe(30 * day);
  });

  it('fails for seconds that are no whole number and for a text that is no time', async () => {
    for (const fields of [{ Seconds: '{% 1.5 %}' }, { Seconds: "{% '5' %}" }, { Timestamp: "{% 'tomorrow' %}" }]) {
      expect((await run({ A: wait(fields) })).error).toBe('States.QueryEvaluationError');
    }
  });
});

describe('Succeed', () => {
  it('ends the execution with its input or its Output', async () => {
    expect((await run({ A: { Type: 'Succeed' } }, { input: 5 })).output).toBe(5);
    const ended = await run({ A: { Type: 'Succeed', Output: { n: '{% $states.input %}' } } }, { input: 5 });
    expect([ended.status, ended.output]).toEqual(['SUCCEEDED', { n: 5 }]);
  });
});

describe('Fail', () => {
  it('ends the execution with Error and Cause, written or calculated', async () => {
    const ended = await run(
      { A: { Type: 'Fail', Error: 'Uncertain', Cause: "{% 'zone ' & $states.input %}" } },
      { input: 'a' },
    );
    expect([ended.status, ended.error, ended.cause]).toEqual(['FAILED', 'Uncertain', 'zone a']);
    expect(types(ended)).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });

  it('may have neither Error nor Cause', async () => {
    const ended = await run({ A: { Type: 'Fail' } });
    expect([ended.status, ended.error, ended.cause]).toEqual(['FAILED', undefined, undefined]);
  });

  it('ends FAILED, not TIMED_OUT, when its Error is States.Timeout', async () => {
    const ended = await run({ A: { Type: 'Fail', Error: 'States.Timeout' } });
    expect([ended.status, ended.error]).toEqual(['FAILED', 'States.Timeout']);
  });
});
