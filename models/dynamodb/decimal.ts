/**
 * DynamoDB numbers are decimals of up to 38 significant digits, from 1E-130 to 9.99E+125, sent as text. They stay text
 * here: a JavaScript number would round them, and a rounded `rev` would let two writers believe they are the same.
 */
import { validation } from './refusals.ts';

interface Decimal {
  /** Without trailing zeros; the value is coefficient × 10^exponent. */
  coefficient: bigint;
  exponent: number;
}

const SAFE_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
const NUMBER = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d{1,6}))?$/;

/** The form in which DynamoDB gives a number back: plain notation, no leading or trailing zeros. */
export function canonicalNumber(text: string): string {
  return SAFE_INTEGER.test(text) ? text : plain(parse(text));
}

export function compareNumbers(a: string, b: string): number {
  if (SAFE_INTEGER.test(a) && SAFE_INTEGER.test(b)) return Number(a) - Number(b);
  const [left, right] = aligned(parse(a), parse(b));
  return left < right ? -1 : left > right ? 1 : 0;
}

export function addNumbers(a: string, b: string): string {
  if (SAFE_INTEGER.test(a) && SAFE_INTEGER.test(b)) return String(Number(a) + Number(b));
  const [left, right, exponent] = aligned(parse(a), parse(b));
  return plain(checked(left + right, exponent));
}

export function subtractNumbers(a: string, b: string): string {
  return addNumbers(a, b.startsWith('-') ? b.slice(1) : b === '0' ? b : `-${b}`);
}

function parse(text: string): Decimal {
  if (text === '') throw validation('The parameter cannot be converted to a numeric value');
  const match = NUMBER.exec(text);
  if (match === null) throw validation(`The parameter cannot be converted to a numeric value: ${text}`);
  const [, sign = '', whole = '', fraction = '', onlyFraction = '', power = '0'] = match;
  const digits = BigInt(whole + fraction + onlyFraction);
  return checked(sign === '-' ? -digits : digits, Number(power) - fraction.length - onlyFraction.length);
}

function checked(coefficient: bigint, exponent: number): Decimal {
  if (coefficient === 0n) return { coefficient, exponent: 0 };
  const digits = coefficient.toString().replace('-', '');
  const significant = digits.replace(/0+$/, '');
  const zeros = digits.length - significant.length;
  const magnitude = digits.length + exponent - 1;
  if (magnitude > 125) {
    throw validation('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (magnitude < -130) {
    throw validation('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  if (significant.length > 38) {
    throw validation('Attempting to store more than 38 significant digits in a Number');
  }
  return { coefficient: coefficient / 10n ** BigInt(zeros), exponent: exponent + zeros };
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [
    a.coefficient * 10n ** BigInt(a.exponent - exponent),
    b.coefficient * 10n ** BigInt(b.exponent - exponent),
    exponent,
  ];
}

function plain({ coefficient, exponent }: Decimal): string {
  const sign = coefficient < 0n ? '-' : '';
  const digits = coefficient.toString().replace('-', '');
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent);
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
