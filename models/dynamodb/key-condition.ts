import { type AttributeValue, compareText } from './attribute-value.ts';
import type { Bindings } from './bindings.ts';
import type { Comparator, Condition, Operand, ParsedCondition } from './condition-parser.ts';
import { KEY_NAMES } from './keys.ts';
import { invalidParameter, validation } from './refusals.ts';

type SortOperator = Exclude<Comparator, '<>'> | 'between' | 'begins_with';

interface Clause {
  name: string;
  operator: SortOperator;
  values: AttributeValue[];
}

/** Which items a query reads. */
export interface KeyRange {
  pk: string;
  /** Where a query going forward (backward) may begin; undefined: at the end. */
  from: string | undefined;
  to: string | undefined;
  contains(sk: string): boolean;
}

const MIRRORED: Record<string, SortOperator> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** Reads `pk = :x [AND sk …]`. */
export function keyRange(parsed: ParsedCondition, bindings: Bindings): KeyRange {
  const clauses = conjuncts(parsed.root).map((condition) => clauseOf(condition, bindings));
  if (new Set(clauses.map(({ name }) => name)).size < clauses.length) {
    throw refused('KeyConditionExpressions must only contain one condition per key');
  }
  const partition = clauses.find(({ name }) => name === KEY_NAMES[0]);
  if (partition === undefined) throw validation(`Query condition missed key schema element: ${KEY_NAMES[0]}`);
  if (partition.operator !== '=') throw validation('Query key condition not supported');
  const sort = clauses.find((clause) => clause !== partition);
  if (sort !== undefined && sort.name !== KEY_NAMES[1]) {
    throw validation(`Query condition missed key schema element: ${KEY_NAMES[1]}`);
  }
  const [pk = ''] = texts(partition);
  if (sort === undefined) return { pk, from: undefined, to: undefined, contains: () => true };
  return { pk, ...rangeOf(sort.operator, texts(sort)) };
}

function conjuncts(condition: Condition): Condition[] {
  return condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

function clauseOf(condition: Condition, bindings: Bindings): Clause {
  switch (condition.kind) {
    case 'compare':
      return comparison(condition.comparator, condition.left, condition.right, bindings);
    case 'between':
      return clause('between', condition.operand, [condition.low, condition.high], bindings);
    case 'function':
      if (condition.name !== 'begins_with') throw badOperator(condition.name);
      return clause('begins_with', condition.args[0] as Operand, condition.args.slice(1), bindings);
    default:
      throw badOperator(condition.kind.toUpperCase());
  }
}

function comparison(comparator: Comparator, left: Operand, right: Operand, bindings: Bindings): Clause {
  if (comparator === '<>') throw badOperator(comparator);
  const mirrored = left.kind === 'value' && right.kind === 'path';
  return mirrored
    ? clause(MIRRORED[comparator] as SortOperator, right, [left], bindings)
    : clause(comparator, left, [right], bindings);
}

function clause(operator: SortOperator, key: Operand, operands: readonly Operand[], bindings: Bindings): Clause {
  if (key.kind === 'size') throw refused('KeyConditionExpressions cannot contain nested operations');
  if (key.kind === 'value') throw refused('Invalid condition in KeyConditionExpression: No key attribute specified');
  const [name, ...nested] = bindings.path(key.path);
  if (nested.length > 0) throw refused('KeyConditionExpressions cannot have conditions on nested attributes');
  const values = operands.map((operand) => {
    if (operand.kind === 'value') return bindings.value(operand.value);
    throw refused('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition');
  });
  return { name: String(name), operator, values };
}

function texts({ values }: Clause): string[] {
  return values.map((value) => {
    if ('S' in value) return value.S;
    throw invalidParameter('Condition parameter type does not match schema type');
  });
}

function rangeOf(operator: SortOperator, [first = '', second = '']: string[]): Omit<KeyRange, 'pk'> {
  switch (operator) {
    case '=':
      return { from: first, to: first, contains: (sk) => sk === first };
    case 'begins_with':
      return { from: first, to: `${first}\u{10ffff}`, contains: (sk) => sk.startsWith(first) };
    case 'between':
      return {
        from: first,
        to: second,
        contains: (sk) => compareText(first, sk) <= 0 && compareText(sk, second) <= 0,
      };
    case '<':
      return { from: undefined, to: first, contains: (sk) => compareText(sk, first) < 0 };
    case '<=':
      return { from: undefined, to: first, contains: (sk) => compareText(sk, first) <= 0 };
    case '>':
      return { from: first, to: undefined, contains: (sk) => compareText(sk, first) > 0 };
    case '>=':
      return { from: first, to: undefined, contains: (sk) => compareText(sk, first) >= 0 };
  }
}

function badOperator(operator: string): Error {
  return refused(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function refused(message: string): Error {
  return validation(`Invalid KeyConditionExpression: ${message}`);
}
