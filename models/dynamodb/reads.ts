import type { AttributeMap } from './attribute-value.ts';
import { Bindings, type Parsed } from './bindings.ts';
import { checkOperands, satisfies } from './condition.ts';
import type { ParsedCondition } from './condition-parser.ts';
import { condition, type ParsedProjection, projection } from './expressions.ts';
import { type KeyRange, keyRange } from './key-condition.ts';
import { isText, KEY_NAMES, type Key, keyAttributes, textOf } from './keys.ts';
import { project } from './path.ts';
import { onlyMembers, validation } from './refusals.ts';
import type { GetItemInput, PageOutput, QueryInput, ScanInput } from './requests.ts';
import type { StoredItem, Table } from './table.ts';

/** A read evaluates at most 1 MB before the filter, then the caller asks for the next page. */
const PAGE_BYTES_MAX = 1024 * 1024;
const COMMON = ['TableName', 'ConsistentRead', 'ProjectionExpression', 'ExpressionAttributeNames'];
const GET_MEMBERS = new Set([...COMMON, 'Key']);
const SCAN = [...COMMON, 'FilterExpression', 'ExpressionAttributeValues', 'Limit', 'ExclusiveStartKey', 'Select'];
const SCAN_MEMBERS = new Set(SCAN);
const QUERY_MEMBERS = new Set([...SCAN, 'KeyConditionExpression', 'ScanIndexForward']);

/** Checks the request and returns what makes an answer of an item. */
export function projectionOf(input: GetItemInput): (item: AttributeMap) => AttributeMap {
  onlyMembers(input, 'GetItem', GET_MEMBERS);
  const parsed = projectionIn(input.ProjectionExpression);
  return projected(parsed, new Bindings(input, parsed === undefined ? [] : [parsed], []));
}

export function query(input: QueryInput, table: Table, asOf: number): PageOutput {
  onlyMembers(input, 'Query', QUERY_MEMBERS);
  if (input.KeyConditionExpression === undefined) {
    throw validation('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const key = condition('KeyConditionExpression', input.KeyConditionExpression);
  const page = new Page(input, [key], ['KeyConditionExpression', 'FilterExpression']);
  checkOperands(key, page.bindings);
  const range = keyRange(key, page.bindings);
  const start = startKey(input.ExclusiveStartKey);
  checkStart(start, range);
  const forward = input.ScanIndexForward !== false;
  const from = start?.sk ?? (forward ? range.from : range.to);
  return page.read(within(range, table.items(range.pk, asOf, from, forward)), start);
}

/** Only the items in the range; ends as soon as it has been left. */
function* within(range: KeyRange, items: Iterable<StoredItem>): Generator<StoredItem> {
  let entered = false;
  for (const found of items) {
    const inside = range.contains(textOf(found.item, 'sk'));
    if (inside) yield found;
    else if (entered) return;
    entered ||= inside;
  }
}

export function scan(input: ScanInput, table: Table, asOf: number): PageOutput {
  onlyMembers(input, 'Scan', SCAN_MEMBERS);
  const page = new Page(input, [], ['FilterExpression']);
  const start = startKey(input.ExclusiveStartKey);
  return page.read(table.everyItem(asOf, start), start);
}

class Page {
  readonly bindings: Bindings;
  readonly #limit: number;
  readonly #filter: ParsedCondition | undefined;
  readonly #project: (item: AttributeMap) => AttributeMap;
  readonly #countOnly: boolean;

  constructor(input: ScanInput, keys: Parsed[], forValues: Parsed['kind'][]) {
    const filterText = input.FilterExpression;
    this.#filter = filterText === undefined ? undefined : condition('FilterExpression', filterText);
    const parsed = projectionIn(input.ProjectionExpression);
    const expressions = [...keys, this.#filter, parsed].filter((expression) => expression !== undefined);
    this.bindings = new Bindings(input, expressions, forValues);
    if (this.#filter !== undefined) checkOperands(this.#filter, this.bindings);
    if (this.#filter !== undefined && keys.length > 0) refuseKeysInFilter(this.#filter, this.bindings);
    this.#project = projected(parsed, this.bindings);
    this.#limit = checkedLimit(input.Limit);
    this.#countOnly = input.Select === 'COUNT';
  }

  /** Limit counts the items looked at, not those that pass the filter. */
  read(items: Iterable<StoredItem>, after: Key | undefined): PageOutput {
    const Items: AttributeMap[] = [];
    let scanned = 0;
    let bytes = 0;
    let last: AttributeMap | undefined;
    for (const found of items) {
      if (after !== undefined && isAt(found.item, after)) continue;
      scanned++;
      bytes += found.bytes;
      if (this.#passes(found.item)) Items.push(this.#project(found.item));
      if (scanned < this.#limit && bytes < PAGE_BYTES_MAX) continue;
      last = found.item;
      break;
    }
    return {
      ...(this.#countOnly ? {} : { Items }),
      Count: Items.length,
      ScannedCount: scanned,
      ...(last === undefined
        ? {}
        : { LastEvaluatedKey: keyAttributes({ pk: textOf(last, 'pk'), sk: textOf(last, 'sk') }) }),
    };
  }

  #passes(item: AttributeMap): boolean {
    return this.#filter === undefined || satisfies(item, this.#filter.root, this.bindings);
  }
}

function isAt(item: AttributeMap, key: Key): boolean {
  return textOf(item, 'sk') === key.sk && textOf(item, 'pk') === key.pk;
}

function projectionIn(text: string | undefined): ParsedProjection | undefined {
  return text === undefined ? undefined : projection(text);
}

/** The whole item, as a copy the caller may change, or only the asked paths. */
function projected(parsed: ParsedProjection | undefined, bindings: Bindings): (item: AttributeMap) => AttributeMap {
  if (parsed === undefined) return (item) => ({ ...item });
  const paths = parsed.paths.map((path) => bindings.path(path));
  return (item) => project(item, paths);
}

function checkedLimit(limit: number | undefined): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw validation(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  );
}

function startKey(key: AttributeMap | undefined): Key | undefined {
  if (key === undefined) return undefined;
  const fits = Object.keys(key).length === KEY_NAMES.length && KEY_NAMES.every((name) => isText(key, name));
  if (!fits) throw validation('The provided starting key is invalid');
  return { pk: textOf(key, 'pk'), sk: textOf(key, 'sk') };
}

function checkStart(start: Key | undefined, range: KeyRange): void {
  if (start === undefined) return;
  if (start.pk !== range.pk) {
    throw validation('The provided starting key is outside query boundaries based on provided conditions');
  }
  if (!range.contains(start.sk)) {
    throw validation('The provided starting key does not match the range key predicate');
  }
}

function refuseKeysInFilter(filter: ParsedCondition, bindings: Bindings): void {
  const key = KEY_NAMES.find((name) => mentions(filter.root, name, bindings));
  if (key === undefined) return;
  throw validation(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`);
}

function mentions(part: unknown, name: string, bindings: Bindings): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if ('path' in part && Array.isArray(part.path)) return bindings.path(part.path)[0] === name;
  return Object.values(part).some((inner) => mentions(inner, name, bindings));
}
