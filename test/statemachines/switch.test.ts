import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { retryable, terminal } from '../../core/errors.ts';
import { OUTCOMES } from '../../core/record.ts';
import { functions, pascal } from '../../functions/list.ts';
import { steps } from '../../functions/steps.ts';
import { loadMachine } from '../../workflow/load.ts';

// It comes without types, and writes into what it is given.
const validate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  errors: { Message: string }[];
};

interface State {
  Type: string;
  Next?: string;
  Default?: string;
  Comment?: string;
  Resource?: string;
  TimeoutSeconds?: number;
  HeartbeatSeconds?: number;
  Arguments?: { FunctionName?: string };
  Retry?: { ErrorEquals: string[] }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  Choices?: { Next: string }[];
  Branches?: { States: Record<string, State> }[];
  ItemProcessor?: { States: Record<string, State> };
}

const text = readFileSync(new URL('../../statemachines/switch.asl.yaml', import.meta.url), 'utf8');
const definition = parse(text) as { States: Record<string, State> };
const substitutions = Object.fromEntries(
  Object.keys(steps).flatMap((key) => (text.includes(`\${${pascal(key)}}`) ? [[pascal(key), key]] : [])),
);

/** Every state of the machine, those inside branches and maps too. */
const states = allOf(definition.States);
const tasks = states.filter(([, { Type }]) => Type === 'Task');

function allOf(block: Record<string, State>): [string, State][] {
  return Object.entries(block).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap((branch) => allOf(branch.States)),
    ...allOf(state.ItemProcessor?.States ?? {}),
  ]);
}

/** Names of errors that our code raises: every class that says its name as a literal. */
const raised = new Set(
  ['core', 'functions', 'adapters'].flatMap((folder) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => {
        const source = readFileSync(new URL(`../../${folder}/${file}`, import.meta.url), 'utf8');
        return [...source.matchAll(/override readonly name = '(\w+)'/g)].map(([, name = '']) => name);
      }),
  ),
);

describe('switch.asl.yaml', () => {
  it('is accepted by our interpreter, its lint included, and by asl-validator', () => {
    expect(loadMachine(parse(text), { substitutions, lint: true }).warnings).toEqual([]);
    // anchors make parts of it the same object; the validator changes what it reads
    const plain = JSON.parse(JSON.stringify(parse(text))) as unknown;
    expect(validate(structuredClone(plain)).errors.map(({ Message }) => Message)).toEqual([]);
  });

  it('calls every function that nothing else calls, and no other', () => {
    const called = [...new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name))].sort();
    const known = functions.filter(({ calledBy }) => calledBy === undefined);
    expect(called).toEqual(known.map(({ key }) => pascal(key)).sort());
  });

  it('matches only errors that our functions, Lambda or the States Language can raise', () => {
    const matched = states.flatMap(([name, { Retry = [], Catch = [] }]) =>
      [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals.map((error) => [name, error] as const)),
    );
    expect(matched.filter(([, error]) => !/^(States|Lambda)\./.test(error) && !raised.has(error))).toEqual([]);
  });

  it('raises what core/errors.ts lists', () => {
    expect([...retryable, ...terminal].filter((error) => !raised.has(error))).toEqual([]);
  });

  it('tries every retryable error again where it tries anything again, and never a terminal one', () => {
    for (const [name, { Retry = [] }] of states) {
      const tried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      for (const error of terminal) expect(tried, name).not.toContain(error);
      if (tried.length > 0) for (const error of retryable) expect(tried, name).toContain(error);
      // who times out may still have an effect on its way: nothing of that is simply tried again
      expect(tried, name).not.toContain('States.ALL');
      expect(tried, name).not.toContain('States.Timeout');
      expect(tried, name).not.toContain('States.TaskFailed');
    }
  });

  it('tries again when Lambda has no room for a function, wherever it tries again', () => {
    for (const [name, { Retry = [] }] of tasks) {
      if (Retry.length === 0) continue;
      expect(
        Retry.flatMap(({ ErrorEquals }) => ErrorEquals),
        name,
      ).toContain('Lambda.TooManyRequestsException');
    }
  });

  it('ends every task in time, and after its function has ended by itself', () => {
    for (const [name, { TimeoutSeconds = 0, Arguments, Resource, HeartbeatSeconds }] of tasks) {
      // a person's time: longer than the topology allows, and without a watch to keep it alive it ends sooner
      if (Resource?.endsWith('.waitForTaskToken'))
        expect({ HeartbeatSeconds, TimeoutSeconds }, name).toEqual({ HeartbeatSeconds: 300, TimeoutSeconds: 3900 });
      const key = Object.keys(steps).find((one) => Arguments?.FunctionName === `\${${pascal(one)}}`);
      const { timeoutSeconds } = functions.find((one) => one.key === key) ?? { timeoutSeconds: Number.NaN };
      expect(TimeoutSeconds, name).toBeGreaterThan(timeoutSeconds);
    }
  });

  it('has a way out of every task when it fails for good: a Catch of its own, or of what it is in', () => {
    const inner = new Set(
      states.flatMap(([, { Branches = [], ItemProcessor, Catch }]) =>
        Catch?.at(-1)?.ErrorEquals.includes('States.ALL') === true
          ? [...Branches.flatMap((branch) => allOf(branch.States)), ...allOf(ItemProcessor?.States ?? {})].map(
              ([name]) => name,
            )
          : [],
      ),
    );
    const without = tasks.filter(([name, { Catch }]) => Catch === undefined && !inner.has(name)).map(([name]) => name);
    expect(without).toEqual([]);
    for (const [name, { Catch }] of states)
      if (Catch !== undefined) expect(Catch.at(-1)?.ErrorEquals, name).toEqual(['States.ALL']);
  });

  it('catches Superseded before everything else, wherever a zone or a cluster is changed', () => {
    const changing = [
      'Judge',
      'Claim',
      'Fence',
      'FindGoal',
      'Prepare',
      'Own',
      'RaiseAnnotations',
      'Steer',
      'Verify',
      'Commit',
    ];
    for (const [name, { Catch = [] }] of states)
      if (changing.includes(name)) expect(Catch[0]?.ErrorEquals, name).toEqual(['Superseded']);
  });

  it('leads to Held only from before the point of no return: no error of Steer or later does', () => {
    const after = ['Steer', 'Verify', 'JudgeStep', 'OwnTheDead', 'FindGoal'];
    for (const [name, { Catch = [] }] of states)
      if (after.includes(name)) expect(Catch.at(-1)?.Next, name).toBe('StopAndSay');
  });

  it('ends in every outcome of the design and in no other, Uncertain as the only failure', () => {
    const ends = Object.entries(definition.States).filter(([, { Type }]) => Type === 'Succeed' || Type === 'Fail');
    expect(
      ends
        .map(([name]) => name)
        .filter((name) => name !== 'CouldNotBegin')
        .sort(),
    ).toEqual([...OUTCOMES].sort());
    expect(ends.filter(([, { Type }]) => Type === 'Fail').map(([name]) => name)).toEqual(['Uncertain']);
  });

  it('calls tasks what they do and choices what they ask', () => {
    for (const [name, { Type }] of states) {
      expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
      if (Type === 'Choice') expect(name).toMatch(/^(Is|Are|Was|Were|What)[A-Z]/);
    }
  });
});
