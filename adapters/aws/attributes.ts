/** Plain JSON as DynamoDB attributes. Undefined members are left out; there are no sets and no bytes in a ledger. */
import type { Attribute, Item } from './calls.ts';

export function toAttribute(value: unknown): Attribute {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (typeof value === 'object') return { M: toItem(value) };
  throw new RangeError(`a ${typeof value} is no DynamoDB attribute`);
}

export function toItem(value: object): Item {
  const item: Item = {};
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) item[key] = toAttribute(member);
  }
  return item;
}

export function fromAttribute(attribute: Attribute): unknown {
  if ('S' in attribute) return attribute.S;
  if ('N' in attribute) return Number(attribute.N);
  if ('BOOL' in attribute) return attribute.BOOL;
  if ('L' in attribute) return attribute.L.map(fromAttribute);
  return 'M' in attribute ? fromItem(attribute.M) : null;
}

export function fromItem(item: Item): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const key of Object.keys(item)) value[key] = fromAttribute(item[key] as Attribute);
  return value;
}
