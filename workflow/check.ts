import { functionNames } from './functions.ts';
import type { Assignment, Block, Exit, Problem, State } from './machine.ts';
import type { Template } from './template.ts';

/**
 * What can only be seen from several states together: where every way leads, who is never reached, and who sees which
 * variable. AWS refuses all of `problems` when the machine is created; `warnings` it finds out at run time.
 */
export function checkBlock(block: Block, path: string, problems: Problem[], warnings: Problem[]): void {
  checkNames(block, path, problems, new Set());
  checkWays(block, path, problems);
  checkVariables(block, path, problems, warnings, new Set());
}

/** A state's name is its only identity in events, so it is unique in the whole machine. */
function checkNames(block: Block, path: string, problems: Problem[], seen: Set<string>): void {
  for (const state of block.states.values()) {
    const at = `${path}/States/${state.name}`;
    if (seen.has(state.name)) problems.push({ path: at, message: 'another state has this name' });
    seen.add(state.name);
    for (const [inner, place] of innerBlocks(state)) checkNames(inner, `${at}/${place}`, problems, seen);
  }
}

function checkWays(block: Block, path: string, problems: Problem[]): void {
  const starts = block.states.has(block.startAt);
  if (!starts) {
    problems.push({ path: `${path}/StartAt`, message: `there is no state ${JSON.stringify(block.startAt)} here` });
  }
  // A way to nowhere is told as such; where the block would end is then anybody's guess.
  let ends = !starts;
  const reached = new Set([block.startAt]);
  for (const name of reached) {
    const state = block.states.get(name);
    if (state === undefined) continue;
    if (state.type === 'Fail') ends = true;
    for (const [exit, place] of exitsOf(state)) {
      if (exit.next === undefined) ends = true;
      else if (block.states.has(exit.next)) reached.add(exit.next);
      else {
        ends = true;
        const message = `leads to ${JSON.stringify(exit.next)}, which is not a state of this block`;
        problems.push({ path: `${path}/States/${name}/${place}`, message });
      }
    }
  }
  for (const state of block.states.values()) {
    const at = `${path}/States/${state.name}`;
    if (starts && !reached.has(state.name)) problems.push({ path: at, message: 'is never reached' });
    for (const [inner, place] of innerBlocks(state)) checkWays(inner, `${at}/${place}`, problems);
  }
  if (!ends && block.states.size > 0) problems.push({ path: `${path}/States`, message: 'no state ends this block' });
}

function checkVariables(
  block: Block,
  path: string,
  problems: Problem[],
  warnings: Problem[],
  outer: ReadonlySet<string>,
): void {
  const own = new Set<string>();
  for (const state of block.states.values()) {
    for (const [exit, place] of exitsOf(state)) {
      for (const [name] of exit.assign) {
        own.add(name);
        if (!outer.has(name)) continue;
        const message = `${name} belongs to an outer scope, which an inner one reads but cannot assign`;
        problems.push({ path: `${path}/States/${state.name}/${place}`, message });
      }
    }
  }
  const visible = new Set([...outer, ...own]);
  for (const state of block.states.values()) {
    const at = `${path}/States/${state.name}`;
    if (state.type === 'Task' && state.timeoutSeconds === undefined) {
      warnings.push({ path: at, message: 'a Task without TimeoutSeconds waits almost for ever' });
    }
    for (const [template, given] of templatesOf(state)) {
      for (const expression of template.expressions) {
        for (const member of expression.ofStates) {
          if (given.includes(member) || member === '*') continue;
          problems.push({ path: `${at}/${expression.field}`, message: `$states.${member} does not exist here` });
        }
        for (const name of expression.reads) {
          if (visible.has(name) || known.has(name)) continue;
          warnings.push({ path: `${at}/${expression.field}`, message: `$${name} is never assigned` });
        }
      }
    }
    for (const [inner, place] of innerBlocks(state)) {
      checkVariables(inner, `${at}/${place}`, problems, warnings, visible);
    }
  }
}

function innerBlocks(state: State): (readonly [Block, string])[] {
  if (state.type === 'Map') return [[state.processor, 'ItemProcessor']];
  return state.type === 'Parallel' ? state.branches.map((branch, at) => [branch, `Branches[${at}]`]) : [];
}

/** Every way out of a state, with the place that names it. */
function exitsOf(state: State): (readonly [Exit, string])[] {
  switch (state.type) {
    case 'Fail':
      return [];
    case 'Choice': {
      const rules = state.rules.map((rule, at) => [rule, `Choices[${at}]/Next`] as const);
      return state.default === undefined ? rules : [...rules, [state.default, 'Default']];
    }
    case 'Task':
    case 'Parallel':
    case 'Map':
      return [[state, 'Next'], ...state.catch.map((catcher, at) => [catcher, `Catch[${at}]/Next`] as const)];
    default:
      return [[state, 'Next']];
  }
}

const before = ['input', 'context'];
const afterwards = ['input', 'context', 'result'];
const caught = ['input', 'context', 'errorOutput'];

/** Every template of a state with the members of `$states` it may use. */
function templatesOf(state: State): (readonly [Template, readonly string[]])[] {
  const found: (readonly [Template, readonly string[]])[] = [];
  const add = (given: readonly string[], ...templates: (Template | undefined)[]) => {
    for (const template of templates) if (template !== undefined) found.push([template, given]);
  };
  const addExit = (given: readonly string[], exit: { assign: Assignment; output: Template | undefined }) =>
    add(given, exit.output, ...exit.assign.map(([, value]) => value));
  switch (state.type) {
    case 'Fail':
      add(before, state.error, state.cause);
      return found;
    case 'Choice':
      for (const rule of state.rules) {
        add(before, rule.condition);
        addExit(before, rule);
      }
      if (state.default !== undefined) addExit(before, state.default);
      return found;
    case 'Wait':
      add(before, state.seconds, state.timestamp);
      break;
    case 'Task':
      add(before, state.arguments, state.timeoutSeconds, state.heartbeatSeconds);
      break;
    case 'Parallel':
      add(before, state.arguments);
      break;
    case 'Map':
      add(before, state.items, state.itemSelector, state.maxConcurrency);
      break;
    default:
      break;
  }
  const hasResult = state.type === 'Task' || state.type === 'Parallel' || state.type === 'Map';
  addExit(hasResult ? afterwards : before, state);
  if (hasResult) for (const catcher of state.catch) addExit(caught, catcher);
  return found;
}

/** Names that are functions, or `$` itself. */
const known: ReadonlySet<string> = new Set([
  ...['states', ''],
  ...functionNames,
  ...'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim'.split(
    ' ',
  ),
  ...'pad match contains replace split join formatNumber formatBase formatInteger parseInteger number floor'.split(' '),
  ...'ceil round abs sqrt power boolean not map zip filter single reduce sift keys lookup append exists'.split(' '),
  ...'spread merge reverse each error assert type sort distinct base64encode base64decode encodeUrlComponent'.split(
    ' ',
  ),
  ...'encodeUrl decodeUrlComponent decodeUrl toMillis fromMillis clone'.split(' '),
]);
