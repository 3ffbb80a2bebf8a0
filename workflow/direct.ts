import type { ExprNode } from 'jsonata';
import type { Sight } from './expression.ts';

/**
 * The simple expressions, which are most of a state machine, without JSONata's machinery: a chain of names from a
 * variable, literals, comparisons, sums, and/or, conditions, objects and lists of those. Wherever JSONata does something clever (an
 * array in the middle of a path, a type it would convert or refuse), the answer is `unsure` and JSONata is asked.
 */
export const unsure = Symbol('ask JSONata');

export type Direct = (sight: Sight) => unknown;

/** The tree of jsonata 2.0.6 as it is; its own types leave out most of it. */
interface Tree extends Omit<ExprNode, 'steps' | 'lhs' | 'rhs' | 'arguments' | 'expressions' | 'procedure'> {
  steps?: Tree[];
  lhs?: Tree | [Tree, Tree][];
  rhs?: Tree;
  condition?: Tree;
  then?: Tree;
  else?: Tree;
  arguments?: Tree[];
  expressions?: Tree[];
  procedure?: Tree;
}

/** Undefined when the expression, or any part of it, is not one of the simple ones. */
export function directly(node: unknown): Direct | undefined {
  const tree = node as Tree;
  // Filters, grouping, sorting, focus, index and `[]` hang on a node as further members.
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
      return chain(tree.steps ?? []);
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

function hasOnlyKnownMembers(tree: Tree): boolean {
  return Object.keys(tree).every((member) => knownMembers.has(member));
}

const knownMembers = new Set(
  'type value position steps lhs rhs condition then else arguments expressions procedure name consarray'.split(' '),
);

function variable(name: string): Direct | undefined {
  if (name === '' || name === '$') return undefined;
  if (name === 'states') return (sight) => sight.states;
  // A name that is not assigned may still be one of JSONata's functions.
  return (sight) => {
    const value = sight.variable(name);
    return value === undefined ? unsure : value;
  };
}

function chain(steps: readonly Tree[]): Direct | undefined {
  const [first, ...others] = steps;
  if (first === undefined || (first.type as string) !== 'variable') return undefined;
  const start = directly(first);
  if (start === undefined) return undefined;
  const names: string[] = [];
  for (const step of others) {
    if ((step.type as string) !== 'name' || !hasOnlyKnownMembers(step)) return undefined;
    names.push(String(step.value));
  }
  return (sight) => {
    let value = start(sight);
    for (const name of names) {
      if (value === unsure || Array.isArray(value)) return unsure;
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as Record<string, unknown>)[name];
    }
    return value;
  };
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

/** JSONata flattens a list inside a list, unless it was written as one. */
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
      if (value === unsure || Array.isArray(value)) return unsure;
      if (value !== undefined) built.push(value);
    }
    return built;
  };
}

function condition(tree: Tree): Direct | undefined {
  const [when, yes, no] = [directly(tree.condition), directly(tree.then), tree.else && directly(tree.else)];
  if (when === undefined || yes === undefined || (tree.else !== undefined && no === undefined)) return undefined;
  return (sight) => {
    const truth = truthOf(when(sight));
    if (truth === unsure) return unsure;
    return truth ? yes(sight) : no?.(sight);
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

function call(tree: Tree): Direct | undefined {
  const [given, ...more] = tree.arguments ?? [];
  const argument = given && directly(given);
  const name = String(tree.procedure?.value);
  if ((tree.procedure?.type as string) !== 'variable' || argument === undefined || more.length > 0) return undefined;
  const answer = calls[name];
  if (answer === undefined) return undefined;
  return (sight) => {
    const value = argument(sight);
    return value === unsure || sight.variable(name) !== undefined ? unsure : answer(value);
  };
}

const calls: Readonly<Record<string, (value: unknown) => unknown>> = {
  exists: (value) => value !== undefined,
  not: (value) => (typeof value === 'boolean' ? !value : unsure),
  count: (value) => (Array.isArray(value) ? value.length : value === undefined ? 0 : unsure),
};

function truthOf(value: unknown): boolean | typeof unsure {
  if (typeof value === 'boolean') return value;
  return value === undefined ? false : unsure;
}

function notScalar(value: unknown): boolean {
  return value === unsure || (typeof value === 'object' && value !== null);
}
