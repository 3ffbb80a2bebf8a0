import { type AttributeMap, type AttributeValue, ownOf, stored } from './attribute-value.ts';
import type { Path, WrittenPath } from './path.ts';
import { validation } from './refusals.ts';
import type { ExpressionKind } from './tokens.ts';

/** The placeholders that an expression uses, and what kind of expression it is (for the refusals). */
export interface Parsed {
  kind: ExpressionKind;
  names: readonly string[];
  values: readonly string[];
}

interface Placeholders {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: AttributeMap | undefined;
}

const NO_NAMES: Record<string, string> = {};
const NO_VALUES: AttributeMap = {};

/**
 * What the placeholders of one request stand for. A request with a placeholder that is not defined, or with a
 * definition that no expression uses, is refused as a whole.
 */
export class Bindings {
  readonly #names: Record<string, string>;
  readonly #values: AttributeMap;

  /** `forValues` are the expressions of the operation that may hold values, given or not: the refusal names them. */
  constructor(input: Placeholders, parsed: readonly Parsed[], forValues: readonly ExpressionKind[]) {
    this.#names = checkedNames(input, parsed);
    this.#values = checkedValues(input, parsed, forValues);
    // a request without expressions has no placeholders: it would have been refused
    if (parsed.length === 0) return;
    for (const { kind, names, values } of parsed) {
      for (const name of names) this.#mustBeDefined(kind, name);
      for (const value of values) this.#mustHaveValue(kind, value);
    }
    refuseUnused(
      'ExpressionAttributeNames',
      this.#names,
      parsed.map((expression) => expression.names),
    );
    refuseUnused(
      'ExpressionAttributeValues',
      this.#values,
      parsed.map((expression) => expression.values),
    );
  }

  path(written: WrittenPath): Path {
    return written.map((segment) => (typeof segment === 'string' ? this.#name(segment) : segment));
  }

  value(placeholder: string): AttributeValue {
    return this.#values[placeholder] as AttributeValue;
  }

  #name(segment: string): string {
    return segment.startsWith('#') ? (this.#names[segment] as string) : segment;
  }

  #mustBeDefined(kind: ExpressionKind, name: string): void {
    if (Object.hasOwn(this.#names, name)) return;
    throw validation(
      `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${name}`,
    );
  }

  #mustHaveValue(kind: ExpressionKind, value: string): void {
    if (Object.hasOwn(this.#values, value)) return;
    throw validation(
      `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${value}`,
    );
  }
}

function checkedNames(input: Placeholders, parsed: readonly Parsed[]): Record<string, string> {
  const names = input.ExpressionAttributeNames;
  if (names === undefined) return NO_NAMES;
  if (parsed.length === 0) throw validation('ExpressionAttributeNames can only be specified when using expressions');
  checkKeys('ExpressionAttributeNames', names, /^#\w+$/);
  return names;
}

function checkedValues(input: Placeholders, parsed: readonly Parsed[], forValues: readonly string[]): AttributeMap {
  const values = input.ExpressionAttributeValues;
  if (values === undefined) return NO_VALUES;
  if (!parsed.some(({ kind }) => forValues.includes(kind))) {
    const which = `${forValues.join(' and ')} ${forValues.length > 1 ? 'are' : 'is'} null`;
    throw validation(`ExpressionAttributeValues can only be specified when using expressions: ${which}`);
  }
  checkKeys('ExpressionAttributeValues', values, /^:\w+$/);
  const checked: AttributeMap = {};
  for (const key in values) checked[key] = checkedValue(key, ownOf(values, key));
  return checked;
}

function checkedValue(key: string, value: AttributeValue | undefined): AttributeValue {
  try {
    return stored(value as AttributeValue);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw validation(`ExpressionAttributeValues contains invalid value: ${why} for key ${key}`);
  }
}

function checkKeys(what: string, definitions: object, form: RegExp): void {
  const keys = Object.keys(definitions);
  if (keys.length === 0) throw validation(`${what} must not be empty`);
  const wrong = keys.find((key) => !form.test(key));
  if (wrong !== undefined) throw validation(`${what} contains invalid key: Syntax error; key: "${wrong}"`);
}

function refuseUnused(what: string, definitions: object, used: readonly (readonly string[])[]): void {
  const unused = Object.keys(definitions).filter((key) => !used.some((keys) => keys.includes(key)));
  if (unused.length > 0) {
    throw validation(`Value provided in ${what} unused in expressions: keys: {${unused.join(', ')}}`);
  }
}
