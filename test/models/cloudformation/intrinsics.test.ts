import { describe, expect, it } from 'vitest';
import { type Names, namesIn, resolved } from '../../../models/cloudformation/intrinsics.ts';
import { refusal } from '../refusal.ts';

const names: Names = {
  ref: (name) => {
    if (name === 'AWS::Region') return 'eu-west-1';
    if (name === 'Table') return 'throwover-prod';
    throw new Error(`no ${name}`);
  },
  attribute: (logicalId, attribute) => `${logicalId}/${attribute}`,
};
const value = (given: unknown) => resolved(given, names);

describe('an intrinsic function', () => {
  it('is done wherever it stands', () => {
    expect(value({ a: [{ Ref: 'Table' }, 'plain'], b: { c: { 'Fn::GetAtt': ['Role', 'Arn'] } }, n: 3 })).toEqual({
      a: ['throwover-prod', 'plain'],
      b: { c: 'Role/Arn' },
      n: 3,
    });
  });

  it('GetAtt is read in both its forms', () => {
    expect(value({ 'Fn::GetAtt': 'Role.Arn' })).toBe('Role/Arn');
    expect(value({ 'Fn::GetAtt': ['Nested', 'Outputs.Name'] })).toBe('Nested/Outputs.Name');
  });

  it('Sub fills in names, attributes and its own values, and leaves what is marked as text', () => {
    const text = `\${Table} in \${AWS::Region}: \${Bucket.Arn}/* by \${who}, not \${!Literal}`;
    expect(value({ 'Fn::Sub': [text, { who: { Ref: 'Table' } }] })).toBe(
      `throwover-prod in eu-west-1: Bucket/Arn/* by throwover-prod, not \${Literal}`,
    );
  });

  it('Join and Split are each other’s opposite', () => {
    const split = { 'Fn::Split': [',', 'a,b'] };
    expect(value(split)).toEqual(['a', 'b']);
    expect(value({ 'Fn::Join': [':', split] })).toBe('a:b');
  });

  it('of no value leaves its member out', () => {
    expect(value({ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] })).toEqual({ b: [1] });
  });

  it('that is not known is refused by its name', () => {
    expect(refusal(() => value({ 'Fn::ImportValue': 'x' }))).toEqual([
      'NotImplemented',
      'This stand-in for CloudFormation does not have Fn::ImportValue.',
    ]);
  });
});

describe('the names in a value', () => {
  it('are those of parameters and resources, not of AWS itself', () => {
    const given = [{ Ref: 'Table' }, { 'Fn::Sub': `\${AWS::Region}\${Bucket.Arn}` }, { 'Fn::GetAtt': ['Role', 'Arn'] }];
    expect([...namesIn(given)]).toEqual(['Table', 'Bucket', 'Role']);
  });
});
