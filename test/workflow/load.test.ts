import { describe, expect, it } from 'vitest';
import { type LoadOptions, loadMachine } from '../../workflow/load.ts';
import { MachineInvalid } from '../../workflow/machine.ts';
import { LAMBDA, machineOf, pass, task } from './lab.ts';

/** `path: message` of everything that is wrong. */
function problems(definition: unknown, options?: LoadOptions): string[] {
  try {
    loadMachine(definition, options);
  } catch (error) {
    if (error instanceof MachineInvalid) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

function ofStates(states: Record<string, unknown>, options?: LoadOptions): string[] {
  return problems({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states }, options);
}

const placeholder = (name: string) => `$\{${name}}`;

describe('loadMachine', () => {
  it('lists every problem of a definition at once, each with its path', () => {
    const found = ofStates({
      A: { Type: 'Pass', Next: 'Nowhere', Result: 1 },
      B: { Type: 'Wait', End: true },
      C: task('{% $x[ %}', { Retry: [{ ErrorEquals: ['X'], MaxAttempts: '3' }] }),
    });
    expect(found).toEqual([
      '/States/A/Result: belongs to JSONPath; only JSONata is supported here',
      '/States/B: needs exactly one of Seconds, Timestamp',
      '/States/C/Retry[0]/MaxAttempts: must be a whole number from 0 to 99999999, found "3"',
      expect.stringMatching(/^\/States\/C\/Arguments\/Payload: INVALID_JSONATA_EXPRESSION: /),
      '/States/A/Next: leads to "Nowhere", which is not a state of this block',
      '/States/B: is never reached',
      '/States/C: is never reached',
    ]);
  });

  it('refuses JSONPath, whether it is chosen or only not left', () => {
    const states = { A: pass(1) };
    for (const QueryLanguage of [undefined, 'JSONPath', 'jsonata']) {
      const found = problems({ QueryLanguage, StartAt: 'A', States: states });
      expect(found).toEqual(['/QueryLanguage: must be JSONata (JSONPath, the default, is not supported)']);
    }
    expect(ofStates({ A: pass(1, { QueryLanguage: 'JSONPath' }) })).toEqual([
      '/States/A/QueryLanguage: must be JSONata',
    ]);
  });

  it.each(['InputPath', 'OutputPath', 'ResultPath', 'Parameters', 'ResultSelector', 'Result', 'SecondsPath'])(
    'refuses the JSONPath field %s',
    (field) => {
      expect(ofStates({ A: pass(1, { [field]: '$.a' }) })).toEqual([
        `/States/A/${field}: belongs to JSONPath; only JSONata is supported here`,
      ]);
    },
  );

  it('refuses a field the state type does not have', () => {
    expect(ofStates({ A: pass(1, { TimeoutSeconds: 5 }) })).toEqual([
      '/States/A/TimeoutSeconds: is not a field of a Pass state',
    ]);
    expect(ofStates({ A: pass(1, { Catch: [] }) })).toEqual(['/States/A/Catch: is not a field of a Pass state']);
    expect(ofStates({ A: { Type: 'Fail', End: true } })).toEqual(['/States/A/End: is not a field of a Fail state']);
    expect(problems({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: pass(1) }, Owner: 'me' })).toEqual([
      '/Owner: is not a field of a state machine',
    ]);
  });

  it('refuses a state type it does not know', () => {
    expect(ofStates({ A: { Type: 'Loop', End: true } })[0]).toBe(
      '/States/A/Type: must be one of Task, Choice, Wait, Pass, Succeed, Fail, Parallel, Map, found "Loop"',
    );
  });

  it('refuses a resource the runner cannot do', () => {
    const sns = 'arn:aws:states:::sns:publish';
    const notSupported = (resource: string) => [
      `/States/A/Resource: is not supported by this interpreter: ${resource}`,
    ];
    expect(ofStates({ A: task(1, { Resource: sns }) })).toEqual(notSupported(sns));
    expect(ofStates({ A: task(1, { Resource: sns }) }, { resources: [sns] })).toEqual([]);
    expect(ofStates({ A: task(1, { Resource: `${LAMBDA}.waitForTaskToken` }) })).toEqual([]);
    for (const resource of [
      'arn:aws:lambda:eu-west-1:123456789012:function:f',
      'arn:aws:states:eu-west-1:123456789012:activity:a',
      'arn:aws:states:::states:startExecution.sync:2',
    ]) {
      expect(ofStates({ A: task(1, { Resource: resource }) })).toEqual(notSupported(resource));
    }
  });

  it.each(['Credentials', 'ItemReader', 'ItemBatcher', 'ResultWriter', 'ToleratedFailureCount', 'Iterator'])(
    'refuses %s, which it does not do',
    (field) => {
      expect(ofStates({ A: pass(1, { [field]: {} }) })[0]).toMatch(/: not supported by this interpreter$/);
    },
  );

  it('refuses a Distributed Map', () => {
    const ItemProcessor = { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'B', States: { B: pass(1) } };
    expect(ofStates({ A: { Type: 'Map', End: true, ItemProcessor } })).toEqual([
      '/States/A/ItemProcessor/ProcessorConfig/Mode: only INLINE is supported by this interpreter, found "DISTRIBUTED"',
    ]);
  });

  it('refuses an object as Items', () => {
    const ItemProcessor = { StartAt: 'B', States: { B: pass(1) } };
    expect(ofStates({ A: { Type: 'Map', End: true, Items: { a: 1 }, ItemProcessor } })).toEqual([
      '/States/A/Items: must be a list or an expression {% … %}; objects are not supported by this interpreter',
    ]);
  });

  it('refuses ways that lead nowhere: StartAt, Next, Default, a rule, a catcher', () => {
    const found = problems({
      QueryLanguage: 'JSONata',
      StartAt: 'Gone',
      States: { A: pass(1) },
    });
    expect(found).toEqual(['/StartAt: there is no state "Gone" here']);
    const choice = { Type: 'Choice', Choices: [{ Condition: true, Next: 'X' }], Default: 'Y' };
    expect(ofStates({ A: { ...pass(1), End: undefined, Next: 'B' }, B: choice })).toEqual([
      '/States/B/Choices[0]/Next: leads to "X", which is not a state of this block',
      '/States/B/Default: leads to "Y", which is not a state of this block',
    ]);
    expect(ofStates({ A: task(1, { Catch: [{ ErrorEquals: ['E'], Next: 'Z' }] }) })).toEqual([
      '/States/A/Catch[0]/Next: leads to "Z", which is not a state of this block',
    ]);
  });

  it('refuses a way out of a branch into the machine around it', () => {
    const inside = { Type: 'Pass', Next: 'After' };
    expect(
      ofStates({
        A: { Type: 'Parallel', Next: 'After', Branches: [{ StartAt: 'In', States: { In: inside } }] },
        After: pass(1),
      }),
    ).toEqual(['/States/A/Branches[0]/States/In/Next: leads to "After", which is not a state of this block']);
  });

  it('refuses a state that nothing leads to, and a loop without an end', () => {
    expect(ofStates({ A: pass(1), B: pass(2) })).toEqual(['/States/B: is never reached']);
    expect(ofStates({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } })).toEqual([
      '/States: no state ends this block',
    ]);
  });

  it('refuses two states of one name, also in different blocks', () => {
    const branch = { StartAt: 'A', States: { A: pass(1) } };
    expect(ofStates({ A: { Type: 'Parallel', End: true, Branches: [branch] } })).toEqual([
      '/States/A/Branches[0]/States/A: another state has this name',
    ]);
  });

  it('refuses both or neither of Next and End', () => {
    const wanted = '/States/A: needs exactly one of Next, End: true';
    expect(ofStates({ A: { Type: 'Pass' } })).toContain(wanted);
    expect(ofStates({ A: { Type: 'Pass', Next: 'A', End: true } })).toContain(wanted);
    expect(ofStates({ A: { Type: 'Pass', End: false } })).toContain('/States/A/End: can only be true');
  });

  it('refuses an expression that does not parse, or is wrapped on one side only', () => {
    expect(ofStates({ A: pass('{% $a ?? 1 %}') })[0]).toMatch(/^\/States\/A\/Output: INVALID_JSONATA_EXPRESSION: /);
    expect(ofStates({ A: pass({ list: [1, '{% $a'] }) })).toEqual([
      '/States/A/Output/list[1]: not wrapped in {% and %} on both sides: {% $a',
    ]);
  });

  it('refuses $eval, $$ and names without a $ at the top level', () => {
    expect(ofStates({ A: pass('{% $eval("1") %}') })).toEqual([
      "/States/A/Output: UNSUPPORTED_JSONATA_EXPRESSION: '$eval' is not supported; use $parse",
    ]);
    expect(ofStates({ A: pass('{% $$.a %}') })).toEqual([
      "/States/A/Output: UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported.",
    ]);
    expect(ofStates({ A: pass('{% $count(phone) %}') })).toEqual([
      "/States/A/Output: UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported.",
    ]);
    const inItems = '{% $states.input.items[value > 3].{ "v": value } %}';
    expect(ofStates({ A: pass(inItems), ...{} })).toEqual([]);
    expect(ofStates({ A: pass('{% $states.input.items^(>price).name %}') })).toEqual([]);
    expect(ofStates({ A: pass('{% $map([1], function($x) { loose }) %}') })[0]).toMatch(/'loose' at the top level/);
  });

  it('refuses $states.result and $states.errorOutput where AWS does not give them', () => {
    expect(ofStates({ A: pass('{% $states.result %}') })).toEqual([
      '/States/A/Output: $states.result does not exist here',
    ]);
    expect(ofStates({ A: task('{% $states.result %}') })).toEqual([
      '/States/A/Arguments/Payload: $states.result does not exist here',
    ]);
    expect(ofStates({ A: task(1, { Output: '{% $states.errorOutput %}' }) })).toEqual([
      '/States/A/Output: $states.errorOutput does not exist here',
    ]);
    const Catch = [
      { ErrorEquals: ['E'], Next: 'B', Output: '{% $states.result %}', Assign: { e: '{% $states.errorOutput %}' } },
    ];
    expect(ofStates({ A: task(1, { Catch }), B: pass(1) })).toEqual([
      '/States/A/Catch[0]/Output: $states.result does not exist here',
    ]);
    expect(ofStates({ A: pass('{% $states.elsewhere %}') })).toEqual([
      '/States/A/Output: $states.elsewhere does not exist here',
    ]);
  });

  it('refuses wrong types and numbers out of range', () => {
    expect(ofStates({ A: { Type: 'Wait', Seconds: 1.5, End: true } })).toEqual([
      '/States/A/Seconds: must be a whole number from 0 to 99999999, found 1.5',
    ]);
    expect(ofStates({ A: { Type: 'Wait', Seconds: '60', End: true } })).toEqual([
      '/States/A/Seconds: must be a number or an expression {% … %}, found "60"',
    ]);
    expect(ofStates({ A: { Type: 'Wait', Timestamp: '2026-01-01', End: true } })[0]).toMatch(/ISO 8601/);
    expect(ofStates({ A: task(1, { TimeoutSeconds: 0 }) })).toHaveLength(1);
    expect(ofStates({ A: task(1, { Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] }) })).toHaveLength(1);
    expect(ofStates({ A: task(1, { Retry: [{ ErrorEquals: ['E'], MaxDelaySeconds: 31_622_400 }] }) })).toHaveLength(1);
    expect(ofStates({ A: task(1, { Retry: [{ ErrorEquals: ['E'], JitterStrategy: 'HALF' }] }) })).toHaveLength(1);
    const condition = { Type: 'Choice', Choices: [{ Condition: 'yes', Next: 'B' }], Default: 'B' };
    expect(ofStates({ A: condition, B: pass(1) })).toEqual([
      '/States/A/Choices[0]/Condition: must be true, false or an expression {% … %}',
    ]);
    expect(
      problems({ QueryLanguage: 'JSONata', StartAt: 'A', States: { A: pass(1) }, TimeoutSeconds: '60' }),
    ).toHaveLength(1);
    expect(problems('{}')).toContain('/: must be an object, found a string');
  });

  it('refuses HeartbeatSeconds that are not less than TimeoutSeconds', () => {
    expect(ofStates({ A: task(1, { TimeoutSeconds: 60, HeartbeatSeconds: 60 }) })).toEqual([
      '/States/A/HeartbeatSeconds: must be less than TimeoutSeconds (60), found 60',
    ]);
    expect(ofStates({ A: task(1, { TimeoutSeconds: 61, HeartbeatSeconds: 60 }) })).toEqual([]);
  });

  it('refuses States.ALL in company or before the end, and reserved names that do not exist', () => {
    const retry = (...lists: string[][]) =>
      ofStates({ A: task(1, { Retry: lists.map((ErrorEquals) => ({ ErrorEquals })) }) });
    expect(retry(['States.ALL'], ['E'])).toHaveLength(1);
    expect(retry(['E', 'States.ALL'])).toHaveLength(1);
    expect(retry(['E'], ['States.ALL'])).toEqual([]);
    expect(retry(['States.Timedout'])).toEqual([
      '/States/A/Retry[0]/ErrorEquals: States.Timedout is not an error of the States Language',
    ]);
    expect(retry([])).toHaveLength(1);
  });

  it('refuses a placeholder without a value', () => {
    const states = { A: task(1, { Arguments: { FunctionName: `${placeholder('Steer')}-${placeholder('stage')}` } }) };
    expect(ofStates(states, { substitutions: { Steer: 'arn:steer' } })).toEqual([
      `/States/A/Arguments/FunctionName: ${placeholder('stage')} has no value`,
    ]);
  });

  it('puts substitutions into every string', () => {
    const machine = machineOf(
      { A: pass(placeholder('Name')) },
      { Comment: `for ${placeholder('Name')}` },
      { substitutions: { Name: 'shop' } },
    );
    expect(machine.comment).toBe('for shop');
    expect(machine.definition).toMatchObject({ States: { A: { Output: 'shop' } } });
  });

  it('refuses to assign in a branch what the machine around it assigns', () => {
    const branch = { StartAt: 'In', States: { In: pass(1, { Assign: { mine: 1, epoch: 2 } }) } };
    expect(
      ofStates({
        A: { Type: 'Pass', Assign: { epoch: 1 }, Next: 'B' },
        B: { Type: 'Parallel', End: true, Branches: [branch] },
      }),
    ).toEqual([
      '/States/B/Branches[0]/States/In/Next: epoch belongs to an outer scope, which an inner one reads but cannot assign',
    ]);
  });

  it('refuses names that are no variable names, and states', () => {
    expect(ofStates({ A: pass(1, { Assign: { 'a.b': 1, states: 2, épreuve: 3, _x1: 4 } }) })).toEqual([
      '/States/A/Assign/a.b: is not a variable name (letters, digits, _; at most 80)',
      '/States/A/Assign/states: is reserved and cannot be assigned',
    ]);
  });

  it('warns of a Task without a time-out, a variable nobody assigns, a substitution nobody uses', () => {
    const states = { A: task('{% $pair %}', { Assign: { pears: '{% $count([1]) %}' } }) };
    const machine = machineOf(states, {}, { substitutions: { Unused: 'x' } });
    expect(machine.warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      '/: the substitution Unused is not used',
      '/States/A: a Task without TimeoutSeconds waits almost for ever',
      '/States/A/Arguments/Payload: $pair is never assigned',
    ]);
  });

  it('refuses with lint what it otherwise warns of', () => {
    expect(ofStates({ A: task(1) }, { lint: true })).toHaveLength(1);
    expect(ofStates({ A: task(1, { TimeoutSeconds: 60 }) }, { lint: true })).toEqual([]);
  });
});
