/** What the schema library finds, in our words: the path, what was found there, and what is expected. */
import type * as z from 'zod/mini';
import { nearest } from './nearest.ts';
import { oneOf, type Problem, problem, shown } from './problem.ts';

type Path = readonly (string | number)[];
type Schema = z.core.$ZodType;

/** Problems of `value` against `schema`; `at` is where the value stands in the file. */
export function schemaProblems(schema: z.ZodMiniType, value: unknown, at: Path = []): Problem[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => translated(issue, schema, value, at));
}

function translated(issue: z.core.$ZodIssue, schema: Schema, value: unknown, above: Path): Problem[] {
  const inside = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  const at = [...above, ...inside];
  const there = inside.reduce(memberOf, value);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysOf(schemaAt(schema, inside));
      return issue.keys.map((key) => unknownKey(key, [...at, key], known));
    }
    case 'invalid_union':
      return alternativeProblems(schemaAt(schema, inside), there, at);
    case 'invalid_key':
      return [problem(at, shown(inside.at(-1)), issue.issues[0]?.message ?? issue.message)];
    default:
      return [problem(at, shown(there), expectation(issue))];
  }
}

function unknownKey(key: string, at: Path, known: readonly string[]): Problem {
  const meant = nearest(key, known);
  return problem(
    at,
    'a key nobody knows',
    meant === undefined ? oneOf(known) : `${oneOf(known)} (did you mean ${meant}?)`,
  );
}

/** Of several shapes the one that was probably meant is explained: the one with the fewest problems. */
function alternativeProblems(union: Schema | undefined, value: unknown, at: Path): Problem[] {
  const options = (union === undefined ? [] : (definitionOf(union).options ?? [])) as z.ZodMiniType[];
  const begun = options.filter((option) => keysOf(option).some((key) => memberOf(value, key) !== undefined));
  if (begun.length === 0) {
    return [problem(at, shown(value), options.map((option) => keysOf(option).join(' and ')).join(', or '))];
  }
  const explained = begun.map((option) => schemaProblems(option, value, at));
  return explained.sort((a, b) => a.length - b.length)[0] ?? [];
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return (
        {
          object: 'a mapping',
          record: 'a mapping',
          array: 'a list',
          string: 'text',
          int: 'a whole number',
          number: 'a number',
          boolean: 'true or false',
        }[issue.expected as string] ?? issue.expected
      );
    case 'invalid_value':
      return oneOf(issue.values);
    case 'too_small':
      return limit('at least', issue.minimum, issue.origin, issue.inclusive);
    case 'too_big':
      return limit('at most', issue.maximum, issue.origin, issue.inclusive);
    default:
      return issue.message;
  }
}

function limit(bound: 'at least' | 'at most', value: number | bigint, origin: string, inclusive = true): string {
  const of = origin === 'array' ? ` ${value === 1 ? 'entry' : 'entries'}` : origin === 'string' ? ' characters' : '';
  if (inclusive) return `${bound} ${value}${of}`;
  return `${bound === 'at least' ? 'more than' : 'less than'} ${value}${of}`;
}

function memberOf(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}

interface Definition {
  readonly shape?: Record<string, Schema>;
  readonly valueType?: Schema;
  readonly element?: Schema;
  readonly innerType?: Schema;
  readonly options?: readonly Schema[];
}

/** The schema of the value at a path inside `schema`, without its wrappers (default, optional). */
function schemaAt(schema: Schema | undefined, inside: Path): Schema | undefined {
  if (schema === undefined) return undefined;
  const { innerType, shape, valueType, element } = definitionOf(schema);
  if (innerType !== undefined) return schemaAt(innerType, inside);
  const [key, ...rest] = inside;
  if (key === undefined) return schema;
  return schemaAt(shape?.[key] ?? valueType ?? element, rest);
}

function keysOf(schema: Schema | undefined): string[] {
  return schema === undefined ? [] : Object.keys(definitionOf(schema).shape ?? {});
}

function definitionOf(schema: Schema): Definition {
  return schema._zod.def as Definition;
}
