import {
  type AttributeMap,
  type AttributeValue,
  equal,
  hex,
  isAttributeType,
  order,
  setMembers,
  typeOf,
} from './attribute-value.ts';
import type { Bindings } from './bindings.ts';
import type { Comparator, Condition, Operand, ParsedCondition } from './condition-parser.ts';
import { valueAt } from './path.ts';
import { validation } from './refusals.ts';

const NOTHING: AttributeMap = {};

/** Whether the item (undefined: there is none) satisfies the condition. */
export function satisfies(item: AttributeMap | undefined, condition: Condition, bindings: Bindings): boolean {
  const resolved = (operand: Operand) => operandValue(item ?? NOTHING, operand, bindings);
  switch (condition.kind) {
    case 'and':
      return satisfies(item, condition.left, bindings) && satisfies(item, condition.right, bindings);
    case 'or':
      return satisfies(item, condition.left, bindings) || satisfies(item, condition.right, bindings);
    case 'not':
      return !satisfies(item, condition.condition, bindings);
    case 'compare':
      return compares(condition.comparator, resolved(condition.left), resolved(condition.right));
    case 'between':
      return (
        compares('>=', resolved(condition.operand), resolved(condition.low)) &&
        compares('<=', resolved(condition.operand), resolved(condition.high))
      );
    case 'in': {
      const value = resolved(condition.operand);
      return condition.among.some((candidate) => compares('=', value, resolved(candidate)));
    }
    case 'function':
      return holds(condition.name, condition.args.map(resolved));
  }
}

function operandValue(item: AttributeMap, operand: Operand, bindings: Bindings): AttributeValue | undefined {
  if (operand.kind === 'value') return bindings.value(operand.value);
  if (operand.kind === 'path') return valueAt(item, bindings.path(operand.path));
  const value = operandValue(item, operand.of, bindings);
  const size = value === undefined ? undefined : sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

/** Length of text, bytes of a binary, members of a collection; other types have no size. */
function sizeOf(value: AttributeValue): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return value.B.length;
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  const members = setMembers(value);
  return members.length > 0 ? members.length : undefined;
}

/** A missing value or one of another type is unequal to everything, and neither above nor below anything. */
function compares(comparator: Comparator, a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === undefined || b === undefined) return comparator === '<>';
  if (comparator === '=') return equal(a, b);
  if (comparator === '<>') return !equal(a, b);
  const difference = order(a, b);
  if (difference === undefined) return false;
  if (comparator === '<') return difference < 0;
  if (comparator === '<=') return difference <= 0;
  return comparator === '>' ? difference > 0 : difference >= 0;
}

function holds(name: string, [first, second]: (AttributeValue | undefined)[]): boolean {
  if (name === 'attribute_not_exists') return first === undefined;
  if (name === 'attribute_exists') return first !== undefined;
  if (first === undefined || second === undefined) return false;
  if (name === 'attribute_type') return 'S' in second && typeOf(first) === second.S;
  return name === 'begins_with' ? beginsWith(first, second) : contains(first, second);
}

function beginsWith(value: AttributeValue, start: AttributeValue): boolean {
  if ('S' in value && 'S' in start) return value.S.startsWith(start.S);
  return 'B' in value && 'B' in start && hex(value.B).startsWith(hex(start.B));
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) return 'B' in part && Buffer.from(value.B).includes(Buffer.from(part.B));
  if ('L' in value) return value.L.some((member) => equal(member, part));
  if ('SS' in value) return 'S' in part && value.SS.includes(part.S);
  if ('NS' in value) return 'N' in part && value.NS.includes(part.N);
  return 'BS' in value && 'B' in part && setMembers(value).includes(hex(part.B));
}

/** What can be refused from the request alone: operands that no item could make valid. */
export function checkOperands({ kind, root }: ParsedCondition, bindings: Bindings): void {
  const problem = problemOf(root, bindings);
  if (problem !== undefined) throw validation(`Invalid ${kind}: ${problem}`);
}

function problemOf(condition: Condition, bindings: Bindings): string | undefined {
  const literal = (operand: Operand | undefined) =>
    operand?.kind === 'value' ? bindings.value(operand.value) : undefined;
  switch (condition.kind) {
    case 'and':
    case 'or':
      return problemOf(condition.left, bindings) ?? problemOf(condition.right, bindings);
    case 'not':
      return problemOf(condition.condition, bindings);
    case 'compare':
      return problemOfOrder(condition.comparator, [literal(condition.left), literal(condition.right)]);
    case 'between':
      return (
        problemOfOrder('BETWEEN', [literal(condition.operand), literal(condition.low), literal(condition.high)]) ??
        problemOfBounds(literal(condition.low), literal(condition.high))
      );
    case 'in':
      return undefined;
    case 'function':
      return problemOfFunction(condition.name, literal(condition.args[0]), literal(condition.args[1]));
  }
}

function problemOfOrder(operator: string, literals: (AttributeValue | undefined)[]): string | undefined {
  if (operator === '=' || operator === '<>') return undefined;
  const wrong = literals.find((value) => value !== undefined && order(value, value) === undefined);
  if (wrong === undefined) return undefined;
  return `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(wrong)}`;
}

function problemOfBounds(low: AttributeValue | undefined, high: AttributeValue | undefined): string | undefined {
  if (low === undefined || high === undefined) return undefined;
  const difference = order(low, high);
  if (difference !== undefined && difference <= 0) return undefined;
  const operands = `lower bound operand: ${operandText(low)}, upper bound operand: ${operandText(high)}`;
  return difference === undefined
    ? `The BETWEEN operator requires same data type for lower and upper bounds; ${operands}`
    : `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${operands}`;
}

function operandText(value: AttributeValue): string {
  const content = 'S' in value ? value.S : 'N' in value ? value.N : '';
  return `AttributeValue: {${typeOf(value)}:${content}}`;
}

function problemOfFunction(
  name: string,
  first: AttributeValue | undefined,
  second: AttributeValue | undefined,
): string | undefined {
  const wrongType = (type: string) =>
    `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`;
  if (name === 'begins_with') {
    const wrong = [first, second].find((value) => value !== undefined && !('S' in value) && !('B' in value));
    return wrong === undefined ? undefined : wrongType(typeOf(wrong));
  }
  if (name !== 'attribute_type') return undefined;
  if (second === undefined) return wrongType('{NS,SS,L,BS,N,M,B,BOOL,NULL,S}');
  if (!('S' in second)) return wrongType(typeOf(second));
  return isAttributeType(second.S)
    ? undefined
    : `Invalid attribute type name found; type: ${second.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`;
}
