import { type AttributeMap, type AttributeValue, ownOf } from './attribute-value.ts';
import { isReserved } from './reserved-words.ts';
import type { Tokens } from './tokens.ts';

/** A document path as written: bare names, `#placeholders`, list positions. */
export type WrittenPath = readonly (string | number)[];
/** A document path with its placeholders replaced: attribute names and list positions. */
export type Path = readonly (string | number)[];

/** `a`, `#a.b[0].#c`. Bare names must not be reserved words. */
export function parsePath(tokens: Tokens): WrittenPath {
  const path: (string | number)[] = [parseName(tokens)];
  for (;;) {
    if (tokens.accepts('.')) path.push(parseName(tokens));
    else if (tokens.accepts('[')) path.push(parsePosition(tokens));
    else return path;
  }
}

function parseName(tokens: Tokens): string {
  const token = tokens.peek();
  if (token.kind !== 'word' && token.kind !== 'name') throw tokens.unexpected();
  if (token.kind === 'word' && isReserved(token.text)) {
    throw tokens.refusal(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
  }
  return tokens.next().text;
}

function parsePosition(tokens: Tokens): number {
  if (tokens.peek().kind !== 'index') throw tokens.unexpected();
  const position = Number(tokens.next().text);
  tokens.expect(']');
  return position;
}

/** The value at a path, undefined when there is none. */
export function valueAt(map: AttributeMap, path: Path): AttributeValue | undefined {
  let value = ownOf(map, path[0] as string);
  for (let depth = 1; depth < path.length && value !== undefined; depth++) {
    value = childOf(value, path[depth] as string | number);
  }
  return value;
}

export function childOf(value: AttributeValue, segment: string | number): AttributeValue | undefined {
  if (typeof segment === 'number') return 'L' in value ? value.L[segment] : undefined;
  return 'M' in value ? ownOf(value.M, segment) : undefined;
}

/** Only what lies at the paths, in its place; list members close up, as DynamoDB returns them. */
export function project(map: AttributeMap, paths: readonly Path[]): AttributeMap {
  const projected: AttributeMap = {};
  for (const [name, below] of byFirst(paths)) {
    const value = ownOf(map, name as string);
    const kept = value === undefined ? undefined : projectValue(value, below);
    if (kept !== undefined) projected[name] = kept;
  }
  return projected;
}

function projectValue(value: AttributeValue, paths: readonly Path[]): AttributeValue | undefined {
  if (paths.some((path) => path.length === 0)) return value;
  if ('M' in value) {
    const M = project(
      value.M,
      paths.filter(([first]) => typeof first === 'string'),
    );
    return Object.keys(M).length === 0 ? undefined : { M };
  }
  if (!('L' in value)) return undefined;
  const members = [...byFirst(paths)].sort(([a], [b]) => Number(a) - Number(b));
  const L = members.flatMap(([at, below]) => {
    const member = typeof at === 'number' ? value.L[at] : undefined;
    return (member === undefined ? undefined : projectValue(member, below)) ?? [];
  });
  return L.length === 0 ? undefined : { L };
}

function byFirst(paths: readonly Path[]): Map<string | number, Path[]> {
  const groups = new Map<string | number, Path[]>();
  for (const [first, ...rest] of paths) {
    if (first !== undefined) groups.set(first, [...(groups.get(first) ?? []), rest]);
  }
  return groups;
}

/** `[a, [0], b]`: how DynamoDB writes a path in its refusals. */
export function pathText(path: Path): string {
  return `[${path.map((segment) => (typeof segment === 'number' ? `[${segment}]` : segment)).join(', ')}]`;
}

/** The first two paths of which one lies in the other; `conflict` when one takes a value for a list, the other for a map. */
export function clash(paths: readonly Path[]): { one: Path; two: Path; how: 'overlap' | 'conflict' } | undefined {
  for (const [at, two] of paths.entries()) {
    for (const one of paths.slice(0, at)) {
      const differsAt = two.findIndex((segment, depth) => depth >= one.length || one[depth] !== segment);
      if (differsAt === -1 || differsAt >= one.length) return { one, two, how: 'overlap' };
      if (typeof one[differsAt] !== typeof two[differsAt]) return { one, two, how: 'conflict' };
    }
  }
  return undefined;
}
