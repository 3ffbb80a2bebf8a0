/** The most bytes a state's input, arguments, result, output or variables may have as UTF-8 JSON text (256 KiB). */
export const PAYLOAD_BYTES_MAX = 262_144;

/** A copy that shares nothing, as any boundary between two processes makes it; undefined becomes null. */
export function copied(value: unknown): unknown {
  return copy(value) ?? null;
}

/** What JSON.parse makes of JSON.stringify, without the text; undefined for what JSON leaves out. */
function copy(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== 'object') return typeof value === 'bigint' ? JSON.stringify(value) : undefined;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (let at = 0; at < value.length; at++) items.push(copy(value[at]) ?? null);
    return items;
  }
  if (!isPlain(value)) return JSON.parse(textOf(value));
  const made: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = copy((value as Record<string, unknown>)[key]);
    if (item !== undefined) made[key] = item;
  }
  return made;
}

/** Dates and whatever else says for itself what it is in JSON, or has a key that an assignment would not make, are not. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) && !('toJSON' in value) && !Object.hasOwn(value, '__proto__')
  );
}

export function textOf(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

/** Whether the value's JSON text stays within the limit. Most values are small: a rough count from above answers for them. */
export function fits(value: unknown, bytesMax = PAYLOAD_BYTES_MAX): boolean {
  return left(value, bytesMax) >= 0 || Buffer.byteLength(textOf(value)) <= bytesMax;
}

/** `bytes` less an upper bound of the value's size (a character is at most 6 bytes: \u0000); below zero: not known. */
function left(value: unknown, bytes: number): number {
  if (typeof value === 'string') return bytes - 6 * value.length - 2;
  if (typeof value !== 'object' || value === null) return bytes - 25;
  let rest = bytes - 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      rest = left(item, rest - 1);
      if (rest < 0) return rest;
    }
    return rest;
  }
  for (const key in value) {
    rest = left((value as Record<string, unknown>)[key], rest - 6 * key.length - 4);
    if (rest < 0) return rest;
  }
  return rest;
}

/**
 * What JSONata answered as plain JSON: its arrays carry marks that would change the meaning of the next expression.
 * A number that is not finite becomes its name, as on AWS. Throws a sentence for a function.
 */
export function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'function') throw new Error('a function is not JSON');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => plain(item) ?? null);
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) throw new Error('a function is not JSON');
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) copy[key] = plain(item);
  }
  return copy;
}
