import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DRILL_OUTCOMES } from '../../core/drill/drill.ts';
import { retryable, terminal } from '../../core/errors.ts';
import { functions, pascal } from '../../functions/list.ts';
import { loadMachine } from '../../workflow/load.ts';

// It comes without types, and writes into what it is given.
const validate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  errors: { Message: string }[];
};

interface State {
  Type: string;
  TimeoutSeconds?: number;
  Arguments?: { FunctionName?: string };
  Retry?: { ErrorEquals: string[] }[];
  Catch?: { ErrorEquals: string[] }[];
}

const text = readFileSync(new URL('../../statemachines/drill.asl.yaml', import.meta.url), 'utf8');
const { States, TimeoutSeconds: longest } = parse(text) as { States: Record<string, State>; TimeoutSeconds: number };
const states = Object.entries(States);
const tasks = states.filter(([, { Type }]) => Type === 'Task');
const called = functions.filter(({ calledBy }) => calledBy === 'drills');

describe('drill.asl.yaml', () => {
  it('is accepted by our interpreter, its lint included, and by asl-validator', () => {
    const substitutions = Object.fromEntries(called.map(({ key }) => [pascal(key), key]));
    expect(loadMachine(parse(text), { substitutions, lint: true }).warnings).toEqual([]);
    // anchors make parts of it the same object; the validator changes what it reads
    const plain = JSON.parse(JSON.stringify(parse(text))) as unknown;
    expect(validate(plain).errors.map(({ Message }) => Message)).toEqual([]);
  });

  it('calls the functions of drills, and none of those that move anybody', () => {
    const names = [...new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name))].sort();
    expect(names).toEqual(called.map(({ key }) => pascal(key)).sort());
    const moving = called.filter(({ uses }) =>
      uses.some((use) => ['zones', 'zones, traffic only', 'clusters', 'inside'].includes(use)),
    );
    expect(moving).toEqual([]);
  });

  it('tries every retryable error again and never a terminal one, and has a way out of every task', () => {
    for (const [name, { Retry = [], Catch = [] }] of tasks) {
      const tried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      for (const error of terminal) expect(tried, name).not.toContain(error);
      for (const error of [...retryable, 'Lambda.TooManyRequestsException']) expect(tried, name).toContain(error);
      expect(Catch.at(-1)?.ErrorEquals, name).toEqual(['States.ALL']);
    }
  });

  it('ends every task after its function has ended by itself', () => {
    for (const [name, { TimeoutSeconds = 0, Arguments }] of tasks) {
      const one = called.find(({ key }) => Arguments?.FunctionName === `\${${pascal(key)}}`);
      expect(TimeoutSeconds, name).toBeGreaterThan(one?.timeoutSeconds ?? Number.NaN);
    }
  });

  it('outlives two of the longest legs and the longest bake', () => {
    expect(longest).toBeGreaterThan(3 * 7_200);
  });

  it('ends in every outcome of a drill', () => {
    const ends = states.filter(([, { Type }]) => Type === 'Succeed' || Type === 'Fail').map(([name]) => name);
    const others = ['CouldNotBegin', 'NothingToRehearse'];
    expect(ends.filter((name) => !others.includes(name)).sort()).toEqual([...DRILL_OUTCOMES].sort());
  });

  it('calls tasks what they do and choices what they ask', () => {
    for (const [name, { Type }] of states) {
      expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
      if (Type === 'Choice') expect(name).toMatch(/^(Is|Are|Was|Were|What)[A-Z]/);
    }
  });
});
