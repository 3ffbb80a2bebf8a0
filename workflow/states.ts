import { reservedErrors } from './errors.ts';
import type { FieldReader } from './fields.ts';
import type { Assignment, Block, Catcher, Exit, MapState, ParallelState, State, TaskState } from './machine.ts';
import type { Retrier } from './retry.ts';

/** Reads `StartAt` and `States`: the shape every block of a definition has. */
export function readBlock(reader: FieldReader, resources: readonly string[]): Block {
  const states = new Map<string, State>();
  const all = reader.inside('States');
  for (const name of Object.keys(all.fields)) {
    const state = readState(all.inside(name), name, resources);
    if (name.length > 80) all.wrong(name, 'is longer than 80 characters');
    if (state !== undefined) states.set(name, state);
  }
  return { startAt: reader.requiredText('StartAt'), states };
}

const everywhere = ['Type', 'Comment', 'QueryLanguage'];
const leading = ['Next', 'End', 'Assign', 'Output'];
const tried = ['Retry', 'Catch'];

const allowed: Readonly<Record<State['type'], readonly string[]>> = {
  Task: [...leading, ...tried, 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Choice: ['Choices', 'Default', 'Assign', 'Output'],
  Wait: [...leading, 'Seconds', 'Timestamp'],
  Pass: leading,
  Succeed: ['Output'],
  Fail: ['Error', 'Cause'],
  Parallel: [...leading, ...tried, 'Arguments', 'Branches'],
  Map: [...leading, ...tried, 'Items', 'ItemSelector', 'ItemProcessor', 'MaxConcurrency'],
};

function readState(reader: FieldReader, name: string, resources: readonly string[]): State | undefined {
  const type = reader.requiredText('Type') as State['type'];
  const fields = Object.hasOwn(allowed, type) ? allowed[type] : undefined;
  if (fields === undefined) {
    reader.wrong('Type', `must be one of ${Object.keys(allowed).join(', ')}, found ${JSON.stringify(type)}`);
    return undefined;
  }
  reader.only([...everywhere, ...fields], `a ${type} state`);
  if (reader.has('QueryLanguage') && reader.fields.QueryLanguage !== 'JSONata') {
    reader.wrong('QueryLanguage', 'must be JSONata');
  }
  switch (type) {
    case 'Task':
      return readTask(reader, name, resources);
    case 'Choice':
      return {
        type,
        name,
        rules: readRules(reader),
        default: reader.has('Default') ? readExit(reader, 'Default', '') : undefined,
      };
    case 'Wait':
      if (reader.has('Seconds') === reader.has('Timestamp'))
        reader.wrong('', 'needs exactly one of Seconds, Timestamp');
      return {
        type,
        name,
        ...readExit(reader, 'Next', ''),
        seconds: reader.numberOrExpression('Seconds', 0, 99_999_999),
        timestamp: readTimestamp(reader),
      };
    case 'Pass':
      return { type, name, ...readExit(reader, 'Next', '') };
    case 'Succeed':
      return { type, name, next: undefined, assign: [], output: reader.template('Output') };
    case 'Fail':
      reader.text('Error');
      reader.text('Cause');
      return { type, name, error: reader.template('Error'), cause: reader.template('Cause') };
    case 'Parallel':
      return readParallel(reader, name, resources);
    case 'Map':
      return readMap(reader, name, resources);
  }
}

const integration = /^arn:aws[a-z-]*:states:::([A-Za-z0-9-]+(?::[A-Za-z0-9-]+)?):([A-Za-z0-9]+)(\.waitForTaskToken)?$/;

function readTask(reader: FieldReader, name: string, resources: readonly string[]): TaskState {
  const resource = reader.requiredText('Resource');
  const parts = integration.exec(resource);
  if (reader.has('Resource') && (parts === null || !resources.includes(resource.replace('.waitForTaskToken', '')))) {
    reader.wrong('Resource', `is not supported by this interpreter: ${resource}`);
  }
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = reader.fields;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    reader.wrong('HeartbeatSeconds', `must be less than TimeoutSeconds (${timeout}), found ${heartbeat}`);
  }
  return {
    type: 'Task',
    name,
    ...readExit(reader, 'Next', ''),
    ...readTries(reader),
    resource,
    resourceType: parts?.[1] ?? '',
    action: `${parts?.[2] ?? ''}${parts?.[3] ?? ''}`,
    waitsForToken: parts?.[3] !== undefined,
    arguments: reader.template('Arguments'),
    timeoutSeconds: reader.numberOrExpression('TimeoutSeconds', 1, 99_999_999),
    heartbeatSeconds: reader.numberOrExpression('HeartbeatSeconds', 1, 99_999_999),
  };
}

function readRules(reader: FieldReader) {
  const rules = reader.each('Choices');
  if (rules.length === 0) reader.wrong('Choices', 'must list at least one rule');
  return rules.map((rule, at) => {
    rule.only(['Condition', 'Next', 'Assign', 'Output', 'Comment'], 'a choice rule');
    const { Condition: condition } = rule.fields;
    const template = rule.template('Condition', `Choices[${at}]/Condition`);
    if (template === undefined || (template.expressions.length === 0 && typeof condition !== 'boolean')) {
      rule.wrong('Condition', 'must be true, false or an expression {% … %}');
    }
    const always = { field: 'Condition', expressions: [], seesContext: false, evaluate: () => false };
    return { ...readExit(rule, 'rule', `Choices[${at}]/`), condition: template ?? always };
  });
}

function readTimestamp(reader: FieldReader) {
  const text = reader.text('Timestamp');
  const template = reader.template('Timestamp');
  if (text !== undefined && template?.expressions.length === 0 && timestampMs(text) === undefined) {
    reader.wrong('Timestamp', `must be an ISO 8601 time with T and Z or offset, found ${JSON.stringify(text)}`);
  }
  return template;
}

/** Milliseconds since the epoch of a time as AWS takes it (RFC 3339 with capital T and Z); undefined when it is not one. */
export function timestampMs(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

function readParallel(reader: FieldReader, name: string, resources: readonly string[]): ParallelState {
  const branches = reader.each('Branches').map((branch) => {
    branch.only(['StartAt', 'States', 'Comment'], 'a branch');
    return readBlock(branch, resources);
  });
  if (branches.length === 0) reader.wrong('Branches', 'must list at least one branch');
  return {
    type: 'Parallel',
    name,
    ...readExit(reader, 'Next', ''),
    ...readTries(reader),
    arguments: reader.template('Arguments'),
    branches,
  };
}

function readMap(reader: FieldReader, name: string, resources: readonly string[]): MapState {
  const processor = reader.inside('ItemProcessor');
  processor.only(['StartAt', 'States', 'Comment', 'ProcessorConfig'], 'an ItemProcessor');
  if (processor.has('ProcessorConfig')) {
    const config = processor.inside('ProcessorConfig');
    config.only(['Mode'], 'a ProcessorConfig');
    if (config.has('Mode') && config.fields.Mode !== 'INLINE') {
      config.wrong('Mode', `only INLINE is supported by this interpreter, found ${JSON.stringify(config.fields.Mode)}`);
    }
  }
  const items = reader.template('Items');
  if (items !== undefined && items.expressions.length === 0 && !Array.isArray(reader.fields.Items)) {
    reader.wrong('Items', 'must be a list or an expression {% … %}; objects are not supported by this interpreter');
  }
  return {
    type: 'Map',
    name,
    ...readExit(reader, 'Next', ''),
    ...readTries(reader),
    items,
    itemSelector: reader.template('ItemSelector'),
    maxConcurrency: reader.numberOrExpression('MaxConcurrency', 0, 99_999_999),
    processor: readBlock(processor, resources),
  };
}

/** `field` names where the way out stands: Next (with End as the other way), Default, or a rule's or catcher's Next. */
function readExit(reader: FieldReader, field: 'Next' | 'Default' | 'rule', place: string): Exit {
  const member = field === 'Default' ? 'Default' : 'Next';
  if (field === 'Next') {
    if (reader.has('End') && reader.fields.End !== true) reader.wrong('End', 'can only be true');
    if (reader.has('Next') === (reader.fields.End === true)) reader.wrong('', 'needs exactly one of Next, End: true');
  }
  const next = field === 'Next' ? reader.text(member) : reader.requiredText(member);
  return { next, assign: readAssign(reader, place), output: reader.template('Output', `${place}Output`) };
}

const variableName = /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u;

function readAssign(reader: FieldReader, place: string): Assignment {
  if (!reader.has('Assign')) return [];
  const assign = reader.inside('Assign');
  return Object.keys(assign.fields).map((name) => {
    if (name === 'states') assign.wrong(name, 'is reserved and cannot be assigned');
    else if (!variableName.test(name)) assign.wrong(name, 'is not a variable name (letters, digits, _; at most 80)');
    const value = assign.template(name, `${place}Assign/${name}`);
    return [name, value ?? { field: name, expressions: [], seesContext: false, evaluate: () => null }] as const;
  });
}

function readTries(reader: FieldReader): { retry: readonly Retrier[]; catch: readonly Catcher[] } {
  const retriers = reader.each('Retry');
  const catchers = reader.each('Catch');
  return {
    retry: retriers.map((retrier, at) => readRetrier(retrier, at === retriers.length - 1)),
    catch: catchers.map((catcher, at) => {
      catcher.only(['ErrorEquals', 'Next', 'Assign', 'Output', 'Comment'], 'a catcher');
      const errorEquals = readErrors(catcher, at === catchers.length - 1);
      return { errorEquals, ...readExit(catcher, 'rule', `Catch[${at}]/`) };
    }),
  };
}

function readRetrier(reader: FieldReader, isLast: boolean): Retrier {
  const known = ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy'];
  reader.only([...known, 'Comment'], 'a retrier');
  const jitter = reader.text('JitterStrategy') ?? 'NONE';
  if (jitter !== 'NONE' && jitter !== 'FULL') {
    reader.wrong('JitterStrategy', `must be NONE or FULL, found ${JSON.stringify(jitter)}`);
  }
  return {
    errorEquals: readErrors(reader, isLast),
    intervalSeconds: reader.number('IntervalSeconds', 1, 99_999_999, true) ?? 1,
    maxAttempts: reader.number('MaxAttempts', 0, 99_999_999, true) ?? 3,
    backoffRate: reader.number('BackoffRate', 1, 99_999_999, false) ?? 2,
    maxDelaySeconds: reader.number('MaxDelaySeconds', 1, 31_622_399, true),
    jitterStrategy: jitter === 'FULL' ? 'FULL' : 'NONE',
  };
}

function readErrors(reader: FieldReader, isLast: boolean): readonly string[] {
  const names = reader.fields.ErrorEquals;
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) {
    reader.wrong('ErrorEquals', 'must be a list of at least one error name');
    return [];
  }
  for (const name of names) {
    if (name.startsWith('States.') && !reservedErrors.has(name)) {
      reader.wrong('ErrorEquals', `${name} is not an error of the States Language`);
    }
  }
  if (names.includes('States.ALL') && (names.length > 1 || !isLast)) {
    reader.wrong('ErrorEquals', 'States.ALL must stand alone and in the last entry');
  }
  return names;
}
