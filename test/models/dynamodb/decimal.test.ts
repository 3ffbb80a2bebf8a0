import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addNumbers, canonicalNumber, compareNumbers, subtractNumbers } from '../../../models/dynamodb/decimal.ts';
import { refusal } from '../refusal.ts';

describe('numbers as text', () => {
  it.each([
    ['007', '7'],
    ['1.50', '1.5'],
    ['-0', '0'],
    ['.5', '0.5'],
    ['1e3', '1000'],
    ['12.5E-3', '0.0125'],
    ['+4', '4'],
    ['-1.20e1', '-12'],
  ])('gives %s back as %s', (sent, kept) => {
    expect(canonicalNumber(sent)).toBe(kept);
  });

  it('keeps 38 significant digits exactly and refuses the 39th', () => {
    const widest = '12345678901234567890123456789012345678';
    expect(canonicalNumber(widest)).toBe(widest);
    expect(addNumbers(widest, '1')).toBe('12345678901234567890123456789012345679');
    expect(refusal(() => canonicalNumber(`${widest}9`))).toEqual([
      'ValidationException',
      'Attempting to store more than 38 significant digits in a Number',
    ]);
  });

  it('refuses what is too large, too small or no number', () => {
    expect(canonicalNumber('9.9e125')).toHaveLength(126);
    expect(refusal(() => canonicalNumber('1e126'))[1]).toMatch(/^Number overflow/);
    expect(canonicalNumber('1e-130')).toHaveLength(132);
    expect(refusal(() => canonicalNumber('1e-131'))[1]).toMatch(/^Number underflow/);
    expect(refusal(() => canonicalNumber('many'))[1]).toBe(
      'The parameter cannot be converted to a numeric value: many',
    );
    expect(refusal(() => canonicalNumber(''))[1]).toBe('The parameter cannot be converted to a numeric value');
  });

  it('tells apart what a JavaScript number would round together', () => {
    expect(compareNumbers('9007199254740993', '9007199254740992')).toBe(1);
    expect(compareNumbers('0.1', '1e-1')).toBe(0);
    expect(addNumbers('0.1', '0.2')).toBe('0.3');
    expect(subtractNumbers('1', '-0.5')).toBe('1.5');
  });

  it('agrees with whole-number arithmetic', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        (a, b) => {
          expect(addNumbers(String(a), String(b))).toBe(String(a + b));
          expect(subtractNumbers(String(a), String(b))).toBe(String(a - b));
          expect(Math.sign(compareNumbers(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
        },
      ),
    );
  });
});
