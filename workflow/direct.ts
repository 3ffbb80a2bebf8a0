import { type Direct, hasOnlyKnownMembers, indexed, path, type Tree, unsure, variable } from './direct-path.ts';
import type { Sight } from './expression.ts';

/**
 * The simple expressions, which are most of a state machine, without JSONata's machinery: a path from a variable, literals,
 * comparisons, sums, and/or, conditions, a few functions, objects and lists of those. Wherever JSONata does something
 * clever (an array in the middle of a path, a type it would convert or refuse), the answer is `unsure` and JSONata is asked.
 */
/** Undefined when the expression, or any part of it, is not one of the simple ones. */
export function directly(node: unknown): Direct | undefined {
  return indexed(node as Tree, unindexed);
}

function unindexed(tree: Tree): Direct | undefined {
  if (!hasOnlyKnownMembers(tree)) return undefined;
  switch (tree.type as string) {
    case 'string':
    case 'number':
    case 'value': {
      const constant: unknown = tree.value;
      return () => constant;
    }
    case 'variable':
      return variable(String(tree.value));
    case 'path':
      return path(tree.steps ?? []);
    case 'block':
      return tree.expressions?.length === 1 ? directly(tree.expressions[0]) : undefined;
    case 'condition':
      return condition(tree);
    case 'unary':
      if (String(tree.value) === '{') return object(tree.lhs as [Tree, Tree][]);
      return String(tree.value) === '[' ? list(tree.expressions ?? []) : undefined;
    case 'binary':
      return binary(String(tree.value), directly(tree.lhs), directly(tree.rhs));
    case 'function':
      return call(tree);
    default:
      return undefined;
  }
}

function object(pairs: readonly [Tree, Tree][]): Direct | undefined {
  const members: [string, Direct][] = [];
  for (const [key, tree] of pairs) {
    const value = directly(tree);
    if ((key.type as string) !== 'string' || value === undefined) return undefined;
    members.push([String(key.value), value]);
  }
  if (new Set(members.map(([key]) => key)).size < members.length) return undefined;
  return (sight) => {
    const built: Record<string, unknown> = {};
    for (const [key, member] of members) {
      const value = member(sight);
      if (value === unsure) return unsure;
      if (value !== undefined) built[key] = value;
    }
    return built;
  };
}

/** JSONata flattens a list inside a list, unless it was written as one: that is not taken. */
function list(trees: readonly Tree[]): Direct | undefined {
  const items: Direct[] = [];
  for (const tree of trees) {
    const item = directly(tree);
    if (item === undefined || String(tree.value) === '[') return undefined;
    items.push(item);
  }
  return (sight) => {
    const built: unknown[] = [];
    for (const item of items) {
      const value = item(sight);
      if (value === unsure) return unsure;
      if (Array.isArray(value)) built.push(...value);
      else if (value !== undefined) built.push(value);
    }
    return built;
  };
}

function condition(tree: Tree): Direct | undefined {
  const [when, yes, no] = [directly(tree.condition), directly(tree.then), tree.else && directly(tree.else)];
  if (when === undefined || (yes === undefined && no === undefined)) return undefined;
  return (sight) => {
    const truth = truthOf(when(sight));
    if (truth === unsure) return unsure;
    if (truth) return yes === undefined ? unsure : yes(sight);
    return tree.else !== undefined && no === undefined ? unsure : no?.(sight);
  };
}

function binary(operator: string, lhs: Direct | undefined, rhs: Direct | undefined): Direct | undefined {
  if (lhs === undefined || rhs === undefined) return undefined;
  switch (operator) {
    case '=':
    case '!=':
      return (sight) => {
        const [a, b] = [lhs(sight), rhs(sight)];
        if (a === undefined || b === undefined) return a === unsure || b === unsure ? unsure : false;
        if (notScalar(a) || notScalar(b)) return unsure;
        return (a === b) === (operator === '=');
      };
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (sight) => compared(operator, lhs(sight), rhs(sight));
    case 'and':
    case 'or':
      return (sight) => {
        const a = truthOf(lhs(sight));
        if (a === unsure || a === (operator === 'or')) return a;
        return truthOf(rhs(sight));
      };
    case 'in':
      return (sight) => {
        const [a, b] = [lhs(sight), rhs(sight)];
        return a === unsure || !Array.isArray(b) ? unsure : a !== undefined && b.includes(a);
      };
    case '&':
      return (sight) => {
        const [a, b] = [lhs(sight), rhs(sight)];
        return typeof a === 'string' && typeof b === 'string' ? a + b : unsure;
      };
    case '+':
    case '-':
      return (sight) => {
        const [a, b] = [lhs(sight), rhs(sight)];
        if (typeof a !== 'number' || typeof b !== 'number') return unsure;
        const answer = operator === '+' ? a + b : a - b;
        return Number.isFinite(answer) ? answer : unsure;
      };
    default:
      return undefined;
  }
}

function compared(operator: '<' | '<=' | '>' | '>=', a: unknown, b: unknown): unknown {
  if (!(typeof a === 'number' && typeof b === 'number') && !(typeof a === 'string' && typeof b === 'string'))
    return unsure;
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function call({ procedure, arguments: given = [] }: Tree): Direct | undefined {
  const name = String(procedure?.value);
  const answer = (procedure?.type as string) === 'variable' && Object.hasOwn(calls, name) ? calls[name] : undefined;
  const values: Direct[] = [];
  for (const tree of given) {
    const value = directly(tree);
    if (value === undefined) return undefined;
    values.push(value);
  }
  if (answer === undefined || answer.takes !== values.length) return undefined;
  const [first = nothing, second = nothing] = values;
  return (sight) => {
    const [a, b] = [first(sight), second(sight)];
    if (a === unsure || b === unsure || sight.variable(name) !== undefined) return unsure;
    return answer.of(a, b, sight);
  };
}

function nothing(): undefined {}

interface Call {
  readonly takes: number;
  of(a: unknown, b: unknown, sight: Sight): unknown;
}

const calls: Readonly<Record<string, Call>> = {
  exists: { takes: 1, of: (value) => value !== undefined },
  not: { takes: 1, of: (value) => (typeof value === 'boolean' ? !value : unsure) },
  count: { takes: 1, of: (value) => (Array.isArray(value) ? value.length : value === undefined ? 0 : unsure) },
  append: { takes: 2, of: appended },
  merge: { takes: 1, of: merged },
  toMillis: { takes: 1, of: (text) => (typeof text === 'string' && FULL_TIME.test(text) ? Date.parse(text) : unsure) },
  millis: { takes: 0, of: (_, __, { functions }) => functions.millis?.() },
};

/** As Step Functions writes times. */
const FULL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function appended(a: unknown, b: unknown): unknown {
  if (a === undefined || b === undefined) return a ?? b;
  return (Array.isArray(a) ? a : [a]).concat(b);
}

/** Later members win. */
function merged(objects: unknown): unknown {
  if (!Array.isArray(objects)) return unsure;
  const isOne = (item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item);
  return objects.every(isOne) ? Object.assign({}, ...objects) : unsure;
}

function truthOf(value: unknown): boolean | typeof unsure {
  if (typeof value === 'boolean') return value;
  return value === undefined ? false : unsure;
}

function notScalar(value: unknown): boolean {
  return value === unsure || (typeof value === 'object' && value !== null);
}
