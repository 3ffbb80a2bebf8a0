import { describe, expect, it } from 'vitest';
import type { AttributeMap } from '../../../models/dynamodb/attribute-value.ts';
import { refusal } from '../refusal.ts';
import { emptyTable, ledgerKey, TableName } from './table-for-tests.ts';

const item: AttributeMap = {
  ...ledgerKey,
  rev: { N: '7' },
  active: { S: 'blue' },
  acknowledged: { BOOL: true },
  cleared: { NULL: true },
  proof: { B: Uint8Array.of(1, 2, 3) },
  holder: { M: { id: { S: 'sfn:a' }, rings: { L: [{ N: '0' }, { N: '1' }] } } },
  zones: { SS: ['a.test', 'b.test'] },
  ports: { NS: ['80', '443'] },
  digests: { BS: [Uint8Array.of(9), Uint8Array.of(8)] },
};

/** Whether a delete with this condition goes through on the item above. */
function holds(ConditionExpression: string, values: AttributeMap = {}, names: Record<string, string> = {}): boolean {
  const { db } = emptyTable();
  db.putItem({ TableName, Item: item });
  try {
    db.deleteItem({ TableName, Key: ledgerKey, ConditionExpression, ...placeholders(values, names) });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

function placeholders(values: AttributeMap, names: Record<string, string>) {
  return {
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
    ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
  };
}

function refused(ConditionExpression: string, values: AttributeMap = {}, names: Record<string, string> = {}): string {
  const { db } = emptyTable();
  const [name, message] = refusal(() =>
    db.deleteItem({ TableName, Key: ledgerKey, ConditionExpression, ...placeholders(values, names) }),
  );
  expect(name).toBe('ValidationException');
  return message;
}

const n = (N: string) => ({ ':x': { N } });
const s = (S: string) => ({ ':x': { S } });

describe('what a condition says about an item', () => {
  it.each([
    ['rev = :x', n('7.0'), true],
    ['rev = :x', n('8'), false],
    ['rev = :x', s('7'), false],
    ['rev <> :x', n('8'), true],
    ['rev <> :x', s('7'), true],
    ['rev < :x', n('10'), true],
    ['rev < :x', n('7'), false],
    ['rev <= :x', n('7'), true],
    ['rev > :x', n('6.999'), true],
    ['rev >= :x', n('7'), true],
    ['active < :x', n('7'), false],
    ['active > :x', s('azure'), true],
    [':x = active', s('blue'), true],
    ['(active) = :x', s('blue'), true],
    ['acknowledged = :x', { ':x': { BOOL: true } }, true],
    ['acknowledged = :x', { ':x': { BOOL: false } }, false],
    ['cleared = :x', { ':x': { NULL: true } }, true],
    ['proof = :x', { ':x': { B: Uint8Array.of(1, 2, 3) } }, true],
    ['zones = :x', { ':x': { SS: ['b.test', 'a.test'] } }, true],
    ['zones = :x', { ':x': { SS: ['b.test'] } }, false],
    ['ports = :x', { ':x': { NS: ['443.0', '80'] } }, true],
    ['digests = :x', { ':x': { BS: [Uint8Array.of(8), Uint8Array.of(9)] } }, true],
    ['holder.id = :x', s('sfn:a'), true],
    ['holder.rings[1] = :x', n('1'), true],
    ['holder.rings[2] = :x', n('1'), false],
    ['holder.rings = :x', { ':x': { L: [{ N: '0' }, { N: '1' }] } }, true],
    ['holder = :x', { ':x': { M: { rings: { L: [{ N: '0' }, { N: '1' }] }, id: { S: 'sfn:a' } } } }, true],
  ] as const)('%s with %j is %s', (condition, values, expected) => {
    expect(holds(condition, values as unknown as AttributeMap)).toBe(expected);
  });

  it('takes a missing attribute as unequal to everything and in no order with anything', () => {
    expect(holds('nowhere <> :x', n('1'))).toBe(true);
    expect(holds('nowhere = :x', n('1'))).toBe(false);
    expect(holds('nowhere < :x', n('1'))).toBe(false);
    expect(holds('NOT nowhere < :x', n('1'))).toBe(true);
  });

  it.each([
    ['rev BETWEEN :a AND :b', { ':a': { N: '7' }, ':b': { N: '7' } }, true],
    ['rev BETWEEN :a AND :b', { ':a': { N: '8' }, ':b': { N: '9' } }, false],
    ['active IN (:a, :b)', { ':a': { S: 'green' }, ':b': { S: 'blue' } }, true],
    ['active IN (:a)', { ':a': { S: 'green' } }, false],
    ['attribute_exists(rev)', {}, true],
    ['attribute_exists(holder.id)', {}, true],
    ['attribute_exists(holder.nonce)', {}, false],
    ['attribute_not_exists(phase)', {}, true],
    ['attribute_not_exists(rev)', {}, false],
    ['attribute_type(rev, :a)', { ':a': { S: 'N' } }, true],
    ['attribute_type(rev, :a)', { ':a': { S: 'S' } }, false],
    ['begins_with(active, :a)', { ':a': { S: 'bl' } }, true],
    ['begins_with(active, :a)', { ':a': { S: 'lu' } }, false],
    ['begins_with(proof, :a)', { ':a': { B: Uint8Array.of(1, 2) } }, true],
    ['contains(active, :a)', { ':a': { S: 'lu' } }, true],
    ['contains(zones, :a)', { ':a': { S: 'b.test' } }, true],
    ['contains(zones, :a)', { ':a': { S: 'b' } }, false],
    ['contains(ports, :a)', { ':a': { N: '443' } }, true],
    ['contains(digests, :a)', { ':a': { B: Uint8Array.of(8) } }, true],
    ['contains(holder.rings, :a)', { ':a': { N: '1' } }, true],
    ['contains(proof, :a)', { ':a': { B: Uint8Array.of(2, 3) } }, true],
    ['size(active) = :a', { ':a': { N: '4' } }, true],
    ['size(zones) = :a', { ':a': { N: '2' } }, true],
    ['size(holder) = :a', { ':a': { N: '2' } }, true],
    ['size(holder.rings) > :a', { ':a': { N: '2' } }, false],
    ['size(proof) = :a', { ':a': { N: '3' } }, true],
    ['size(rev) = :a', { ':a': { N: '1' } }, false],
  ] as const)('%s with %j is %s', (condition, values, expected) => {
    expect(holds(condition, values as unknown as AttributeMap)).toBe(expected);
  });

  it('binds NOT before AND before OR, whatever the case of the keywords', () => {
    const values = { ':blue': { S: 'blue' }, ':green': { S: 'green' }, ':rev': { N: '8' } };
    expect(holds('active = :blue OR active = :green AND rev = :rev', values)).toBe(true);
    expect(holds('(active = :blue OR active = :green) AND rev = :rev', values)).toBe(false);
    expect(holds('not active = :green and not rev = :rev and active = :blue', values)).toBe(true);
    expect(holds('NOT (active = :blue AND rev <> :rev) or active = :green', values)).toBe(false);
  });

  it('reads names through their placeholders, also inside a path', () => {
    expect(holds('#holder.#id = :x', s('sfn:a'), { '#holder': 'holder', '#id': 'id' })).toBe(true);
  });
});

describe('a condition that DynamoDB does not accept', () => {
  it('says which token stands wrong', () => {
    expect(refused('rev = = :x', n('1'))).toBe('Invalid ConditionExpression: Syntax error; token: "=", near: "= = :x"');
    expect(refused('rev = :x AND', n('1'))).toBe(
      'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "AND"',
    );
    expect(refused('rev ! :x', n('1'))).toBe('Invalid ConditionExpression: Syntax error; token: "!", near: "rev !"');
    expect(refused('rev = :x)', n('1'))).toMatch(/token: "\)"/);
    expect(refused('(rev = :x', n('1'))).toMatch(/token: "<EOF>"/);
    expect(refused('rev :x', n('1'))).toMatch(/token: ":x"/);
    expect(refused(' ')).toBe('Invalid ConditionExpression: The expression can not be empty;');
  });

  it('is refused for placeholders that are missing or superfluous', () => {
    expect(refused('#rev = :x', n('1'))).toBe(
      'Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #rev',
    );
    expect(refused('rev = :y', n('1'))).toBe(
      'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :y',
    );
    expect(refused('rev = :x', { ...n('1'), ':y': { N: '2' } })).toBe(
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:y}',
    );
    expect(refused('rev = :x', n('1'), { '#a': 'a', '#b': 'b' })).toBe(
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}',
    );
    expect(refused('rev = :x', { x: { N: '1' } })).toBe(
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "x"',
    );
    expect(refused('rev = :x', { ':x': { N: 'one' } })).toBe(
      'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: one for key :x',
    );
  });

  it('is refused when a bare name is a reserved word', () => {
    expect(refused('State = :x', s('a'))).toBe(
      'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: State',
    );
    expect(refused('holder.owner = :x', s('a'))).toMatch(/reserved keyword: owner$/);
  });

  it('is refused for functions used wrongly', () => {
    expect(refused('exists(rev)')).toBe('Invalid ConditionExpression: Invalid function name; function: exists');
    expect(refused('begins_with(active)')).toBe(
      'Invalid ConditionExpression: Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1',
    );
    expect(refused('attribute_exists(:x)', n('1'))).toBe(
      'Invalid ConditionExpression: Operator or function requires a document path; operator or function: attribute_exists',
    );
    expect(refused('begins_with(active, :x)', n('1'))).toBe(
      'Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    );
    expect(refused('attribute_type(active, :x)', s('TEXT'))).toMatch(/Invalid attribute type name found; type: TEXT/);
    expect(refused('size(active)')).toMatch(/not allowed to be used this way in an expression; function: size/);
    expect(refused('attribute_exists(rev) = :x', n('1'))).toMatch(/token: "="/);
    expect(refused('rev = attribute_exists(rev)')).toMatch(/not allowed to be used this way/);
  });

  it('is refused for operands that could never compare', () => {
    expect(refused('rev < :x', { ':x': { BOOL: true } })).toMatch(/Incorrect operand type.*operand type: BOOL/);
    expect(refused('rev BETWEEN :a AND :b', { ':a': { N: '2' }, ':b': { N: '1' } })).toMatch(
      /requires upper bound to be greater than or equal to lower bound/,
    );
    expect(refused('rev BETWEEN :a AND :b', { ':a': { N: '2' }, ':b': { S: '3' } })).toMatch(/requires same data type/);
    expect(refused('rev = rev')).toMatch(/first operand must be distinct/);
  });

  it('is refused for redundant parentheses, but not for needed ones', () => {
    expect(refused('((rev = :x))', n('7'))).toBe(
      'Invalid ConditionExpression: The expression has redundant parentheses;',
    );
    expect(holds('((rev = :x) OR (active = :y))', { ':x': { N: '7' }, ':y': { S: 'green' } })).toBe(true);
  });

  it('is refused beyond 100 operands of IN and 4 KB of text', () => {
    const many = Array.from({ length: 101 }, (_, at) => [`:v${at}`, { N: String(at) }] as const);
    const list = (length: number) =>
      many
        .slice(0, length)
        .map(([name]) => name)
        .join(', ');
    expect(holds(`rev IN (${list(100)})`, Object.fromEntries(many.slice(0, 100)))).toBe(true);
    expect(refused(`rev IN (${list(101)})`, Object.fromEntries(many))).toMatch(/number of operands: 101/);
    expect(refused(`rev = :x ${' '.repeat(4096)}`, n('1'))).toMatch(/exceeded the maximum allowed size/);
  });
});
