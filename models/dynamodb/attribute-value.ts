/**
 * Attribute values in the shape of the SDK: one member, whose name is the type. Numbers are text; binary values are
 * bytes (base64 is the wire's business).
 */
import { canonicalNumber, compareNumbers } from './decimal.ts';
import { invalidParameter, validation } from './refusals.ts';

export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: Uint8Array }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: AttributeValue[] }
  | { M: AttributeMap }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: Uint8Array[] };
export type AttributeMap = Record<string, AttributeValue>;
export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS';

const TYPES = new Set<string>(['S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'NS', 'BS']);
const NESTING_LEVELS_MAX = 32;

export function isAttributeType(text: string): text is AttributeType {
  return TYPES.has(text);
}

export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw empty();
}

/**
 * The value as DynamoDB keeps it: checked, numbers in plain notation, and frozen, so that neither the caller of a write
 * nor the reader of an item can change what is stored.
 */
export function stored(value: AttributeValue, level = 1): AttributeValue {
  if (level > NESTING_LEVELS_MAX) throw validation('Nesting Levels have exceeded supported limits');
  if (typeof value !== 'object' || value === null) throw empty();
  const type = onlyType(value);
  return Object.freeze(content(type, value, level));
}

function onlyType(value: AttributeValue): AttributeType {
  let found: string | undefined;
  for (const type in value) {
    if (value[type as keyof AttributeValue] === undefined) continue;
    if (found === undefined && isAttributeType(type)) found = type;
    else if (found === undefined) throw empty();
    else {
      throw validation(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    }
  }
  if (found === undefined) throw empty();
  return found as AttributeType;
}

function empty(): Error {
  return validation('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

function content(type: AttributeType, value: AttributeValue, level: number): AttributeValue {
  if ('S' in value && type === 'S') return { S: text(value.S) };
  if ('N' in value && type === 'N') return { N: canonicalNumber(text(value.N)) };
  if ('B' in value && type === 'B') return { B: value.B.slice() };
  if ('BOOL' in value && type === 'BOOL') return { BOOL: value.BOOL };
  if ('L' in value && type === 'L') return { L: frozen(value.L.map((member) => stored(member, level + 1))) };
  if ('M' in value && type === 'M') return { M: storedMap(value.M, level + 1) };
  if ('SS' in value && type === 'SS') return { SS: frozen(stringSet(value.SS)) };
  if ('NS' in value && type === 'NS') return { NS: frozen(numberSet(value.NS)) };
  if ('BS' in value && type === 'BS') return { BS: frozen(binarySet(value.BS)) };
  if ('NULL' in value && value.NULL === true) return { NULL: true };
  throw invalidParameter('Null attribute value types must have the value of true');
}

/** Every attribute as DynamoDB keeps it. */
export function storedMap(map: AttributeMap, level = 1): AttributeMap {
  const kept: AttributeMap = {};
  for (const name in map) {
    const value = map[name];
    if (value !== undefined) kept[name] = stored(value, level);
  }
  return Object.freeze(kept);
}

function text(value: unknown): string {
  // A JavaScript number where text is due is the client's mistake; the service refuses the JSON before looking at it.
  if (typeof value !== 'string') throw validation(`${typeof value} can not be converted to an String`);
  return value;
}

function frozen<Member>(members: Member[]): Member[] {
  return Object.freeze(members) as Member[];
}

function stringSet(members: string[]): string[] {
  if (members.length === 0) throw invalidParameter('An string set  may not be empty');
  if (new Set(members).size < members.length) {
    throw invalidParameter(`Input collection [${members.join(', ')}] contains duplicates.`);
  }
  return members.map(text);
}

function numberSet(members: string[]): string[] {
  if (members.length === 0) throw invalidParameter('An number set  may not be empty');
  const numbers = members.map((member) => canonicalNumber(text(member)));
  if (new Set(numbers).size < numbers.length) throw validation('Input collection contains duplicates');
  return numbers;
}

function binarySet(members: Uint8Array[]): Uint8Array[] {
  if (members.length === 0) throw invalidParameter('Binary sets should not be empty');
  const kept = members.map((member) => member.slice());
  if (new Set(kept.map(hex)).size < kept.length) {
    throw invalidParameter(`Input collection [${kept.map(hex).join(', ')}]of type BS contains duplicates.`);
  }
  return kept;
}

/** By value. Numbers compare as text: whatever is compared was brought to plain notation before. */
export function equal(a: AttributeValue, b: AttributeValue): boolean {
  if (a === b) return true;
  if ('S' in a) return 'S' in b && a.S === b.S;
  if ('N' in a) return 'N' in b && a.N === b.N;
  if ('BOOL' in a) return 'BOOL' in b && a.BOOL === b.BOOL;
  if ('NULL' in a) return 'NULL' in b;
  if ('B' in a) return 'B' in b && hex(a.B) === hex(b.B);
  if ('L' in a) return 'L' in b && a.L.length === b.L.length && a.L.every((member, at) => same(member, b.L[at]));
  if ('M' in a) return 'M' in b && sameMap(a.M, b.M);
  const members = setMembers(a);
  const others = new Set(typeOf(a) === typeOf(b) ? setMembers(b) : []);
  return members.length === others.size && members.every((member) => others.has(member));
}

function same(a: AttributeValue, b: AttributeValue | undefined): boolean {
  return b !== undefined && equal(a, b);
}

function sameMap(a: AttributeMap, b: AttributeMap): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => same(a[name] as AttributeValue, ownOf(b, name)))
  );
}

export function ownOf(map: AttributeMap, name: string): AttributeValue | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** Members of a set in a form that compares by value. */
export function setMembers(value: AttributeValue): string[] {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  return 'BS' in value ? value.BS.map(hex) : [];
}

/** Negative, zero or positive; undefined when the two have no order (types differ, or are not S, N or B). */
export function order(a: AttributeValue, b: AttributeValue): number | undefined {
  if ('S' in a && 'S' in b) return compareText(a.S, b.S);
  if ('N' in a && 'N' in b) return compareNumbers(a.N, b.N);
  if ('B' in a && 'B' in b) return Buffer.compare(a.B, b.B);
  return undefined;
}

/** DynamoDB orders text by its UTF-8 bytes; JavaScript's `<` goes by UTF-16 units and differs above U+FFFF. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return byBytes(left) - byBytes(right);
  }
  return a.length - b.length;
}

/** Moves surrogates behind the rest of the basic plane, which is where their UTF-8 bytes stand. */
function byBytes(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Of what is stored, which never changes: it is asked for by the limit, by the table and by every page of a listing. */
const sizes = new WeakMap<AttributeMap, number>();

/** Bytes an item counts for: names and values. Source: developer guide, "DynamoDB item sizes and formats". */
export function sizeOfItem(item: AttributeMap): number {
  if (!Object.isFrozen(item)) return sizeOfMap(item);
  const size = sizes.get(item) ?? sizeOfMap(item);
  sizes.set(item, size);
  return size;
}

function sizeOfMap(map: AttributeMap): number {
  let bytes = 0;
  for (const name in map) bytes += bytesOf(name) + sizeOf(map[name] as AttributeValue);
  return bytes;
}

function sizeOf(value: AttributeValue): number {
  if ('S' in value) return bytesOf(value.S);
  if ('N' in value) return sizeOfNumber(value.N);
  if ('B' in value) return value.B.length;
  if ('SS' in value) return sum(value.SS, bytesOf);
  if ('NS' in value) return sum(value.NS, sizeOfNumber);
  if ('BS' in value) return sum(value.BS, (member) => member.length);
  if ('L' in value) return 3 + sum(value.L, (member) => 1 + sizeOf(member));
  if ('M' in value) return 3 + Object.keys(value.M).length + sizeOfMap(value.M);
  return 1;
}

/** As UTF-8. Most texts are short and plain: asking the runtime costs more than to count them. */
function bytesOf(text: string): number {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return Buffer.byteLength(text);
  return text.length;
}

/** One byte for two significant digits, one more, and one for a minus sign. */
function sizeOfNumber(number: string): number {
  if (/^[1-9]\d*$/.test(number)) return Math.ceil(withoutZeros(number) / 2) + 1;
  const significant = number.replace(/^-?0*\.?0*|\./g, '').replace(/0+$/, '').length;
  return Math.ceil(significant / 2) + 1 + (number.startsWith('-') ? 1 : 0);
}

/** Length of a whole number without the zeros at its end. */
function withoutZeros(digits: string): number {
  let length = digits.length;
  while (digits[length - 1] === '0') length--;
  return length;
}

function sum<Member>(members: readonly Member[], size: (member: Member) => number): number {
  return members.reduce((total, member) => total + size(member), 0);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
