/** One thing that is wrong with a topology, for the person who wrote it. */
export interface Problem {
  /** Where, as people write it: `pairs.shop.zones[0].id`; empty for the whole file. */
  readonly path: string;
  /** The same as keys and indexes, for whoever looks the place up in the file. */
  readonly at: readonly (string | number)[];
  readonly found: string;
  readonly expected: string;
  /** The reason behind the rule, where it is not plain. */
  readonly because?: string;
}

export function problem(at: readonly (string | number)[], found: string, expected: string, because?: string): Problem {
  return { path: pathText(at), at, found, expected, ...(because === undefined ? {} : { because }) };
}

/** `['pairs', 'shop', 'zones', 0]` as `pairs.shop.zones[0]`. */
export function pathText(at: readonly (string | number)[]): string {
  return at.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}

/** A value as it is shown in `found`: JSON, cut short; `nothing` when there is none. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** `a, b or c`. */
export function oneOf(words: readonly unknown[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
