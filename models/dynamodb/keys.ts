/** Every table here has the same key: partition key `pk` and sort key `sk`, both text. */
import { type AttributeMap, ownOf, typeOf } from './attribute-value.ts';
import { invalidParameter, validation } from './refusals.ts';

export const KEY_NAMES = ['pk', 'sk'] as const;
const KEY_BYTES_MAX = { pk: 2048, sk: 1024 };

export interface Key {
  pk: string;
  sk: string;
}

/** The key in an item that is to be put. */
export function keyOfItem(item: AttributeMap): Key {
  for (const name of KEY_NAMES) {
    const value = ownOf(item, name);
    if (value === undefined) throw invalidParameter(`Missing the key ${name} in the item`);
    if (!('S' in value)) {
      throw invalidParameter(`Type mismatch for key ${name} expected: S actual: ${typeOf(value)}`);
    }
  }
  return checkedKey(item);
}

/** The `Key` of a request: these two attributes, as text, and nothing else. */
export function keyOf(key: AttributeMap | undefined): Key {
  const names = Object.keys(key ?? {});
  const fits = names.length === KEY_NAMES.length && key !== undefined && KEY_NAMES.every((name) => isText(key, name));
  if (!fits) throw validation('The provided key element does not match the schema');
  return checkedKey(key);
}

export function isText(map: AttributeMap, name: string): boolean {
  const value = ownOf(map, name);
  return value !== undefined && 'S' in value;
}

function checkedKey(map: AttributeMap): Key {
  const key = { pk: textOf(map, 'pk'), sk: textOf(map, 'sk') };
  for (const name of KEY_NAMES) {
    if (key[name] === '') {
      throw validation(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
      );
    }
    if (Buffer.byteLength(key[name]) > KEY_BYTES_MAX[name]) throw tooLong(name);
  }
  return key;
}

function tooLong(name: 'pk' | 'sk'): Error {
  return invalidParameter(
    name === 'pk'
      ? `Size of hashkey has exceeded the maximum size limit of${KEY_BYTES_MAX.pk} bytes`
      : `Aggregated size of all range keys has exceeded the size limit of ${KEY_BYTES_MAX.sk} bytes`,
  );
}

export function textOf(map: AttributeMap, name: string): string {
  const value = ownOf(map, name);
  return value !== undefined && 'S' in value ? value.S : '';
}

export function keyAttributes({ pk, sk }: Key): AttributeMap {
  return { pk: { S: pk }, sk: { S: sk } };
}
