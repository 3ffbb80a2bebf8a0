import { type AttributeMap, type AttributeValue, ownOf, setMembers, typeOf } from './attribute-value.ts';
import type { Bindings } from './bindings.ts';
import { addNumbers, subtractNumbers } from './decimal.ts';
import { childOf, clash, type Path, pathText, valueAt } from './path.ts';
import { invalidParameter, validation } from './refusals.ts';
import type { ParsedUpdate, UpdateAction, UpdateValue } from './update-parser.ts';

const TYPE_NAMES: Record<string, string> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  NULL: 'NULL',
  BOOL: 'BOOLEAN',
  L: 'LIST',
  M: 'MAP',
};

/** The paths an update writes, after the checks that need no item. */
export function checkedPaths({ actions }: ParsedUpdate, bindings: Bindings, keyNames: readonly string[]): Path[] {
  const paths = actions.map((action) => bindings.path(action.path));
  const found = clash(paths);
  if (found !== undefined) {
    throw refused(
      `Two document paths ${found.how} with each other; must remove or rewrite one of these paths; path one: ${pathText(found.one)}, path two: ${pathText(found.two)}`,
    );
  }
  const key = paths.find(([first]) => keyNames.includes(first as string))?.[0];
  if (key !== undefined) throw invalidParameter(`Cannot update attribute ${key}. This attribute is part of the key`);
  for (const action of actions) checkOperand(action, bindings);
  return paths;
}

function checkOperand(action: UpdateAction, bindings: Bindings): void {
  if (action.kind === 'SET') checkArithmetic(action.to, bindings);
  if (action.kind !== 'ADD' && action.kind !== 'DELETE') return;
  const type = typeOf(bindings.value(action.value));
  const fits = isSet(type) || (action.kind === 'ADD' && type === 'N');
  if (!fits) throw wrongOperand(`operator: ${action.kind}, operand type: ${TYPE_NAMES[type]}`);
}

function checkArithmetic(value: UpdateValue, bindings: Bindings): void {
  if (value.kind !== '+' && value.kind !== '-' && value.kind !== 'list_append') return;
  const wanted = value.kind === 'list_append' ? 'L' : 'N';
  for (const operand of [value.left, value.right]) {
    const type = operand.kind === 'value' ? typeOf(bindings.value(operand.value)) : wanted;
    if (type !== wanted)
      throw wrongOperand(`operator or function: ${value.kind}, operand type: ${TYPE_NAMES[type] ?? type}`);
  }
}

function wrongOperand(which: string): Error {
  return refused(`Incorrect operand type for operator or function; ${which}`);
}

/** The item after the update. Every value is worked out from the item as it was before, whatever the order written. */
export function updated(item: AttributeMap, { actions }: ParsedUpdate, bindings: Bindings): AttributeMap {
  const changes = actions.map((action) => ({ path: bindings.path(action.path), to: newValue(item, action, bindings) }));
  const set = changes.filter(({ to }) => to !== undefined);
  // From the end of each list, so that a removal does not shift the positions still to be removed.
  const removed = changes.filter(({ to }) => to === undefined).sort((a, b) => comparePaths(b.path, a.path));
  return [...set, ...removed].reduce((map, { path, to }) => withMember(map, path, to), item);
}

/** What the action puts at its path; undefined when it removes what is there. */
function newValue(item: AttributeMap, action: UpdateAction, bindings: Bindings): AttributeValue | undefined {
  if (action.kind === 'REMOVE') return undefined;
  if (action.kind === 'SET') return evaluated(item, action.to, bindings);
  const existing = valueAt(item, bindings.path(action.path));
  const operand = bindings.value(action.value);
  if (action.kind === 'DELETE') return existing === undefined ? undefined : setWithout(existing, operand);
  return existing === undefined ? operand : added(existing, operand);
}

function evaluated(item: AttributeMap, value: UpdateValue, bindings: Bindings): AttributeValue {
  switch (value.kind) {
    case 'value':
      return bindings.value(value.value);
    case 'path':
      return existing(valueAt(item, bindings.path(value.path)));
    case 'if_not_exists':
      return valueAt(item, bindings.path(value.path)) ?? evaluated(item, value.otherwise, bindings);
    case 'list_append': {
      const [left, right] = [evaluated(item, value.left, bindings), evaluated(item, value.right, bindings)];
      if (!('L' in left) || !('L' in right)) throw wrongType();
      return Object.freeze({ L: Object.freeze([...left.L, ...right.L]) as AttributeValue[] });
    }
    default: {
      const [left, right] = [evaluated(item, value.left, bindings), evaluated(item, value.right, bindings)];
      if (!('N' in left) || !('N' in right)) throw wrongType();
      const N = value.kind === '+' ? addNumbers(left.N, right.N) : subtractNumbers(left.N, right.N);
      return Object.freeze({ N });
    }
  }
}

function existing(value: AttributeValue | undefined): AttributeValue {
  if (value !== undefined) return value;
  throw validation('The provided expression refers to an attribute that does not exist in the item');
}

function wrongType(): Error {
  return validation('An operand in the update expression has an incorrect data type');
}

function isSet(type: string): boolean {
  return type === 'SS' || type === 'NS' || type === 'BS';
}

function added(value: AttributeValue, operand: AttributeValue): AttributeValue {
  if ('N' in value && 'N' in operand) return Object.freeze({ N: addNumbers(value.N, operand.N) });
  if ('SS' in value && 'SS' in operand) return Object.freeze({ SS: [...new Set([...value.SS, ...operand.SS])] });
  if ('NS' in value && 'NS' in operand) return Object.freeze({ NS: [...new Set([...value.NS, ...operand.NS])] });
  if (!('BS' in value && 'BS' in operand)) throw wrongType();
  return Object.freeze({ BS: [...value.BS, ...without(operand.BS, operand, value)] });
}

/** A set that has lost its last member is no attribute any more. */
function setWithout(value: AttributeValue, operand: AttributeValue): AttributeValue | undefined {
  if (typeOf(value) !== typeOf(operand)) throw wrongType();
  if ('SS' in value) return nonEmpty({ SS: without(value.SS, value, operand) });
  if ('NS' in value) return nonEmpty({ NS: without(value.NS, value, operand) });
  return 'BS' in value ? nonEmpty({ BS: without(value.BS, value, operand) }) : undefined;
}

function without<Member>(members: readonly Member[], value: AttributeValue, operand: AttributeValue): Member[] {
  const keys = setMembers(value);
  const taken = new Set(setMembers(operand));
  return members.filter((_, at) => !taken.has(keys[at] as string));
}

function nonEmpty(value: AttributeValue): AttributeValue | undefined {
  return setMembers(value).length === 0 ? undefined : Object.freeze(value);
}

/** A copy of the map with the value at the path replaced (undefined: removed). */
function withMember(map: AttributeMap, [name, ...below]: Path, to: AttributeValue | undefined): AttributeMap {
  const key = name as string;
  const copy = { ...map };
  const value = below.length === 0 ? to : withChild(ownOf(map, key), below, to);
  if (value === undefined) delete copy[key];
  else copy[key] = value;
  return Object.freeze(copy);
}

function withChild(parent: AttributeValue | undefined, path: Path, to: AttributeValue | undefined): AttributeValue {
  const [segment, ...below] = path;
  if (parent !== undefined && 'M' in parent && typeof segment === 'string') {
    return Object.freeze({ M: withMember(parent.M, path, to) });
  }
  if (parent === undefined || !('L' in parent) || typeof segment !== 'number') {
    throw validation('The document path provided in the update expression is invalid for update');
  }
  const L = [...parent.L];
  const value = below.length === 0 ? to : withChild(childOf(parent, segment), below, to);
  // A position behind the end appends: lists have no holes.
  if (value === undefined) L.splice(segment, 1);
  else L[Math.min(segment, L.length)] = value;
  return Object.freeze({ L: Object.freeze(L) as AttributeValue[] });
}

function comparePaths(a: Path, b: Path): number {
  const at = a.findIndex((segment, depth) => segment !== b[depth]);
  const [left, right] = [a[at], b[at]];
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left) < String(right) ? -1 : 1;
}

function refused(message: string): Error {
  return validation(`Invalid UpdateExpression: ${message}`);
}
