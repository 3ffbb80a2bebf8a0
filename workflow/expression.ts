import jsonata from 'jsonata';
import { directly } from './direct.ts';
import { type Direct, unsure } from './direct-path.ts';
import { type Functions, functionNames } from './functions.ts';
import { plain } from './json.ts';

/** What an expression can see at the moment it is evaluated. */
export interface Sight {
  /** `$states`: input, context and, where AWS gives them, result and errorOutput. */
  readonly states: Readonly<Record<string, unknown>>;
  readonly functions: Functions;
  variable(name: string): unknown;
}

/** One `{% … %}`, compiled once when the machine is loaded. */
export interface Expression {
  readonly text: string;
  /** Where it stands in its state, as AWS names it in a Cause: `Arguments/Payload/pair`, `Choices[1]/Condition`. */
  readonly field: string;
  /** Variables it reads that it does not define itself, `states` and functions included. */
  readonly reads: ReadonlySet<string>;
  /** Members of `$states` it names: input, result, errorOutput, context. */
  readonly ofStates: ReadonlySet<string>;
  /** Whether it may look at `$states.context`. */
  readonly seesContext: boolean;
  /** Answers undefined when the expression returns nothing. A plain value, or a promise of one. */
  evaluate(sight: Sight): unknown;
}

export function isExpression(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4;
}

/** Throws a sentence when it does not parse, or names what AWS does not have at the top level. */
export function compile(wrapped: string, field: string): Expression {
  const text = wrapped.slice(2, -2).trim();
  let program: jsonata.Expression;
  try {
    program = jsonata(text);
  } catch (cause) {
    throw new Error(`INVALID_JSONATA_EXPRESSION: ${sentenceOf(cause)}`);
  }
  const found = inspect(program.ast());
  if (found.reads.has('eval')) throw new Error("UNSUPPORTED_JSONATA_EXPRESSION: '$eval' is not supported; use $parse");
  if (found.reads.has('$')) throw new Error("UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported.");
  const [loose] = found.loose;
  if (loose !== undefined) {
    throw new Error(`UNSUPPORTED_JSONATA_EXPRESSION: Reference to '${loose}' at the top level is not supported.`);
  }
  return {
    text,
    field,
    reads: found.reads,
    ofStates: found.ofStates,
    seesContext: found.whole || [...found.ofStates].some((member) => !withoutContext.has(member)),
    evaluate: evaluator(program, directly(program.ast()), [...found.reads]),
  };
}

function evaluator(program: jsonata.Expression, direct: Direct | undefined, reads: readonly string[]) {
  const given = reads.filter((name) => (functionNames as readonly string[]).includes(name));
  const variables = reads.filter((name) => name !== 'states');
  const asked = async (sight: Sight) => {
    const bound: Record<string, unknown> = {};
    for (const name of given) bound[name] = sight.functions[name];
    for (const name of variables) {
      const value = sight.variable(name);
      if (value !== undefined) bound[name] = value;
    }
    if (reads.includes('states')) bound.states = sight.states;
    return plain(await program.evaluate(undefined, bound));
  };
  if (direct === undefined) return asked;
  return (sight: Sight) => {
    const value = direct(sight);
    return value === unsure ? asked(sight) : value;
  };
}

/** JSONata throws plain objects with a message. */
export function sentenceOf(cause: unknown): string {
  if (typeof cause === 'object' && cause !== null && 'message' in cause) return String(cause.message);
  return String(cause);
}

const withoutContext = new Set(['input', 'result', 'errorOutput']);

interface Found {
  readonly reads: Set<string>;
  readonly ofStates: Set<string>;
  /** `$states` itself is read, not only members of it. */
  whole: boolean;
  /** Names read from the top-level context, which Step Functions does not have. */
  readonly loose: Set<string>;
}

/** Members whose expressions look at the items of a path, not at the top-level context. */
const insideItems = new Set(['stages', 'predicate', 'group', 'terms', 'pattern', 'update', 'delete']);

function inspect(ast: unknown): Found {
  const found: Found = { reads: new Set(), ofStates: new Set(), whole: false, loose: new Set() };
  let [uses, members] = [0, 0];
  const own = new Set<string>();
  visit(ast, true);
  for (const name of own) found.reads.delete(name);
  found.whole = uses > members;
  return found;

  function visit(node: unknown, top: boolean): void {
    if (typeof node !== 'object' || node === null || node instanceof RegExp) return;
    if (Array.isArray(node)) {
      for (const item of node) visit(item, top);
      return;
    }
    const tree = node as Record<string, unknown>;
    if (tree.type === 'variable') found.reads.add(String(tree.value));
    if (tree.type === 'variable' && tree.value === 'states') uses++;
    if (top && (tree.type === 'name' || tree.type === 'wildcard' || tree.type === 'descendant')) {
      found.loose.add(String(tree.value));
    }
    if (tree.type === 'bind') own.add(String((tree.lhs as { value: unknown }).value));
    if (tree.type === 'lambda') for (const one of tree.arguments as { value: unknown }[]) own.add(String(one.value));
    if (tree.type === 'path') steps(tree.steps as Record<string, unknown>[], top);
    for (const [member, child] of Object.entries(tree)) {
      if (member === 'steps' || (tree.type === 'lambda' && member === 'arguments')) continue;
      if (tree.type === 'bind' && member === 'lhs') continue;
      visit(child, top && !insideItems.has(member));
    }
  }

  function steps(path: readonly Record<string, unknown>[], top: boolean): void {
    const [first, second] = path;
    if (first?.type === 'variable' && first.value === 'states') {
      found.ofStates.add(String(second?.value ?? '*'));
      members++;
    }
    path.forEach((step, at) => {
      visit(step, top && at === 0);
    });
  }
}
