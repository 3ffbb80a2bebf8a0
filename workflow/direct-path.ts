/** Paths of the simple expressions: from a variable through names, one item of a list, or the items that are equal in one member. */
import type { ExprNode } from 'jsonata';
import type { Sight } from './expression.ts';

/** The answer of what is not simple after all: JSONata is asked. */
export const unsure = Symbol('ask JSONata');

export type Direct = (sight: Sight) => unknown;

/** The tree of jsonata 2.0.6 as it is; its own types leave out most of it. */
export interface Tree
  extends Omit<ExprNode, 'steps' | 'lhs' | 'rhs' | 'arguments' | 'expressions' | 'procedure' | 'stages'> {
  steps?: Tree[];
  lhs?: Tree | [Tree, Tree][];
  rhs?: Tree;
  condition?: Tree;
  then?: Tree;
  else?: Tree;
  arguments?: Tree[];
  expressions?: Tree[];
  procedure?: Tree;
  stages?: Filter[];
  predicate?: Filter[];
}

interface Filter {
  type: string;
  expr: Tree;
}

/** From one value of a path to the next. */
type Step = (value: unknown) => unknown;

export function variable(name: string): Direct | undefined {
  if (name === '' || name === '$') return undefined;
  if (name === 'states') return (sight) => sight.states;
  // A name that is not assigned may still be one of JSONata's functions.
  return (sight) => {
    const value = sight.variable(name);
    return value === undefined ? unsure : value;
  };
}

export function path([first, ...others]: readonly Tree[]): Direct | undefined {
  const start = first && indexed(first, (one) => (isOnly(one, 'variable') ? variable(String(one.value)) : undefined));
  const steps = stepsOf(others);
  if (start === undefined || steps === undefined) return undefined;
  return (sight) => {
    let value = start(sight);
    for (const step of steps) {
      if (value === unsure || value === undefined) return value;
      value = step(value);
    }
    return value;
  };
}

/** With what stands before it taken directly, one item of it: `$a[0]`, `[$a, $b][0]`. Without an index the same. */
export function indexed(tree: Tree, taken: (tree: Tree) => Direct | undefined): Direct | undefined {
  const { predicate = [], ...bare } = tree;
  const direct = taken(bare as Tree);
  const [filter, ...more] = predicate;
  if (filter === undefined || direct === undefined) return direct;
  if (more.length > 0 || filter.type !== 'filter' || !isOnly(filter.expr, 'number')) return undefined;
  const pick = item(Number(filter.expr.value));
  return (sight) => {
    const value = direct(sight);
    return value === unsure || value === undefined ? value : pick(value);
  };
}

function stepsOf(trees: readonly Tree[]): Step[] | undefined {
  const steps: Step[] = [];
  for (const [at, { stages = [], ...tree }] of trees.entries()) {
    if (!isOnly(tree as Tree, 'name')) return undefined;
    const [stage, ...more] = stages;
    const name = named(String(tree.value));
    if (stage === undefined) {
      steps.push(ofEach(name));
      continue;
    }
    steps.push(name);
    if (more.length > 0 || stage.type !== 'filter') return undefined;
    if (isOnly(stage.expr, 'number')) steps.push(item(Number(stage.expr.value)));
    else {
      // what is found may be several: from there on each by itself
      const rest = stepsOf(trees.slice(at + 1));
      const found = rest && where(stage.expr, rest);
      return found && [...steps, found];
    }
  }
  return steps;
}

function named(name: string): Step {
  return (value) => {
    if (Array.isArray(value)) return unsure;
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    return (value as Record<string, unknown>)[name];
  };
}

/** Of each item of a list, too: nothing, the one that is found, or a list of several. */
function ofEach(name: Step): Step {
  return (value) => {
    if (!Array.isArray(value)) return name(value);
    const found: unknown[] = [];
    for (const one of value) {
      const answer = name(one);
      if (answer === unsure || Array.isArray(answer)) return unsure;
      if (answer !== undefined) found.push(answer);
    }
    return found.length > 1 ? found : found[0];
  };
}

function item(at: number): Step {
  return (value) => {
    if (!Array.isArray(value)) return unsure;
    return Array.isArray(value[at]) ? unsure : value[at];
  };
}

/** `[member = literal]`, and what is asked of each item that it leaves. One answer is no list, none is nothing. */
function where({ type, value: operator, lhs, rhs }: Tree, rest: readonly Step[]): Step | undefined {
  const { type: kind, steps: [member, ...more] = [] } = lhs as Tree;
  const literal = rhs !== undefined && ['string', 'number', 'value'].some((one) => isOnly(rhs, one));
  if ((type as string) !== 'binary' || String(operator) !== '=' || (kind as string) !== 'path') return undefined;
  if (member === undefined || more.length > 0 || !isOnly(member, 'name') || !literal) return undefined;
  const is = named(String(member.value));
  const wanted: unknown = rhs.value;
  return (items) => {
    if (!Array.isArray(items)) return unsure;
    const found: unknown[] = [];
    for (const one of items) {
      const has = is(one);
      if (typeof has === 'symbol' || (typeof has === 'object' && has !== null)) return unsure;
      if (has === undefined || has !== wanted) continue;
      let answer: unknown = one;
      for (const step of rest) answer = answer === unsure || answer === undefined ? answer : step(answer);
      if (answer === unsure || Array.isArray(answer)) return unsure;
      if (answer !== undefined) found.push(answer);
    }
    return found.length > 1 ? found : found[0];
  };
}

/** Of this type, and nothing hangs on it: filters, grouping, sorting, focus, index and `[]` are further members. */
function isOnly(tree: Tree, type: string): boolean {
  return (tree.type as string) === type && hasOnlyKnownMembers(tree);
}

export function hasOnlyKnownMembers(tree: Tree): boolean {
  return Object.keys(tree).every((member) => knownMembers.has(member));
}

const knownMembers = new Set(
  'type value position steps lhs rhs condition then else arguments expressions procedure name consarray'.split(' '),
);
