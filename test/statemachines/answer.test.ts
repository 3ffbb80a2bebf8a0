import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { retryable, terminal } from '../../core/errors.ts';
import { functions, pascal } from '../../functions/list.ts';
import { loadMachine } from '../../workflow/load.ts';

// It comes without types, and writes into what it is given.
const validate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  errors: { Message: string }[];
};

const text = readFileSync(new URL('../../statemachines/answer.asl.yaml', import.meta.url), 'utf8');
const { States } = parse(text) as {
  States: Record<string, { TimeoutSeconds: number; Retry: { ErrorEquals: string[] }[] }>;
};
const called = functions.filter(({ calledBy }) => calledBy === 'answers');

describe('answer.asl.yaml', () => {
  it('is accepted by our interpreter, its lint included, and by asl-validator', () => {
    const substitutions = Object.fromEntries(called.map(({ key }) => [pascal(key), key]));
    expect(loadMachine(parse(text), { substitutions, lint: true }).warnings).toEqual([]);
    expect(validate(parse(text)).errors.map(({ Message }) => Message)).toEqual([]);
  });

  it('calls one function, which can read and write notes and wake a run, and nothing else', () => {
    expect([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name)).toEqual(['Answer']);
    expect(called.map(({ key, uses }) => [key, uses])).toEqual([['answer', ['notes', 'waiting']]]);
  });

  it('tries every retryable error again and never a terminal one, after the function has ended by itself', () => {
    const { Retry = [], TimeoutSeconds = 0 } = States.Answer ?? {};
    const tried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
    for (const error of terminal) expect(tried).not.toContain(error);
    for (const error of [...retryable, 'Lambda.TooManyRequestsException']) expect(tried).toContain(error);
    expect(TimeoutSeconds).toBeGreaterThan(called[0]?.timeoutSeconds ?? Number.NaN);
  });
});
