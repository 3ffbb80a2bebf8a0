import { describe, expect, it } from 'vitest';
import { isAllowed, type PolicyStatement } from '../../../models/iam/evaluator.ts';

const one = (Condition: PolicyStatement['Condition']): PolicyStatement[] => [
  { Effect: 'Allow', Action: 's:Do', Resource: 'arn:x', ...(Condition === undefined ? {} : { Condition }) },
];
const asked = (context: Record<string, string | string[]> = {}) => ({ action: 's:Do', resource: 'arn:x', context });

describe('a policy', () => {
  it('allows nothing by itself, and a Deny wins', () => {
    expect(isAllowed([], asked())).toBe(false);
    expect(isAllowed(one(undefined), asked())).toBe(true);
    expect(isAllowed([...one(undefined), { Effect: 'Deny', Action: 's:*', Resource: '*' }], asked())).toBe(false);
  });

  it('knows actions in any case, resources in theirs only', () => {
    expect(isAllowed(one(undefined), { action: 'S:do', resource: 'arn:x' })).toBe(true);
    expect(isAllowed(one(undefined), { action: 's:Do', resource: 'arn:X' })).toBe(false);
    expect(isAllowed(one(undefined), { action: 's:Do', resource: 'arn:xy' })).toBe(false);
  });

  it('takes a dot and a bracket for what they are, a star for any text', () => {
    const names = one({ 'ForAllValues:StringLike': { k: ['*a.b(c)'] } });
    expect(isAllowed(names, asked({ k: ['za.b(c)'] }))).toBe(true);
    expect(isAllowed(names, asked({ k: ['zaxb(c)'] }))).toBe(false);
  });

  it.each([
    ['ForAllValues is true without the key', { 'ForAllValues:StringEquals': { k: ['a'] } }, {}, true],
    ['Null false asks for the key', { Null: { k: 'false' } }, {}, false],
    ['Null false is content with it', { Null: { k: 'false' } }, { k: ['b'] }, true],
    ['Null true wants it absent', { Null: { k: 'true' } }, { k: 'b' }, false],
    ['ForAllValues wants all', { 'ForAllValues:StringEquals': { k: ['a'] } }, { k: ['a', 'b'] }, false],
    ['ForAnyValue wants one', { 'ForAnyValue:StringEquals': { k: ['a'] } }, { k: ['a', 'b'] }, true],
    ['ForAnyValue is false without the key', { 'ForAnyValue:StringEquals': { k: ['a'] } }, {}, false],
    ['StringEquals keeps the case', { StringEquals: { k: 'a' } }, { k: 'A' }, false],
    ['StringNotEquals is true without the key', { StringNotEquals: { k: 'a' } }, {}, true],
    ['StringNotEquals refuses the value', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
    ['Bool is false without the key', { Bool: { k: 'true' } }, {}, false],
    ['BoolIfExists is true without it', { BoolIfExists: { k: 'false' } }, {}, true],
    ['BoolIfExists judges what is there', { BoolIfExists: { k: 'false' } }, { k: 'true' }, false],
    ['all operators have to hold', { StringEquals: { k: 'a' }, Null: { j: 'false' } }, { k: 'a' }, false],
    ['names of keys have no case', { StringEquals: { 'aws:K': 'a' } }, { 'AWS:k': 'a' }, true],
  ] as const)('%s', (_, Condition, context, expected) => {
    expect(isAllowed(one(Condition), asked(context as Record<string, string | string[]>))).toBe(expected);
  });

  it('is refused as a whole when it has what nobody here knows', () => {
    expect(() => isAllowed(one({ NumericLessThan: { k: '1' } }), asked({ k: '0' }))).toThrow(/NumericLessThan/);
    const strange = { Effect: 'Allow', NotAction: 's:Other', Resource: '*' } as unknown as PolicyStatement;
    expect(() => isAllowed([strange], asked())).toThrow(/NotAction/);
  });
});
