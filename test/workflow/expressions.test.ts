import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { directly } from '../../workflow/direct.ts';
import { unsure } from '../../workflow/direct-path.ts';
import { compile, type Sight } from '../../workflow/expression.ts';
import { functionsFrom } from '../../workflow/functions.ts';
import { plain } from '../../workflow/json.ts';
import { begin, pass, run, START, types } from './lab.ts';

/** What `{% text %}` gives with this input, or the error it ends with. */
async function answerOf(text: string, input: unknown = {}, start = {}): Promise<unknown> {
  const ended = await run({ A: pass({ v: `{% ${text} %}` }) }, { input, start });
  return ended.status === 'SUCCEEDED' ? (ended.output as { v: unknown }).v : ended.error;
}

describe('expressions', () => {
  it('fail the state with States.QueryEvaluationError when they return nothing', async () => {
    const ended = await run({ A: pass({ deep: [{ v: '{% $states.input.absent %}' }] }) });
    expect([ended.status, ended.error]).toEqual(['FAILED', 'States.QueryEvaluationError']);
    expect(ended.cause).toBe(
      "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$states.input.absent' specified for the field 'Output/deep[0]/v' returned nothing (undefined).",
    );
    expect(types(ended)).toContain('EvaluationFailed');
  });

  it('fail the state with States.QueryEvaluationError when they throw', async () => {
    const ended = await run({ A: pass("{% 1 + 'a' %}") });
    expect(ended.error).toBe('States.QueryEvaluationError');
    expect(ended.cause).toMatch(
      /threw an error during evaluation\. The right side of the "\+" operator must evaluate to/,
    );
  });

  it('may return null, but not a function', async () => {
    expect(await answerOf('$states.input.a', { a: null })).toBe(null);
    expect(await answerOf('function($x) { $x }')).toBe('States.QueryEvaluationError');
    expect(await answerOf('[$sum]')).toBe('States.QueryEvaluationError');
  });

  it('see $states.input and $states.context', async () => {
    const start = {
      name: 'run-1',
      executionArn: 'arn:e',
      stateMachineArn: 'arn:m',
      stateMachineName: 'm',
      roleArn: 'arn:r',
    };
    expect(await answerOf('$states.context', { a: 1 }, start)).toEqual({
      Execution: {
        Id: 'arn:e',
        Input: { a: 1 },
        Name: 'run-1',
        RoleArn: 'arn:r',
        StartTime: '2026-01-01T00:00:00.000Z',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:m', Name: 'm' },
      State: { Name: 'A', EnteredTime: '2026-01-01T00:00:00.000Z', RetryCount: 0 },
    });
  });

  it('do not hand the marks of JSONata sequences on to the next expression', async () => {
    const ended = await run(
      {
        A: pass(1, { Assign: { found: '{% $states.input.list[n > 1] %}' }, End: undefined, Next: 'B' }),
        B: pass('{% $found %}'),
      },
      { input: { list: [{ n: 1 }, { n: 2 }, { n: 3 }] } },
    );
    expect(ended.output).toEqual([{ n: 2 }, { n: 3 }]);
  });
});

describe("AWS's functions", () => {
  it('$partition cuts a list into pieces, and gives nothing for no pieces', async () => {
    expect(await answerOf('$partition([1,2,3,4,5], 2)')).toEqual([[1, 2], [3, 4], [5]]);
    expect(await answerOf('$partition([1,2,3,4,5], 2.9)')).toEqual([[1, 2], [3, 4], [5]]);
    expect(await answerOf('$partition([1], 0)')).toBe('States.QueryEvaluationError');
    expect(await answerOf('$partition([], 2)')).toBe('States.QueryEvaluationError');
  });

  it('$range counts from start to end, inclusive, by steps of either sign', async () => {
    expect(await answerOf('$range(0, 500, 100)')).toEqual([0, 100, 200, 300, 400, 500]);
    expect(await answerOf('$range(5, 0, -2)')).toEqual([5, 3, 1]);
    expect(await answerOf('$range(-1.7, 1, 1)')).toEqual([-1, 0, 1]);
    expect(await answerOf('$range(3, 3, 1)')).toBe(3);
    for (const wrong of ['$range(0, 5)', '$range(0, 5, 0)', '$range(0, 5, -1)']) {
      expect(await answerOf(wrong)).toBe('States.QueryEvaluationError');
    }
    expect(await answerOf('$count($range(1, 360145, 1))')).toBe(360_145);
    expect(await answerOf('$count($range(1, 360146, 1))')).toBe('States.QueryEvaluationError');
  });

  it('$hash gives hexadecimal digests by MD5, SHA-1, SHA-256, SHA-384, SHA-512', async () => {
    expect(await answerOf("$hash('abc', 'MD5')")).toBe('900150983cd24fb0d6963f7d28e17f72');
    expect(await answerOf("$hash('abc', 'SHA-1')")).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(await answerOf("$hash('abc', 'SHA-256')")).toBe(sha256);
    expect(await answerOf("$length($hash('abc', 'SHA-384'))")).toBe(96);
    expect(await answerOf("$length($hash('abc', 'SHA-512'))")).toBe(128);
    expect(await answerOf("$hash('abc', 'sha-256')")).toBe('States.QueryEvaluationError');
    expect(await answerOf("$hash('abc')")).toBe('States.QueryEvaluationError');
  });

  it('$random draws from the injected numbers, and from a seed always the same', async () => {
    expect(await answerOf('$random()', {}, { random: () => 0.25 })).toBe(0.25);
    const [one, other, another] = (await answerOf('[$random(7), $random(7), $random(8)]')) as number[];
    expect(one).toBe(other);
    expect(one).not.toBe(another);
    expect(one).toBeGreaterThanOrEqual(0);
    expect(one).toBeLessThan(1);
  });

  it('$uuid gives the injected identities, a new one each time', async () => {
    expect(await answerOf('[$uuid(), $uuid()]')).toEqual(['id-1', 'id-2']);
  });

  it('$parse reads JSON text', async () => {
    expect(await answerOf('$parse($states.input)', '{"a":[1]}')).toEqual({ a: [1] });
    expect(await answerOf('$parse($states.input)', '{')).toBe('States.QueryEvaluationError');
  });

  it('$now and $millis read the injected clock', async () => {
    const { execution, untilEnd } = begin({
      W: { Type: 'Wait', Seconds: 60, Next: 'A' },
      A: pass("{% [$now(), $millis(), $now('[Y0001]-[M01]-[D01] [H01]:[m01]', '+0200')] %}"),
    });
    await untilEnd();
    expect(execution.output).toEqual(['2026-01-01T00:01:00.000Z', START + 60_000, '2026-01-01 02:01']);
  });

  it('$shuffle mixes by the injected numbers', async () => {
    const mixed = await answerOf('$shuffle([1,2,3,4])', {}, { random: () => 0 });
    expect(mixed).toEqual([2, 3, 4, 1]);
  });

  it("keeps JSONata's own functions", async () => {
    expect(await answerOf("$sum($states.input.n) & '|' & $join($sort($keys({'b':1,'a':2})))", { n: [1, 2] })).toBe(
      '3|ab',
    );
  });
});

describe('the direct way for simple expressions', () => {
  const simple = [
    ...['$a', '$a.b', '$a.b.c', '$states.input', '$states.input.b.c', '$b.`b`', "'text'", '1', '-1', 'true', 'null'],
    ...['$a = $b', '$a != $b', '$a.b = 1', '$a < $b', '$a.b >= 1', '$a <= $b.c', '$a > 0', '$a and $b', '$a or $b.c'],
    ...["{ 'x': $a, 'y': $b.c }", "{ 'x': { 'y': $a } }", '[$a, 1]', '[$a.b, $b]', '[]', '{}', '($a.b)'],
    ...['$a ? 1 : 2', "$a = 'x' ? $b", '$exists($a)', '$exists($a.b.c)', '$not($a)', '$count($a) > 0', '$count($a.b)'],
    ...[
      '$a.b[0]',
      '$a.b[1].c',
      "$a.b[c = 'x']",
      '$a.b[c = 1].a',
      '[$a.b[c = true].a]',
      '$a[0]',
      '$a[1].b',
      '[$a, $b][0]',
      '$toMillis($a)',
      '$a ? $b.* : 1',
      '[$a, $b, $a.b]',
      '$millis()',
    ],
    ...['$append($a, $b)', '$append($a.b, [1, $b])', '$merge([$a, $b])', "$merge([$a, {'x': $b}])", '$merge($a.b)'],
    ...["$a in ['x', 1]", '$a in $b', "$a & 'x'", '$a + 1', '$a - $b', '$a.b = $b.b and $not($a = $b) or $exists($b)'],
  ];
  const json = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>('2026-01-01T03:00:00.250Z', null, true, false, 0, 1, 2, 'x', '', 'y'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('any'), { maxKeys: 3 }),
    ),
  })).any;

  it('is taken for all of them', () => {
    for (const text of simple) expect([text, directly(jsonata(text).ast()) !== undefined]).toEqual([text, true]);
  });

  it.each([
    '$a[b = 1].c',
    '$a[0][1]',
    '$a[$b]',
    '$a{b: c}',
    '$a^(b)',
    '$a.b[]',
    '$a#$i',
    '$a@$v',
    '$sum($a)',
    '$a.*',
    '[[1]]',
    '($x := 1; $x)',
  ])('is not taken for %s', (text) => {
    expect(directly(jsonata(text).ast())).toBe(undefined);
  });

  it('answers what JSONata would, whatever the variables hold', async () => {
    const functions = functionsFrom({ now: () => 0, random: () => 0, uuid: () => '' });
    const cases = fc.tuple(
      fc.constantFrom(...simple),
      fc.option(json, { nil: undefined }),
      fc.option(json, { nil: undefined }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([text, a, b]) => {
        const variables: Record<string, unknown> = { ...(a !== undefined && { a }), ...(b !== undefined && { b }) };
        const sight: Sight = { states: { input: a }, functions, variable: (name) => variables[name] };
        const direct = directly(jsonata(text).ast())?.(sight);
        if (direct === unsure) return;
        const asked = await jsonata(text).evaluate(undefined, { ...functions, ...variables, states: { input: a } });
        expect(direct).toEqual(plain(asked));
        expect(await compile(`{%${text}%}`, 'Output').evaluate(sight)).toEqual(plain(asked));
      }),
      { numRuns: 3000 },
    );
  });
});
