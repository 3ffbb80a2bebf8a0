/**
 * Event patterns: which events a rule is for. A pattern is compiled once; matching an event only calls closures.
 * Source: EventBridge user guide, "Comparison operators for use in event patterns".
 */
import { ServiceError } from '../service-error.ts';

export type EventMatcher = (event: unknown) => boolean;
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type ValueMatcher = (value: Json) => boolean;
/** Values of one field: none when it is missing, several when it is a list. */
type FieldMatcher = (values: readonly Json[]) => boolean;

export function eventMatcher(pattern: string): EventMatcher {
  const parsed = parse(pattern);
  if (!isObject(parsed) || Object.keys(parsed).length === 0) throw invalid('Event pattern must be a JSON object');
  const matches = objectMatcher(parsed, '');
  return (event) => matches(event as Json);
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid('Filter is not an object');
  }
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectMatcher(pattern: { [name: string]: Json }, path: string): (event: Json | undefined) => boolean {
  const fields = Object.entries(pattern).map(([name, expected]) =>
    name === '$or' ? orMatcher(expected, path) : fieldMatcher(name, expected, path === '' ? name : `${path}.${name}`),
  );
  return (event) => fields.every((matches) => matches(event));
}

function orMatcher(alternatives: Json, path: string): (event: Json | undefined) => boolean {
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isObject)) {
    throw invalid('There must have at least 2 Objects in $or relationship.');
  }
  const matchers = alternatives.map((alternative) => objectMatcher(alternative as { [name: string]: Json }, path));
  return (event) => matchers.some((matches) => matches(event));
}

function fieldMatcher(name: string, expected: Json, path: string): (event: Json | undefined) => boolean {
  if (isObject(expected)) {
    const nested = objectMatcher(expected, path);
    return (event) => {
      const value = memberOf(event, name);
      return Array.isArray(value) ? value.some((member) => nested(member)) : nested(value);
    };
  }
  if (!Array.isArray(expected)) throw invalid(`"${path}" must be an object or an array`);
  if (expected.length === 0) throw invalid(`Empty arrays are not allowed at "${path}"`);
  const matchers = expected.map((candidate) => candidateMatcher(candidate, path));
  return (event) => {
    const value = memberOf(event, name);
    const values = value === undefined ? [] : Array.isArray(value) ? value : [value];
    return matchers.some((matches) => matches(values));
  };
}

function memberOf(event: Json | undefined, name: string): Json | undefined {
  return isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}

function candidateMatcher(candidate: Json, path: string): FieldMatcher {
  if (!isObject(candidate)) {
    if (Array.isArray(candidate)) throw invalid(`A list cannot stand inside the list at "${path}"`);
    return anyOf((value) => value === candidate);
  }
  const entries = Object.entries(candidate);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw invalid(`Only one match type per object at "${path}"`);
  const [operator, operand] = entry;
  if (operator === 'exists') return existsMatcher(operand);
  return anyOf(operatorMatcher(operator, operand, path));
}

function anyOf(matches: ValueMatcher): FieldMatcher {
  return (values) => values.some(matches);
}

/** Asks whether the leaf is there at all; `null` is there. */
function existsMatcher(wanted: Json): FieldMatcher {
  if (typeof wanted !== 'boolean') throw invalid('exists match pattern must be either true or false.');
  return (values) => values.length > 0 === wanted;
}

function operatorMatcher(operator: string, operand: Json, path: string): ValueMatcher {
  switch (operator) {
    case 'prefix':
      return affixMatcher('prefix', operand);
    case 'suffix':
      return affixMatcher('suffix', operand);
    case 'equals-ignore-case': {
      const wanted = textOf(operator, operand).toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
    }
    case 'numeric':
      return numericMatcher(operand);
    case 'anything-but':
      return anythingBut(operand, path);
    case 'wildcard':
    case 'cidr':
      throw new ServiceError(
        'NotImplemented',
        `This stand-in for EventBridge does not have ${operator} patterns.`,
        501,
      );
    default:
      throw invalid(`Unrecognized match type ${operator}`);
  }
}

function affixMatcher(kind: 'prefix' | 'suffix', operand: Json): ValueMatcher {
  const ignoresCase = isObject(operand);
  const wanted = textOf(kind, ignoresCase ? (operand['equals-ignore-case'] ?? null) : operand);
  const folded = (text: string) => (ignoresCase ? text.toLowerCase() : text);
  const affix = folded(wanted);
  return (value) =>
    typeof value === 'string' && (kind === 'prefix' ? folded(value).startsWith(affix) : folded(value).endsWith(affix));
}

function textOf(operator: string, operand: Json): string {
  if (typeof operand === 'string') return operand;
  throw invalid(`${operator} match pattern must be a string`);
}

/** Matches a field that is there with another value. */
function anythingBut(operand: Json, path: string): ValueMatcher {
  if (isObject(operand)) {
    const matches = anyExcept(operand, path);
    return (value) => !matches(value);
  }
  const excluded = new Set(Array.isArray(operand) ? operand : [operand]);
  const plain = [...excluded].every((each) => typeof each === 'string' || typeof each === 'number');
  if (excluded.size === 0 || !plain) {
    throw invalid('Value of anything-but must be an array or single string/number value.');
  }
  return (value) => !excluded.has(value);
}

function anyExcept(operand: { [name: string]: Json }, path: string): ValueMatcher {
  const matchers = Object.entries(operand).flatMap(([operator, excluded]) =>
    (Array.isArray(excluded) ? excluded : [excluded]).map((each) => operatorMatcher(operator, each, path)),
  );
  return (value) => matchers.some((matches) => matches(value));
}

const COMPARISONS: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]`: every comparison must hold. */
function numericMatcher(operand: Json): ValueMatcher {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0) {
    throw invalid('Invalid member in numeric match: a list of operators and numbers');
  }
  const checks: ((value: number) => boolean)[] = [];
  for (let at = 0; at < operand.length; at += 2) {
    const compare = COMPARISONS[String(operand[at])];
    const bound = operand[at + 1];
    if (compare === undefined || typeof bound !== 'number') {
      throw invalid(`Unrecognized numeric range operator: ${JSON.stringify(operand[at])}`);
    }
    checks.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && checks.every((holds) => holds(value));
}

function invalid(reason: string): ServiceError {
  return new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
